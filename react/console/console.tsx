import { useState } from 'react'
import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { ReviewView } from '../review/define-review.js'
import { KeysSheet } from '../review/keys-sheet.js'
import { RemarksPage } from '../review/remarks-page.js'
import type { ReviewSource } from '../review/review-store.js'
import { RunPage } from '../review/run-page/run-page.js'
import { RunReviewers } from '../review/run-page/run-reviewers.js'
import { RunWorkers } from '../review/run-page/run-workers.js'
import { RunReview } from '../review/run-review.js'
import { RunsPage } from '../review/runs-page.js'
import { ENGLISH, type ReviewTexts } from '../review/texts/english.js'
import { ReviewTextsContext, useFormats, useTexts } from '../review/texts/review-texts.js'
import { useKeyPresses } from '../review/use-key-presses.js'
import { useIsNarrow } from '../review/kit/use-is-narrow.js'
import { useRights } from '../review/kit/use-rights.js'
import { usePrincipal } from '../review/use-principal.js'
import { useRunProgress } from '../review/use-run-progress.js'
import { RUN_PARTS, sectionOf, textOfPlace, type ConsolePlace, type ConsoleSection } from './console-place.js'
import { HasMovedContext, Heading, useHasMoved } from './heading.js'
import { linkTo } from './link-to-place.js'
import { PeoplePlaces } from './people-places.js'
import { NavigationContext, PlaceLink } from './place-link.js'
import { isWorkPlace, WorkPlaces } from './work-places.js'

/** Options of {@link Console}. */
export interface ConsoleProps extends ReviewSource {
  /** The typed client of the mount, from `createMephistoClient`. */
  readonly client: MephistoClient
  /** How units of your blueprints are drawn, from `defineReview`. @default [], names and values of the JSON */
  readonly views?: readonly ReviewView[]
  /** Where it is, for a host whose router says so. @default it remembers by itself, and begins at the runs */
  readonly place?: ConsolePlace | undefined
  /** Called when somebody goes to another place. */
  readonly onNavigate?: ((place: ConsolePlace) => void) | undefined
  /** The address of a place, so that there are links. @default there are buttons */
  readonly addressOf?: ((place: ConsolePlace) => string) | undefined
  /** Where your login page is, for people who are not logged in. @default no link */
  readonly loginHref?: string | undefined
  /** @default English */
  readonly texts?: ReviewTexts | undefined
}

const START: ConsolePlace = { page: 'runs' }

/** Every screen as one page: the runs, and of each how it stands, its answers to review, its workers and their remarks; projects and tasks, the people and what they may, money, exports and the audit log. */
export function Console({ texts = ENGLISH, place: given, onNavigate, addressOf, ...props }: ConsoleProps) {
  const [own, setOwn] = useState<ConsolePlace>(START)
  const place = given ?? own
  const go = (to: ConsolePlace): void => {
    setOwn(to)
    onNavigate?.(to)
  }
  return (
    <ReviewTextsContext.Provider value={texts}>
      <NavigationContext.Provider value={{ addressOf: addressOf ?? null, go }}>
        <Frame {...props} place={place} />
      </NavigationContext.Provider>
    </ReviewTextsContext.Provider>
  )
}

/** Narrower than this, the pages stand on a line of their own. */
const ONE_LINE_PX = 1_150

type FrameProps = Omit<ConsoleProps, 'texts' | 'place' | 'onNavigate' | 'addressOf'> & { readonly place: ConsolePlace }

function Frame({ client, queryClient, views = [], loginHref, place }: FrameProps) {
  const texts = useTexts()
  const source = { client, queryClient }
  const { principal } = usePrincipal(source)
  const { isOperator } = useRights(source)
  const [isSheetOpen, setIsSheetOpen] = useState(false)
  useKeyPresses({ '?': () => { setIsSheetOpen(true) } })
  const at = sectionOf(place)
  const names: Readonly<Record<ConsoleSection, string>> = { ...texts.console, workers: texts.people.workers, qualifications: texts.people.qualifications }
  // For others it says why they may not read it, to whoever was sent there.
  const sections = SECTIONS.filter(({ page }) => page !== 'audit' || isOperator)
  const isNarrow = useIsNarrow(ONE_LINE_PX)
  const pages = (
    <nav key="pages" className="mephisto-console-nav" aria-label={texts.console.pages}>
      {sections.map(to => <PlaceLink key={to.page} to={to} isCurrent={to.page === at} className="mephisto-console-link">{names[to.page]}</PlaceLink>)}
    </nav>
  )
  const who = (
    <div key="who" className="mephisto-review-who">
      {principal && <bdi>{principal.name}</bdi>}
      <button type="button" className="mephisto-button" aria-keyshortcuts="?" onClick={() => { setIsSheetOpen(true) }}>{texts.common.keys} <kbd aria-hidden="true">?</kbd></button>
    </div>
  )
  return (
    <div className="mephisto-root mephisto-review mephisto-console" lang={texts.locale} dir={texts.direction}>
      <header className="mephisto-console-head">
        <p className="mephisto-console-name">{texts.console.title}</p>
        {isNarrow ? [who, pages] : [pages, who]}
      </header>
      <HasMovedContext.Provider value={useHasMoved(place)}>
      <main className="mephisto-review-main">
        {place.page === 'runs' && (
          <>
            <Heading at="runs">{texts.runs.title}</Heading>
            <RunsPage {...source} loginHref={loginHref} linkTo={linkTo} />
          </>
        )}
        {place.page === 'remarks' && <><Heading at="remarks">{texts.console.remarks}</Heading><RemarksPage {...source} loginHref={loginHref} /></>}
        {(place.page === 'workers' || place.page === 'worker' || place.page === 'qualifications' || place.page === 'qualification') && <PeoplePlaces source={source} place={place} loginHref={loginHref} />}
        {isWorkPlace(place) && <WorkPlaces source={source} place={place} loginHref={loginHref} />}
        {place.page === 'run' && <RunPlace key={place.run} source={source} place={place} views={views} loginHref={loginHref} />}
      </main>
      </HasMovedContext.Provider>
      {isSheetOpen && <KeysSheet onClose={() => { setIsSheetOpen(false) }} />}
    </div>
  )
}

interface RunPlaceProps {
  readonly source: ReviewSource
  readonly place: ConsolePlace & { readonly page: 'run' }
  readonly views: readonly ReviewView[]
  readonly loginHref: string | undefined
}

/** One run with its parts. */
function RunPlace({ source, place, views, loginHref }: RunPlaceProps) {
  const texts = useTexts()
  const formats = useFormats()
  const { run, part } = place
  const { isOperator } = useRights(source)
  const { progress } = useRunProgress({ ...source, run })
  const name = progress && (progress.run.title === '' ? progress.run.task : progress.run.title)
  return (
    <>
      <Heading at={textOfPlace({ ...place, part: 'overview' })}>{name ?? texts.runs.run}</Heading>
      <nav className="mephisto-console-parts" aria-label={texts.console.partsOfRun}>
        {RUN_PARTS.filter(one => one !== 'reviewers' || isOperator).map(one => <PlaceLink key={one} to={{ ...place, part: one }} isCurrent={one === part} className="mephisto-console-part">{texts.console.parts[one]}{one === 'answers' && progress && progress.units.completed > 0 && <span className="mephisto-console-count">{formats.count(progress.units.completed)}</span>}</PlaceLink>)}
      </nav>
      {part === 'overview' && progress && (
        <p className="mephisto-review-ways">
          {linkTo({ to: 'task', id: progress.run.task }, texts.projects.seeTask)} {linkTo({ to: 'spending', of: { kind: 'run', id: run } }, texts.projects.seeSpending)} {linkTo({ to: 'exports', of: { kind: 'run', id: run } }, texts.projects.seeExports)}
        </p>
      )}
      {part === 'overview' && <RunPage {...source} run={run} loginHref={loginHref} />}
      {part === 'answers' && <RunReview source={source} run={run} views={views} loginHref={loginHref} onFilter={nothing} />}
      {part === 'workers' && <RunWorkers {...source} run={run} linkTo={linkTo} loginHref={loginHref} />}
      {part === 'reviewers' && <RunReviewers {...source} run={run} loginHref={loginHref} />}
      {part === 'remarks' && <RemarksPage {...source} run={run} loginHref={loginHref} />}
    </>
  )
}

const nothing = (): void => undefined

/** The pages of the navigation. */
const SECTIONS = [
  { page: 'runs' }, { page: 'projects' }, { page: 'workers' }, { page: 'qualifications' }, { page: 'spending', of: null }, { page: 'exports', of: null }, { page: 'remarks' }, { page: 'audit' },
] as const satisfies readonly (ConsolePlace & { readonly page: ConsoleSection })[]
