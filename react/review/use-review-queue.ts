import { useMemo } from 'react'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { ReviewQueueView, ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { useDecisionsUnderWay } from './decisions-under-way.js'
import { EVERYTHING, type QueueSearch } from './queue-search/queue-search.js'
import type { ReviewFailure } from './review-failure.js'
import type { ReviewNews } from './review-news.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { useDecisions, type Decision } from './use-decisions.js'
import { LONGEST_LISTED } from './use-whole-unit.js'
import { usePagedList } from './kit/use-paged-list.js'

const PAGE_SIZE = 50
const WAITING: readonly UnitStatus[] = ['completed']

/** Which units to review. */
export interface ReviewQueueOptions extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Statuses of the units to list. @default ['completed'], those that wait for a decision */
  readonly statuses?: readonly UnitStatus[] | undefined
  /** Which of them. @default all, the oldest answer first; of those that wait, what the reviewer has judged already and somebody else is to judge as well is left out */
  readonly search?: QueueSearch | undefined
}

/** Units to review, and what can be done with them. */
export interface ReviewQueue {
  /** The units loaded so far, with decisions under way counted as made. Undefined until the first reply. */
  readonly units: readonly ReviewUnitView[] | undefined
  /** How many units were looked at so far, where the search has to look through them. */
  readonly looked: number
  /** Why the latest reply failed; the units of the last good one stay. */
  readonly failure: ReviewFailure | null
  /** There are more units than are loaded. */
  readonly hasMore: boolean
  /** Loads the next page in the background; does nothing when there is none or it is on its way. */
  readonly loadMore: () => void
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
  const { run, statuses = WAITING, search: asked = EVERYTHING } = options
  const search: QueueSearch = statuses.every(status => status === 'completed') ? { opinions: 'wanted', ...asked } : asked
  const store = useReviewStore(options)
  const { client, keys } = store
  const decisions = useDecisions(options)
  const underWay = useDecisionsUnderWay(store, run)
  const { pages, ...list } = usePagedList(store, {
    queryKey: keys.queue(run, { statuses, search }),
    read: async (cursor: string | null): Promise<ReviewQueueView> => {
      const page = await client.review.queue.query({ ...search, run, statuses: [...statuses], limit: PAGE_SIZE, longest: LONGEST_LISTED, ...(cursor === null ? {} : { cursor }) })
      return { ...page, units: page.units.map(unit => ({ ...unit, input: unit.input, answer: unit.answer })) }
    },
    next: page => page.nextCursor,
  })
  const units = useMemo(
    () => pages && unitsOf(pages.flatMap(page => page.units), { underWay, statuses }),
    [pages, underWay, statuses],
  )
  const looked = pages?.reduce((sum, page) => sum + page.looked, 0) ?? 0
  return { ...decisions, ...list, units, looked, underWay: underWay.length }
}

interface Shown {
  readonly underWay: ReturnType<typeof useDecisionsUnderWay>
  readonly statuses: readonly UnitStatus[]
}

function unitsOf(units: readonly ReviewUnitView[], { underWay, statuses }: Shown): ReviewUnitView[] {
  const after = new Map(underWay.flatMap(step => step.units.map(unit => [unit.unitId, step.status] as const)))
  const unique = new Map(units.map(unit => [unit.unitId, unit]))
  return [...unique.values()]
    .map(unit => {
      const status = after.get(unit.unitId)
      return status === undefined ? unit : { ...unit, status }
    })
    .filter(unit => statuses.includes(unit.status))
}
