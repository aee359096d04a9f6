import { useCallback, useEffect, useRef, useState } from 'react'
import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import type { ReviewView } from './define-review.js'
import { BulkBar } from './bulk/bulk-bar.js'
import { useSelection } from './bulk/selection.js'
import { useClaimOf, useClaims } from './claims/use-claims.js'
import type { Extras } from './extras/extras-draft.js'
import { useDecisionDrafts, type DecisionDrafts } from './extras/use-decision-drafts.js'
import { FailurePage } from './failure-page.js'
import { FileSource } from './file-view.js'
import { FilterBar } from './filter-bar.js'
import { NewsLine } from './news-line.js'
import { QueueList } from './queue-list/queue-list.js'
import type { QueueRows } from './queue-list/queue-rows.js'
import type { UnreadPlace } from './queue-list/queue-parts.js'
import { FILTERS, type ReviewFilter } from './review-filter.js'
import type { ReviewSource } from './review-store.js'
import { Downloads, MoneyLine } from './run-header.js'
import { UnitDesk } from './unit-desk.js'
import { countOf, EVERYTHING, type QueueSearch } from './queue-search/queue-search.js'
import { SearchBar } from './queue-search/search-bar.js'
import { StaleNotice } from './kit/stale-notice.js'
import { useIsNarrow } from './kit/use-is-narrow.js'
import { useRights } from './kit/use-rights.js'
import { failureSentence } from './texts/failure-sentence.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import { useCurrentUnit } from './use-current-unit.js'
import { useKeyPresses } from './use-key-presses.js'
import { useReviewQueue, type ReviewQueue } from './use-review-queue.js'
import { useRunProgress } from './use-run-progress.js'
import { LONGEST_LISTED } from './use-whole-unit.js'

interface RunReviewProps {
  readonly source: ReviewSource
  readonly run: string
  readonly views: readonly ReviewView[]
  readonly loginHref: string | undefined
  readonly onFilter: (filter: ReviewFilter) => void
}

/** The review of one run: counts and money, the queue, and the unit before the reviewer. */
export function RunReview({ source, run, views, loginHref, onFilter }: RunReviewProps) {
  const { common, places, queue: texts, runs } = useTexts()
  const [filter, setFilter] = useState<ReviewFilter>('waiting')
  const [search, setSearch] = useState<QueueSearch>(EVERYTHING)
  const { progress } = useRunProgress({ ...source, run })
  const queue = useReviewQueue({ ...source, run, statuses: FILTERS[filter], search, longest: LONGEST_LISTED })
  const { failure } = queue
  const { isKnown, isReviewer, isOperator } = useRights(source)
  const isBlind = progress?.run.isReviewedBlind === true
  // Here, so that they outlive a login that ends.
  const drafts = useDecisionDrafts()
  const searchFor = (asked: QueueSearch): void => {
    // A sample is of what waits.
    if (asked.isSampled) setFilter('waiting')
    setSearch(asked)
  }
  const isAway = failure?.kind === 'away'
  // What is wrong with a search is said beside it, where it can be mended.
  const isOfSearch = failure !== null && countOf(search) > 0 && (failure.kind === 'not_found' || failure.kind === 'refused')
  useLeaveWarning(queue.underWay > 0)
  const undo = isReviewer ? queue.undo : undefined
  useKeyPresses({ z: undo, u: undo })

  if (failure && !isOfSearch && (!isAway || !queue.units)) {
    return <FailurePage failure={failure} loginHref={loginHref} missing={runs.missing} onRetry={queue.refresh} />
  }
  const view = views.find(({ blueprintType }) => blueprintType === progress?.run.blueprintType)
  return (
    <FileSource.Provider value={source}>
      <div className="mephisto-review-topline">
        {progress && <MoneyLine money={progress.run.money} />}
        {!(isBlind && !isOperator) && <Downloads client={source.client} run={run} />}
      </div>
      <FilterBar filter={filter} progress={progress} onFilter={chosen => { if (chosen !== 'waiting' && search.isSampled) setSearch(EVERYTHING); setFilter(chosen); onFilter(chosen) }} />
      {progress && <SearchBar source={source} run={run} search={search} isBlind={isBlind && !(isOperator && filter !== 'waiting')} blueprintType={progress.run.blueprintType} onSearch={searchFor} />}
      {isOfSearch && <p className="mephisto-review-notice" role="alert">{texts.refused(failureSentence(failure, places))}</p>}
      {isAway && <StaleNotice failure={failure} />}
      <NewsLine news={queue.news} underWay={queue.underWay} isAway={isAway} onUndo={queue.undo} />
      {queue.units && queue.rows && isKnown && !isOfSearch
        ? <Units key={`${filter} ${JSON.stringify(search)}`} queue={queue} units={queue.units} rows={queue.rows} drafts={drafts} run={run} source={source} isReviewer={isReviewer} shown={{ filter, search, waiting: progress?.units.completed ?? 0, onSearch: searchFor }} view={view} />
        : !isOfSearch && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
    </FileSource.Provider>
  )
}

interface UnitsProps {
  readonly queue: ReviewQueue
  readonly units: NonNullable<ReviewQueue['units']>
  readonly rows: QueueRows
  readonly drafts: DecisionDrafts
  readonly run: string
  readonly source: ReviewSource
  /** Others look on. */
  readonly isReviewer: boolean
  readonly shown: { readonly filter: ReviewFilter; readonly search: QueueSearch; readonly waiting: number; readonly onSearch: (search: QueueSearch) => void }
  readonly view: ReviewView | undefined
}

/** How many rows around the unit before the reviewer are read ahead. */
const READ_AHEAD = 10

/** Narrower than this, the unit stands over the list. */
const ONE_COLUMN_PX = 860

function Units({ queue, units, rows, drafts, run, source, isReviewer, shown, view }: UnitsProps) {
  const claims = useClaims({ ...source, run })
  const isOthers = (one: ReviewUnitView): boolean => claims.holderOf(one) !== null
  const current = useCurrentUnit(rows.stretches, isOthers)
  const { unit, show } = current
  const { loadMore, readAt, hasMore, news } = queue
  const selection = useSelection(units)
  const isBulk = selection.units.length > 0
  const isNarrow = useIsNarrow(ONE_COLUMN_PX)
  useClaimOf(claims, current.isGone ? null : unit)
  const holder = unit && !current.isGone ? claims.holderOf(unit) : null
  // What somebody else claimed at the same moment, and may have decided by now, was not asked for here.
  const canPass = unit !== null && claims.refused === unit.unitId && !current.isChosen && units.some(one => one !== unit && !isOthers(one))
  useEffect(() => { if (canPass) current.leave([unit]) }, [canPass, current, unit])
  const next = () => { current.move(1) }
  const previous = () => { current.move(-1) }
  useKeyPresses({ x: isReviewer && unit?.status === 'completed' ? () => { selection.toggle(unit); current.move(1) } : undefined, j: next, ArrowDown: next, ArrowRight: next, k: previous, ArrowUp: previous, ArrowLeft: previous })

  const kept = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => { kept.current = new Set([...unit ? [unit.unitId] : [], ...selection.units.map(({ unitId }) => unitId)]) })
  const onUnread = useCallback((place: UnreadPlace) => { readAt(place, kept.current) }, [readAt])
  const row = unit ? rows.rowOf(unit.unitId) : -1
  useEffect(() => {
    const place = row < 0 ? null : rows.unread(row - READ_AHEAD, row + READ_AHEAD + 1)
    if (place) onUnread(place)
  }, [rows, row, onUnread])

  const shownNews = useRef<number | null>(null)
  useEffect(() => {
    if (!news?.isUndone || shownNews.current === news.id) return
    const back = units.find(({ unitId }) => unitId === news.unitId)
    if (!back) return
    shownNews.current = news.id
    show(back)
  }, [news, units, show])

  const isLookingOn = units.length === 0 && hasMore
  useEffect(() => { if (isLookingOn) loadMore() }, [isLookingOn, loadMore, queue.looked])

  if (!unit) return <NoUnits filter={shown.filter} waiting={shown.waiting} isSearched={countOf(shown.search) > 0} looked={queue.looked} isLookingOn={isLookingOn} />
  const decide = (verdict: VerdictInput, note: string, extras: Extras) => {
    queue.decide({ units: [unit], verdict, note, extras })
    current.leave([unit])
  }
  const decideAll = (verdict: VerdictInput, note: string, extras: Extras) => {
    queue.decide({ units: selection.units, verdict, note, extras })
    current.leave(selection.units)
    selection.clear()
  }
  const list = <QueueList key="list" queue={queue} rows={rows} holderOf={claims.holderOf} currentId={unit.unitId} selection={isReviewer ? selection : null} onShow={show} onUnread={onUnread} />
  const desk = <UnitDesk key={unit.unitId} unit={unit} view={view} source={source} isGone={current.isGone} mayDecide={isReviewer && !isBulk} holder={holder} drafts={drafts} onTakeOver={() => { claims.claim(unit.unitId, true) }} onDecide={decide} onSearch={more => { shown.onSearch({ ...shown.search, ...more }) }} />
  return (
    <>
    {isBulk && <BulkBar source={source} selection={selection} onDecide={decideAll} />}
    <div className="mephisto-review-columns">
      {isNarrow ? [desk, list] : [list, desk]}
    </div>
    </>
  )
}

interface NoUnitsProps {
  readonly filter: ReviewFilter
  /** Units of the run that wait for somebody. */
  readonly waiting: number
  readonly isSearched: boolean
  readonly looked: number
  readonly isLookingOn: boolean
}

/** That there is nothing to show, or not yet: a search may look through many answers before it finds one. */
function NoUnits({ filter, waiting, isSearched, looked, isLookingOn }: NoUnitsProps) {
  const { desk, queue: texts } = useTexts()
  const formats = useFormats()
  const text = isLookingOn ? texts.looking(formats.count(looked))
    : isSearched ? `${texts.none}${looked > 0 ? ` ${texts.lookedAll(formats.count(looked))}` : ''}`
      : filter === 'waiting' && waiting > 0 ? desk.opinions.others(formats.count(waiting)) : desk.empty[filter]
  return <p className="mephisto-review-empty" role="status">{text}</p>
}

/** Asks before the page is left while a decision is on its way. */
function useLeaveWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined
    const warn = (event: BeforeUnloadEvent) => { event.preventDefault() }
    window.addEventListener('beforeunload', warn)
    return () => { window.removeEventListener('beforeunload', warn) }
  }, [isOn])
}
