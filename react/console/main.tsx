import { useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'
import '../review/review.css'
import './console.css'
import './page.css'
import type { ReviewTexts } from '../review/texts/english.js'
import { Console } from './console.js'
import { placeOfText, textOfPlace, type ConsolePlace } from './console-place.js'

// The ready-made page: the build makes files of it, which the mount serves at `console/`. Places are behind the `#`.

const client = createMephistoClient({ url: new URL('../', location.href.split('#')[0]).href })

function listen(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => { removeEventListener('hashchange', onChange) }
}

/** With a slash: `#runs` alone names an element of the page, to which assistive technology would go. */
const addressOf = (place: ConsolePlace): string => `#/${textOfPlace(place)}`

interface PageProps {
  readonly loginHref: string | undefined
  readonly texts: ReviewTexts | undefined
}

function Page({ loginHref, texts }: PageProps) {
  const place = placeOfText(useSyncExternalStore(listen, () => location.hash.replace(/^#\/?/, '')))
  return <Console client={client} place={place} addressOf={addressOf} onNavigate={to => { location.hash = addressOf(to) }} loginHref={loginHref} texts={texts} />
}

function show(element: HTMLElement, texts?: ReviewTexts): void {
  createRoot(element).render(<Page loginHref={element.dataset['login']} texts={texts} />)
}

const element = document.getElementById('console')
// A language is a file of its own. Where it cannot be had, English is better than nothing.
if (element?.dataset['language'] === 'ar') import('../review/texts/arabic.js').then(({ ARABIC }) => { show(element, ARABIC) }, () => { show(element) })
else if (element) show(element)
