import type { MephistoDb } from '../ports/mephisto-db.js'
import type { CallRow } from '../ports/outbox-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { backoffMs } from './backoff.js'
import type { Observer } from './observing/observer.js'
import type { CallOutcome, CallRecord, OutboxHandler } from './outbox-handler.js'

/** What became of calls that were tried. */
export interface CallCounts {
  readonly done: number
  /** Failed, and tried again later. */
  readonly retried: number
  /** Given up; the operator can have them made again. */
  readonly failed: number
}

/** When to stop. */
export interface Drain {
  /** Start at most so many calls. */
  readonly most: number
  /** Start no more from when this is true on. @default never */
  readonly isOver?: () => boolean
}

/** Makes the calls of one topic. */
export interface OutboxWorker {
  /** Makes calls until none is due and none that it started is under way. */
  drain(drain: Drain): Promise<CallCounts>
  /** Something may have become due: who drains looks again. `isThorough` also looks for what this process has not heard of. */
  wake(isThorough: boolean): void
  /** How often it was woken. */
  wakings(): number
  /** Resolves when the calls that are under way now have ended. */
  ended(): Promise<void>
  /** Room for a call about a subject that is about to be written with a lease of this process; null when as many are under way as may be. */
  reserve(subjectId: string): ReservedCall | null
}

/** Room for one call. */
export interface ReservedCall {
  /** How long its lease is, ms. */
  readonly leaseMs: number
  /** Makes the call, which was written with that lease. */
  make(call: CallRow): void
  /** No call came of it. */
  release(): void
}

/** A lease outlasts the time limit of its call by this, ms: what a process may need to start the call and to record its result. */
const LEASE_MARGIN_MS = 30_000

const OUTCOMES = { done: 'done', pending: 'retried', failed: 'failed' } as const

interface WorkerParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly observer: Observer
  /** There is room again, after somebody asked for some and got none: calls may wait in the outbox. */
  onRoom(): void
}

/** The worker of a handler. */
export function createOutboxWorker({ db, runtime, observer, onRoom }: WorkerParts, handler: OutboxHandler): OutboxWorker {
  const { topic, timeoutMs = 30_000, leaseMarginMs = LEASE_MARGIN_MS, maxTries = 15, backoff = { firstMs: 2_000, mostMs: 3_600_000 }, concurrency = 16, concurrencyPerSubject = 4 } = handler
  const running = new Set<Promise<void>>()
  const perSubject = new Map<string, number>()
  let wakings = 0
  let wantsThorough = false
  let notify = (): void => undefined
  let reserved = 0
  /** Calls wait for room: who comes now waits behind them. */
  let isFull = false
  let wasRefused = false

  async function take(limit: number): Promise<readonly CallRow[]> {
    const at = await db.now()
    return db.outbox.take({ topic, at, until: at + timeoutMs + leaseMarginMs, perSubject: concurrencyPerSubject, underWay: perSubject, limit })
  }

  async function attempt(call: CallRow): Promise<CallOutcome> {
    const controller = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(`no result within ${String(timeoutMs)} ms`)
        controller.abort(error)
        reject(error)
      }, timeoutMs)
    })
    try {
      return await Promise.race([handler.call(call, controller.signal), tooLate])
    } catch (error) {
      return { kind: 'retry', result: { error: error instanceof Error ? error.message : String(error) } }
    } finally {
      clearTimeout(timer)
    }
  }

  function waitAfter(outcome: CallOutcome, { tries }: CallRow): number {
    if (outcome.kind === 'retry') return Math.max(outcome.afterMs ?? 0, backoffMs(backoff, tries, runtime.random()))
    return outcome.kind === 'done' ? outcome.restMs ?? 0 : 0
  }

  /** Makes a call and records its result; null when somebody else has had the call meanwhile. */
  async function make(call: CallRow): Promise<CallRecord['status'] | null> {
    const outcome = await attempt(call)
    const status = outcome.kind === 'retry' ? call.tries >= maxTries ? 'failed' : 'pending' : outcome.kind
    const waitMs = waitAfter(outcome, call)
    return db.transaction(async tx => {
      const at = await tx.now()
      const isOurs = await tx.outbox.finish(call, { status, nextAt: at + waitMs, result: JSON.stringify(outcome.result), at })
      if (isOurs && outcome.kind === 'done') await outcome.write?.(tx, at)
      if (isOurs) await handler.record?.(tx, call, { status, result: outcome.result, at })
      return isOurs ? status : null
    })
  }

  /** Makes a call in a span of its own, whoever woke the worker. */
  function observed(call: CallRow): Promise<CallRecord['status'] | null> {
    return observer.timed({
      instrument: 'mephisto.outbox.call.duration', attributes: { topic }, failure: 'unrecorded', outcomeOf: status => ({ outcome: status === null ? 'unrecorded' : OUTCOMES[status] }),
      span: 'mephisto.outbox.call', spanAttributes: { 'mephisto.topic': topic, 'mephisto.call.id': call.id, 'mephisto.tries': call.tries }, links: [],
    }, async span => {
      const status = await make(call)
      if (status !== null) span.set({ 'mephisto.outcome': OUTCOMES[status] })
      return status
    })
  }

  async function begin(call: CallRow, counts: Map<CallRecord['status'], number>): Promise<void> {
    if (call.subjectId !== null) count(call.subjectId, 1)
    observer.record('mephisto.outbox.calls.active', 1, { topic })
    try {
      const status = await observed(call)
      if (status !== null) counts.set(status, (counts.get(status) ?? 0) + 1)
      if (status === 'failed') runtime.logger.warn({ topic, callId: call.id, subjectId: call.subjectId, tries: call.tries }, 'a call to the outside world was given up; the outbox says why and can make it again')
    } catch (error) {
      // Nobody is told the result: the call is due again when its lease ends.
      runtime.logger.error({ err: error, topic, callId: call.id }, 'the result of a call could not be recorded; it will be made again')
    }
    observer.record('mephisto.outbox.calls.active', -1, { topic })
    if (call.subjectId !== null) count(call.subjectId, -1)
  }

  function track(call: Promise<void>, onEnd: () => void): Promise<void> {
    const ended: Promise<void> = call.finally(() => {
      running.delete(ended)
      onEnd()
    })
    running.add(ended)
    return ended
  }

  function count(subject: string, change: 1 | -1): void {
    const calls = (perSubject.get(subject) ?? 0) + change
    if (calls > 0) perSubject.set(subject, calls)
    else perSubject.delete(subject)
  }

  /** Waits until a call under way ends, or somebody woke the worker since it was woken for the `seen`th time. */
  async function somethingHappens(seen: number): Promise<void> {
    if (wakings !== seen) return
    await Promise.race([...running, new Promise<void>(resolve => { notify = resolve })])
  }

  async function look(room: number): Promise<readonly CallRow[]> {
    const isThorough = wantsThorough
    wantsThorough = false
    await handler.bringIn?.(isThorough)
    return take(room)
  }

  async function drain(wanted: Drain): Promise<CallCounts> {
    try {
      return await drainUntil(wanted)
    } finally {
      isFull = false
    }
  }

  async function drainUntil({ most, isOver = () => false }: Drain): Promise<CallCounts> {
    const counts = new Map<CallRecord['status'], number>()
    const own = new Set<Promise<void>>()
    for (let started = 0; ;) {
      const seen = wakings
      const room = isOver() ? 0 : Math.min(concurrency - running.size - reserved, most - started)
      const taken = room > 0 ? await look(room) : []
      isFull = room <= 0 || taken.length === room
      for (const call of taken) {
        const ended: Promise<void> = track(begin(call, counts), () => { own.delete(ended) })
        own.add(ended)
      }
      started += taken.length
      const hasAll = taken.length < room || started >= most || isOver()
      if (hasAll && own.size === 0) break
      if (hasAll || room <= 0) await somethingHappens(seen)
    }
    return { done: counts.get('done') ?? 0, retried: counts.get('pending') ?? 0, failed: counts.get('failed') ?? 0 }
  }

  return {
    drain,
    wake(isThorough) {
      wantsThorough ||= isThorough
      wakings += 1
      notify()
    },
    wakings: () => wakings,
    async ended() { await Promise.allSettled(running) },
    reserve(subjectId) {
      if (isFull || running.size + reserved >= concurrency || (perSubject.get(subjectId) ?? 0) >= concurrencyPerSubject) {
        wasRefused = true
        return null
      }
      reserved += 1
      count(subjectId, 1)
      const release = (): void => {
        reserved -= 1
        count(subjectId, -1)
      }
      const makeRoom = (): void => {
        notify()
        if (wasRefused) onRoom()
        wasRefused = false
      }
      return {
        leaseMs: timeoutMs + leaseMarginMs,
        release() {
          release()
          makeRoom()
        },
        make(call) {
          release()
          void track(begin(call, new Map()), makeRoom)
        },
      }
    },
  }
}
