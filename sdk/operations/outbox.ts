import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { SILENT, type Observer } from './observing/observer.js'
import type { OutboxHandler } from './outbox-handler.js'
import { createOutboxWorker, type CallCounts, type OutboxWorker, type ReservedCall } from './outbox-worker.js'

/** Makes the calls that were written into the outbox. */
export interface Outbox {
  /** Makes the calls that are due, and those that follow from them, at most `most` of each topic. Ends when they have. @default most 1000 */
  runDue(most?: number): Promise<CallCounts>
  /** Room for a call of a topic that this process makes at once; null when it has as many as it makes at a time. See {@link ReservedCall}. */
  reserve(topic: string, subjectId: string): ReservedCall | null
  /** Resolves when the calls that are under way now have ended. */
  ended(): Promise<void>
  /** Calls have been enqueued: where the outbox was started, it looks at once. */
  wake(): void
  /** Makes calls as they become due: looks every `everyMs` and when woken, until the returned function is called, which awaits those under way. */
  start(everyMs: number): () => Promise<void>
}

/** Commits that follow each other closely wake once. */
const WAKE_AFTER_MS = 5

/**
 * The outbox of an instance. A call is made by one process at a time, outside any transaction, and again when it failed or
 * the process is gone: at least once, under one key (docs/decisions/0017-outbox-and-webhooks.md). Topics wait for their own
 * calls alone.
 * @throws MephistoError `invalid_options` for two handlers of one topic
 */
export function createOutbox({ db, runtime, observer = SILENT }: { readonly db: MephistoDb; readonly runtime: Runtime; readonly observer?: Observer }, handlers: readonly OutboxHandler[]): Outbox {
  const topics = handlers.map(({ topic }) => topic)
  const twice = topics.find((topic, index) => topics.indexOf(topic) !== index)
  if (twice !== undefined) throw new MephistoError('invalid_options', `Option "outbox" has two handlers of the topic "${twice}"; give each a topic of its own.`)
  const workers = handlers.map(handler => createOutboxWorker({ db, runtime, observer, onRoom: () => { wake() } }, handler))
  const lookers = new Set<() => void>()
  let isWaking = false

  function wake(): void {
    if (lookers.size === 0 || isWaking) return
    isWaking = true
    setTimeout(() => {
      isWaking = false
      for (const worker of workers) worker.wake(false)
      for (const look of lookers) look()
    }, WAKE_AFTER_MS)
  }

  return {
    async runDue(most = 1_000) {
      const total = { done: 0, retried: 0, failed: 0 }
      const made = workers.map(() => 0)
      for (let isFirst = true, isMore = true; isMore; isFirst = false) {
        const counts = await Promise.all(workers.map((worker, index) => {
          worker.wake(isFirst)
          return worker.drain({ most: most - (made[index] ?? 0) })
        }))
        const sums = counts.map(({ done, retried, failed }) => done + retried + failed)
        sums.forEach((sum, index) => { made[index] = (made[index] ?? 0) + sum })
        for (const name of ['done', 'retried', 'failed'] as const) total[name] += counts.reduce((sum, one) => sum + one[name], 0)
        // What a call was followed by may be of another topic.
        isMore = sums.some(sum => sum > 0)
      }
      return total
    },
    reserve: (topic, subjectId) => workers[topics.indexOf(topic)]?.reserve(subjectId) ?? null,
    async ended() { await Promise.all(workers.map(worker => worker.ended())) },
    wake,
    start(everyMs) {
      const loops = workers.map(worker => keepDraining(worker, everyMs, runtime))
      for (const { look } of loops) lookers.add(look)
      return async () => {
        for (const { look } of loops) lookers.delete(look)
        await Promise.all(loops.map(({ stop }) => stop()))
      }
    },
  }
}

/** Drains a worker every `everyMs` and when told to look, never twice at once, until it is stopped. */
function keepDraining(worker: OutboxWorker, everyMs: number, runtime: Runtime): { look(): void; stop(): Promise<void> } {
  let isStopped = false
  let draining: Promise<void> | null = null
  async function drain(): Promise<void> {
    try {
      for (let seen = -1; seen !== worker.wakings() && !isStopped;) {
        seen = worker.wakings()
        await worker.drain({ most: Infinity, isOver: () => isStopped })
      }
    } catch (error) {
      runtime.logger.error({ err: error }, 'a round of the outbox failed; the next one tries again')
    }
  }
  function look(): void {
    if (isStopped) return
    draining ??= drain().finally(() => { draining = null })
  }
  function round(): void {
    worker.wake(true)
    look()
  }
  const timer = setInterval(round, everyMs)
  round()
  return {
    look,
    async stop() {
      isStopped = true
      clearInterval(timer)
      worker.wake(false)
      await draining
    },
  }
}
