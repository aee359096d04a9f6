import { useCallback, useMemo } from 'react'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { useDecisionsUnderWay } from './decisions-under-way.js'
import { PAGE_SIZE, type UnreadPlace } from './queue-list/queue-parts.js'
import { rowsOf, type QueueRows } from './queue-list/queue-rows.js'
import { useQueueParts } from './queue-list/use-queue-parts.js'
import { EVERYTHING, type QueueSearch } from './queue-search/queue-search.js'
import type { ReviewFailure } from './review-failure.js'
import type { ReviewNews } from './review-news.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { useDecisions, type Decision } from './use-decisions.js'

const NONE: ReadonlySet<string> = new Set()
const WAITING: readonly UnitStatus[] = ['completed']

/** Which units to review. */
export interface ReviewQueueOptions extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Statuses of the units to list. @default ['completed'], those that wait for a decision */
  readonly statuses?: readonly UnitStatus[] | undefined
  /** Which of them. @default all, the oldest answer first; of those that wait, what the reviewer has judged already and somebody else is to judge as well is left out */
  readonly search?: QueueSearch | undefined
  /** About so many characters of JSON an item and an answer may have, 200 to 1,000,000; of longer ones there is the beginning (`shortenedFrom`), and all of it in `client.review.units`. @default all of it */
  readonly longest?: number | undefined
}

/** Units to review, and what can be done with them. */
export interface ReviewQueue {
  /** The units that are in memory, with decisions under way counted as made. Undefined until the first reply. */
  readonly units: readonly ReviewUnitView[] | undefined
  /** All rows of the list, also those that were not read, and how many. Undefined until the first reply. */
  readonly rows: QueueRows | undefined
  /** Units of the list by the server's count; null where they are not counted: the list is read page by page then. */
  readonly total: { readonly units: number; readonly isMore: boolean } | null
  /** How many units were looked at so far, where the search has to look through them. */
  readonly looked: number
  /** Why the latest reply failed; the units of the last good one stay. */
  readonly failure: ReviewFailure | null
  /** There are more units than are in memory. */
  readonly hasMore: boolean
  /** Reads the first page that is missing, in the background; does nothing when there is none or another is on its way. */
  readonly loadMore: () => void
  /** Reads what is missing at a place of the rows; pages far from it may be dropped, apart from those with units whose ids are to be kept. Does nothing while another page is on its way. */
  readonly readAt: (place: UnreadPlace, keep: ReadonlySet<string>) => void
  /** Asks again now. */
  readonly refresh: () => void
  /** Decides one unit; shown at once, taken back when the server refuses or stays away. */
  readonly decide: (decision: Decision) => void
  /** Takes back your latest decision in the run. */
  readonly undo: () => void
  /** How many decisions the server has not answered yet. */
  readonly underWay: number
  /** What happened last. */
  readonly news: ReviewNews | null
}

/** The review queue of a run: units as live data (asked for again every 4 s while visible) and decisions on them. */
export function useReviewQueue(options: ReviewQueueOptions): ReviewQueue {
  const { run, statuses = WAITING, search: asked = EVERYTHING, longest } = options
  const search: QueueSearch = statuses.every(status => status === 'completed') ? { opinions: 'wanted', ...asked } : asked
  const store = useReviewStore(options)
  const { client, keys } = store
  const decisions = useDecisions(options)
  const underWay = useDecisionsUnderWay(store, run)
  const { list, ...reading } = useQueueParts(store, keys.queue(run, { statuses, search }), ({ cursor, until, skip, isBackwards }, isCounted) => client.review.queue.query({
    ...search, run, statuses: [...statuses], limit: PAGE_SIZE, ...(longest === undefined ? {} : { longest }), ...(skip > 0 ? { skip } : {}), ...(cursor === null ? {} : { cursor }), ...(until === null ? {} : { until }), ...(isBackwards ? { isBackwards } : {}), ...(isCounted ? { isCounted } : {}),
  }))
  const rows = useMemo(
    () => list && rowsOf({ ...list, parts: list.parts.map(part => ({ ...part, units: unitsOf(part.units, { underWay, statuses }) })) }),
    [list, underWay, statuses],
  )
  const units = useMemo(() => rows?.stretches.flat(), [rows])
  const looked = list?.parts.reduce((sum, part) => sum + part.looked, 0) ?? 0
  const { readAt } = reading
  const missing = useMemo(() => rows?.unread(0, Infinity) ?? null, [rows])
  const loadMore = useCallback(() => { if (missing) readAt(missing, NONE) }, [missing, readAt])
  const total = list && list.total !== null ? { units: list.total, isMore: list.isMore } : null
  return { ...decisions, ...reading, units, rows, total, looked, hasMore: missing !== null, loadMore, underWay: underWay.length }
}

interface Shown {
  readonly underWay: ReturnType<typeof useDecisionsUnderWay>
  readonly statuses: readonly UnitStatus[]
}

function unitsOf(units: readonly ReviewUnitView[], { underWay, statuses }: Shown): ReviewUnitView[] {
  const after = new Map(underWay.flatMap(step => step.units.map(unit => [unit.unitId, step.status] as const)))
  return units
    .map(unit => {
      const status = after.get(unit.unitId)
      return status === undefined ? unit : { ...unit, status }
    })
    .filter(unit => statuses.includes(unit.status))
}
