import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { ReviewView } from './define-review.js'
import { FailurePage } from './failure-page.js'
import { KeysSheet } from './keys-sheet.js'
import type { ReviewFilter } from './review-filter.js'
import { RemarksPage } from './remarks-page.js'
import { RunSelect } from './run-header.js'
import { RunReview } from './run-review.js'
import { ENGLISH, type ReviewTexts } from './texts/english.js'
import { ReviewTextsContext, useTexts } from './texts/review-texts.js'
import { useKeyPresses } from './use-key-presses.js'
import { usePrincipal } from './use-principal.js'
import { useRuns } from './use-runs.js'

/** Where the reviewer is; a host may write it into the address. */
export interface ReviewPlace {
  readonly run: string
  readonly filter: ReviewFilter
}

/** Options of {@link ReviewApp}. */
export interface ReviewAppProps {
  /** The typed client of the mount, from `createMephistoClient`. */
  readonly client: MephistoClient
  /** How units of your blueprints are drawn, from `defineReview`. @default [], names and values of the JSON */
  readonly views?: readonly ReviewView[]
  /** Id of the run to review. @default the newest one */
  readonly run?: string | undefined
  /** Where replies are kept. @default one of its own, so that your React Query is not touched */
  readonly queryClient?: QueryClient | undefined
  /** Called when the reviewer chooses another run or another list. */
  readonly onNavigate?: ((place: ReviewPlace) => void) | undefined
  /** Where your login page is, for people who are not logged in. @default no link */
  readonly loginHref?: string | undefined
  /** The language of the screen. @default English */
  readonly texts?: ReviewTexts | undefined
}

/** What there is to look at of a run: answers, and what their workers said besides. */
const SCREENS = ['answers', 'remarks'] as const

/** The complete review screen, which is the `main` of its page: choose a run, decide its answers one after the other, by keyboard or by hand. */
export function ReviewApp({ texts = ENGLISH, ...props }: ReviewAppProps) {
  return <ReviewTextsContext.Provider value={texts}><Screens {...props} /></ReviewTextsContext.Provider>
}

function Screens({ client, views = [], run: asked, queryClient, onNavigate, loginHref }: Omit<ReviewAppProps, 'texts'>) {
  const texts = useTexts()
  const { common, desk } = texts
  const source = { client, queryClient }
  const { runs, failure, refresh } = useRuns(source)
  const { principal } = usePrincipal(source)
  const [chosen, setChosen] = useState(asked)
  const [screen, setScreen] = useState<(typeof SCREENS)[number]>('answers')
  const [isSheetOpen, setIsSheetOpen] = useState(false)
  useEffect(() => { setChosen(asked) }, [asked])
  useKeyPresses({ '?': () => { setIsSheetOpen(true) } })
  const run = chosen ?? (runs?.find(({ unitsAnswered }) => unitsAnswered > 0) ?? runs?.[0])?.id
  const choose = (id: string) => {
    setChosen(id)
    onNavigate?.({ run: id, filter: 'waiting' })
  }

  return (
    <main className="mephisto-root mephisto-review" lang={texts.locale} dir={texts.direction}>
      <header className="mephisto-review-head">
        <h1 className="mephisto-review-title">{desk.title}</h1>
        {runs && run !== undefined && <RunSelect runs={runs} run={run} onRun={choose} />}
        <div className="mephisto-review-screens" role="group" aria-label={desk.screen}>
          {SCREENS.map(name => (
            <button key={name} type="button" className="mephisto-review-filter" aria-pressed={name === screen} onClick={() => { setScreen(name) }}>{desk.screens[name]}</button>
          ))}
        </div>
        <div className="mephisto-review-who">
          {principal && <bdi>{principal.name}</bdi>}
          <button type="button" className="mephisto-button" aria-keyshortcuts="?" onClick={() => { setIsSheetOpen(true) }}>
            {common.keys} <kbd aria-hidden="true">?</kbd>
          </button>
        </div>
      </header>
      <div className="mephisto-review-main">{content()}</div>
      {isSheetOpen && <KeysSheet onClose={() => { setIsSheetOpen(false) }} />}
    </main>
  )

  function content() {
    if (failure && (failure.kind !== 'away' || !runs)) {
      return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
    }
    if (!runs) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
    if (run === undefined) {
      return <p className="mephisto-review-empty">{desk.noRun}</p>
    }
    if (screen === 'remarks') return <RemarksPage key={run} {...source} run={run} loginHref={loginHref} />
    return (
      <RunReview
        key={run} source={source} run={run} views={views} loginHref={loginHref}
        onFilter={filter => { onNavigate?.({ run, filter }) }}
      />
    )
  }
}
