import type { BlueprintImplementation } from '../../blueprints/implement.js'
import { isLow } from '../../data-model/data-feed.js'
import type { TaskRun } from '../../data-model/entities.js'
import type { EventType } from '../../data-model/event-types.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { EventRow } from '../../ports/event-operations.js'
import type { FeedingRun } from '../../ports/feed-operations.js'
import { openFeed } from './check-feed.js'
import { stockOf } from './stock.js'

/** Finds the fed runs of a blueprint that want rows. What it remembers only wakes: a thorough look finds all without it. */
export interface FeedWatch {
  /** Something happened. False when it concerns no fed run that this process knows. */
  note(events: readonly EventRow[]): boolean
  /** A run that is fed. */
  learn(run: TaskRun): Promise<void>
  /** Has the feeds read that are to be read now: of the runs that were noted, or of all. */
  bringIn(isThorough: boolean): Promise<void>
}

/** Events of agents that decide their answers, and of runs that end them. */
const DECIDING: ReadonlySet<EventType> = new Set<EventType>(['approve', 'overturn', 'soft_reject', 'reject'])
const ENDING: ReadonlySet<EventType> = new Set<EventType>(['complete', 'expire'])

/** Whether answers were decided, or no more will be. */
function isDeciding({ type, streamId, runId }: EventRow): boolean {
  return streamId === runId ? ENDING.has(type) : DECIDING.has(type)
}

/** Runs that are looked at in one statement. */
const PAGE = 200

/** The watch over the fed runs of one blueprint. */
export function createFeedWatch({ db, implementation }: { readonly db: DbOperations; readonly implementation: BlueprintImplementation }): FeedWatch {
  /** By fed run: the runs that its feed watches. */
  const known = new Map<string, readonly string[]>()
  let noted = new Set<string>()
  /** Those of the noted runs whose feed may have something new, though it said that it rests. */
  let woken = new Set<string>()

  async function learn({ id, config: { dataFeed } }: TaskRun): Promise<void> {
    if (!dataFeed || known.has(id)) return
    try {
      const { feed, params } = await openFeed(implementation, dataFeed)
      known.set(id, feed.watches?.(params) ?? [])
    } catch {
      // Not the code that the run was launched with: whoever reads the feed says so.
      known.set(id, [])
    }
  }

  async function fedRuns(runIds: readonly string[] | null): Promise<readonly FeedingRun[]> {
    const found: FeedingRun[] = []
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: readonly FeedingRun[] = await db.feeds.underWay({ blueprintType: implementation.blueprint.type, after, limit: PAGE, ...(runIds === null ? {} : { runIds }) })
      found.push(...page)
      after = page.length < PAGE ? undefined : page.at(-1)?.run.id
    }
    return found
  }

  async function wantsRows({ run, isIdle, restUntil }: FeedingRun, at: number): Promise<boolean> {
    if (!isIdle || (restUntil > at && !woken.has(run.id))) return false
    const stock = await stockOf(db, run)
    return stock !== null && isLow(stock)
  }

  return {
    learn,
    note(events) {
      if (known.size === 0) return false
      const runIds = new Set(events.map(({ runId }) => runId))
      const decidedIn = new Set(events.filter(isDeciding).map(({ runId }) => runId))
      const before = noted.size + woken.size
      for (const [runId, watched] of known) {
        if (runIds.has(runId)) noted.add(runId)
        if (watched.some(one => decidedIn.has(one))) {
          noted.add(runId)
          woken.add(runId)
        }
      }
      return noted.size + woken.size > before
    },
    async bringIn(isThorough) {
      if (!isThorough && noted.size === 0) return
      const at = await db.now()
      const [looked, before] = [noted, [...known.keys()]]
      noted = new Set()
      const found = await fedRuns(isThorough ? null : [...looked])
      const wanting: FeedingRun[] = []
      for (const one of found) {
        await learn(one.run)
        if (await wantsRows(one, at)) wanting.push(one)
        // It is being read just now: looked at again when that is over.
        else if (!one.isIdle && looked.has(one.run.id)) noted.add(one.run.id)
      }
      const isUnderWay = new Set(found.map(({ run }) => run.id))
      // Who has enough just now is still to be told of what is new.
      const isTold = new Set(wanting.map(({ run }) => run.id))
      woken = new Set([...woken].filter(runId => !isTold.has(runId) && (!isThorough || isUnderWay.has(runId))))
      if (isThorough) for (const runId of before) if (!isUnderWay.has(runId)) known.delete(runId)
      if (wanting.length > 0) await db.outbox.again(wanting.map(({ callId }) => callId), at)
    },
  }
}
