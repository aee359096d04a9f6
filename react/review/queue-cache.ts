import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { DecideReply, ReviewQueueView, ReviewUnitView } from '../../sdk/protocol/review-views.js'
import type { RunProgressView } from '../../sdk/protocol/run-views.js'
import type { ListedUnits, ReviewKeys } from './review-keys.js'
import { moved } from './use-run-progress.js'

/** A queue as it is kept: the pages that were loaded. */
export type QueuePages = InfiniteData<ReviewQueueView, string | null>

interface Cache {
  readonly queryClient: QueryClient
  readonly keys: ReviewKeys
}

interface Outcomes {
  readonly outcomes: DecideReply['outcomes']
  /** The units as they were before. */
  readonly known: readonly ReviewUnitView[]
}

/**
 * Writes the outcomes of a decision into the kept queues and counts at once. Replies under way are dropped first:
 * they may be older than the decision and would bring a decided unit back to the screen.
 */
export async function keepOutcomes(cache: Cache, run: string, step: Outcomes): Promise<void> {
  const { queryClient, keys } = cache
  await Promise.all([
    queryClient.cancelQueries({ queryKey: keys.queues(run) }),
    queryClient.cancelQueries({ queryKey: keys.progress(run) }),
  ])
  for (const outcome of step.outcomes) {
    const before = step.known.find(unit => unit.unitId === outcome.unitId)
    for (const [key, pages] of queryClient.getQueriesData<QueuePages>({ queryKey: keys.queues(run) })) {
      if (pages) queryClient.setQueryData(key, withStatus(pages, { outcome, ...listedBy(key), before }))
    }
    if (!before || !outcome.decided || before.status === outcome.status) continue
    const move = { from: before.status, to: outcome.status }
    queryClient.setQueryData<RunProgressView>(keys.progress(run), kept => kept && moved(kept, move))
  }
}

/** Pages of a queue that are asked for again at once. */
const MOST_REFRESHED = 4

/** Asks for counts and short queues again; a long one is asked for in its own time, since each of its pages is a call. */
export function refreshRun({ queryClient, keys }: Cache, run: string): void {
  void queryClient.invalidateQueries({ queryKey: keys.queues(run), predicate: ({ state }) => ((state.data as QueuePages | undefined)?.pages.length ?? 0) <= MOST_REFRESHED })
  void queryClient.invalidateQueries({ queryKey: keys.progress(run) })
}

/** What the queue of a key lists, oldest or newest first. */
function listedBy(key: readonly unknown[]): Pick<Change, 'statuses' | 'isNewest' | 'isWanted'> {
  const { statuses, search } = key.at(-1) as ListedUnits
  return { statuses, isNewest: search.order === 'newest', isWanted: search.opinions === 'wanted' }
}

interface Change {
  readonly outcome: Pick<DecideReply['outcomes'][number], 'unitId' | 'status'> & Partial<Pick<DecideReply['outcomes'][number], 'opinion'>>
  readonly statuses: readonly unknown[]
  /** Whether the newest answers stand first. @default false */
  readonly isNewest?: boolean
  /** Whether it lists what waits for the reviewer alone. @default false */
  readonly isWanted?: boolean
  readonly before: ReviewUnitView | undefined
}

/** The pages with the unit in its new status: changed, taken out, or put (back) where its answer's time says. */
export function withStatus(pages: QueuePages, { outcome, statuses, isNewest = false, isWanted = false, before }: Change): QueuePages {
  const hasSaid = isWanted && (outcome.opinion === 'waits' || outcome.opinion === 'differs')
  const belongs = statuses.includes(outcome.status) && !hasSaid
  const isThere = pages.pages.some(page => page.units.some(unit => unit.unitId === outcome.unitId))
  const changed = pages.pages.map(page => ({
    ...page,
    units: page.units
      .filter(unit => belongs || unit.unitId !== outcome.unitId)
      .map(unit => (unit.unitId === outcome.unitId ? { ...unit, status: outcome.status } : unit)),
  }))
  if (isThere || !belongs || !before || outcome.status !== 'completed') return { ...pages, pages: changed }
  return { ...pages, pages: inserted(changed, { ...before, status: outcome.status, decision: null }, isNewest) }
}

function inserted(pages: readonly ReviewQueueView[], unit: ReviewUnitView, isNewest: boolean): ReviewQueueView[] {
  const isAfter = (other: ReviewUnitView): boolean => (isNewest ? other.submittedAt < unit.submittedAt : other.submittedAt > unit.submittedAt)
  const last = pages.length - 1
  const at = pages.findIndex((page, index) => index === last || page.units.some(isAfter))
  return pages.map((page, index) => {
    if (index !== at) return page
    const before = page.units.filter(other => !isAfter(other))
    return { ...page, units: [...before, unit, ...page.units.slice(before.length)] }
  })
}
