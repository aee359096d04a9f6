import type { QueryClient } from '@tanstack/react-query'
import type { DecideReply, ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import type { ListedUnits, ReviewKeys } from '../review-keys.js'
import { moved } from '../use-run-progress.js'
import { isNext, type QueuePart, type QueueParts } from './queue-parts.js'

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
    for (const [key, list] of queryClient.getQueriesData<QueueParts>({ queryKey: keys.queues(run) })) {
      if (list) queryClient.setQueryData(key, withStatus(list, { outcome, ...listedBy(key), before }))
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
  void queryClient.invalidateQueries({ queryKey: keys.queues(run), predicate: ({ state }) => ((state.data as QueueParts | undefined)?.parts.length ?? 0) <= MOST_REFRESHED })
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

/** The list with the unit in its new status: changed, taken out, or put (back) where its answer's time says. Pure. */
export function withStatus(list: QueueParts, { outcome, statuses, isNewest = false, isWanted = false, before }: Change): QueueParts {
  const hasSaid = isWanted && (outcome.opinion === 'waits' || outcome.opinion === 'differs')
  const belongs = statuses.includes(outcome.status) && !hasSaid
  const at = list.parts.findIndex(part => part.units.some(unit => unit.unitId === outcome.unitId))
  if (at < 0) return belongs && before && outcome.status === 'completed' ? withUnit(list, { ...before, status: outcome.status, decision: null }, isNewest) : list
  return changed(list, at, {
    units: units => units.filter(unit => belongs || unit.unitId !== outcome.unitId).map(unit => (unit.unitId === outcome.unitId ? { ...unit, status: outcome.status } : unit)),
    by: belongs ? 0 : -1,
  })
}

/** The list with a unit more, where its answer's time says: also where nothing was read, between two parts. */
function withUnit(list: QueueParts, unit: ReviewUnitView, isNewest: boolean): QueueParts {
  const isAfter = (other: ReviewUnitView): boolean => (isNewest ? other.submittedAt < unit.submittedAt : other.submittedAt > unit.submittedAt)
  const last = list.parts.length - 1
  const found = list.parts.findIndex(part => part.units.some(isAfter))
  const isBeyond = found < 0 && list.total !== null && (list.parts[last]?.nextCursor ?? null) !== null
  const isBetween = found >= 0 && !isNext(list, found) && list.parts[found]?.units.every(isAfter) === true
  if (isBeyond || isBetween) return changed(list, isBeyond ? last + 1 : found - 0.5, { units: units => [...units], by: 1 })
  return changed(list, found < 0 ? last : found, {
    units: units => {
      const before = units.filter(other => !isAfter(other))
      return [...before, unit, ...units.slice(before.length)]
    },
    by: 1,
  })
}

interface PartChange {
  units(units: readonly ReviewUnitView[]): ReviewUnitView[]
  /** How many units more or less the list has by it. */
  readonly by: number
}

/** The list with one of its parts changed, and what comes after it moved; between two indexes, what was not read there is. */
function changed(list: QueueParts, at: number, { units, by }: PartChange): QueueParts {
  const parts = list.parts.map((part, index): QueuePart => (index < at ? part
    : index > at ? { ...part, before: part.before + by }
      : { ...part, units: units(part.units), looked: part.looked + by }))
  return { ...list, parts, total: list.total === null ? null : list.total + by }
}
