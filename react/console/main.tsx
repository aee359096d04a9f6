import { useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'
import '../review/review.css'
import './console.css'
import './page.css'
import { Console } from './console.js'
import { placeOfText, textOfPlace } from './console-place.js'

// The ready-made page: the build makes one file of it, which the mount serves at `console/`. Places are behind the `#`.

const client = createMephistoClient({ url: new URL('../', location.href.split('#')[0]).href })

function listen(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => { removeEventListener('hashchange', onChange) }
}

function Page({ loginHref }: { readonly loginHref: string | undefined }) {
  const place = placeOfText(useSyncExternalStore(listen, () => location.hash.slice(1)))
  return <Console client={client} place={place} addressOf={to => `#${textOfPlace(to)}`} onNavigate={to => { location.hash = textOfPlace(to) }} loginHref={loginHref} />
}

const element = document.getElementById('console')
if (element) createRoot(element).render(<Page loginHref={element.dataset['login']} />)
