import { createBoundedMap } from '../../data-model/bounded-map.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { sessionFull } from '../sessions/packet-log.js'
import { draftOf, isEmpty, type Draft } from './draft.js'
import type { Drafting } from './functions.js'
import type { LiveLog } from './live-log.js'
import type { LivePlace } from './live-place.js'
import { keyOf, type PacketKey } from './packet-key.js'
import { sharedStateOf, type SharedState } from './shared-state.js'
import { told } from './told.js'

/** Something that is to happen in a session. */
export interface Job {
  /** Of the packet that says so: the same happens once. Null for one that finds for itself what is left to do. */
  readonly key: PacketKey | null
  /** Adds it to a draft. May be called several times, each time with how things stand by then. What it rejects with refuses it; nothing is written then. */
  draft(drafting: Drafting, draft: Draft): Promise<Draft>
}

/** Lets things happen in sessions: in each one after the other in this process, and by the version of its row among all. Resolves, after the commit, to the number of its packet, 0 for none. */
export interface Conductor {
  (place: LivePlace, job: Job): Promise<number>
  /** How a session stands by what this process remembers; null where it remembers nothing. */
  remembered(sessionId: string): SharedState | null
  /** How a session stands. */
  now(sessionId: string): Promise<SharedState>
  /** Others may have changed a session: how it stands is looked up next time. */
  forget(sessionId: string): void
}

interface Parts {
  readonly db: DbOperations
  readonly runtime: Runtime
  readonly log: LiveLog
}

interface Waiting {
  readonly job: Job
  resolve(number: number): void
  reject(error: unknown): void
}

interface Known {
  readonly version: number
  readonly shared: SharedState
}

/** Jobs of one session that are drafted together. */
const MOST_JOBS = 64
/** For how long drafts are made anew because others were faster, ms. */
const LONGEST_MS = 10_000
/** The longest pause before that, ms. */
const LONGEST_PAUSE_MS = 100
const MOST_SESSIONS = 2_000

/** A conductor over a database. */
export function createConductor({ db, runtime, log }: Parts): Conductor {
  const queues = new Map<string, Waiting[]>()
  const known = createBoundedMap<string, Known>(MOST_SESSIONS)

  async function latest(sessionId: string): Promise<Known> {
    const row = (await db.sessions.states([sessionId])).get(sessionId)
    return { version: row?.version ?? 0, shared: sharedStateOf(row?.state ?? null) }
  }

  /** Drafts and writes these jobs once. Returns those that are still to be done. */
  async function attempt(place: LivePlace, jobs: readonly Waiting[]): Promise<readonly Waiting[]> {
    const { sessionId } = place
    const remembered = known.get(sessionId)
    const base = remembered ?? await latest(sessionId)
    const drafting: Drafting = {
      place, version: base.version + 1,
      onFault: (error, event) => { runtime.logger.error({ err: error, sessionId, runId: place.runId, event: event.type }, 'a function of a live blueprint failed on an event; it is kept, and tried again') },
    }
    const drafted = new Map<string, Waiting[]>()
    const refused: { readonly waiting: Waiting; readonly error: unknown }[] = []
    let draft = draftOf(base.shared)
    for (const [index, waiting] of jobs.entries()) {
      const key = waiting.job.key ? keyOf(waiting.job.key) : String(index)
      const same = drafted.get(key)
      if (same) same.push(waiting)
      else {
        try {
          draft = await waiting.job.draft(drafting, draft)
          drafted.set(key, [waiting])
        } catch (error) {
          refused.push({ waiting, error })
        }
      }
    }
    // A refusal, and that there is nothing to do, count by how things stand, not by how this process remembers them.
    if ((refused.length > 0 || isEmpty(draft, base.shared)) && remembered && (await latest(sessionId)).version !== base.version) {
      known.delete(sessionId)
      return jobs
    }
    const all = [...drafted.values()].flat()
    const refuse = async (): Promise<void> => {
      for (const one of refused) await settleRefused(one)
    }
    if (isEmpty(draft, base.shared)) {
      await refuse()
      for (const waiting of all) waiting.resolve(0)
      return []
    }
    const whole = await told(drafting, draft, { before: base.shared, runtime })
    const outcome = await log({ place, version: base.version, draft: whole })
    if (outcome.kind === 'written') {
      known.set(sessionId, { version: base.version + 1, shared: whole.shared })
      const numbers = new Map(outcome.packets.map(packet => [keyOf(packet), packet.number]))
      for (const [key, same] of drafted) for (const waiting of same) waiting.resolve(numbers.get(key) ?? 0)
      await refuse()
      return []
    }
    if (outcome.kind === 'stale') {
      known.delete(sessionId)
      return jobs
    }
    const settled = new Set<Waiting>()
    const settle = (waiting: Waiting, how: () => void): void => {
      settled.add(waiting)
      how()
    }
    if (outcome.kind === 'known') for (const packet of outcome.packets) for (const waiting of drafted.get(keyOf(packet)) ?? []) settle(waiting, () => { waiting.resolve(packet.number) })
    else for (const waiting of all) if (outcome.agentIds.includes(waiting.job.key?.senderId ?? '')) settle(waiting, () => { waiting.reject(outcome.kind === 'full' ? sessionFull() : overForYou()) })
    // What none of the jobs answers for can be found out anew.
    if (settled.size === 0) known.delete(sessionId)
    return jobs.filter(waiting => !settled.has(waiting))
  }

  /** A repeat of what was done gets the same reply, however things stand by now. */
  async function settleRefused({ waiting, error }: { readonly waiting: Waiting; readonly error: unknown }): Promise<void> {
    const [done] = waiting.job.key ? await db.sessions.sent([waiting.job.key]) : []
    if (done) waiting.resolve(done.number)
    else waiting.reject(error)
  }

  /** Waits a moment, and longer each time: whoever was faster comes to an end, and what has come meanwhile is done together with what is left. */
  async function joined(queue: Waiting[], left: readonly Waiting[], round: number): Promise<readonly Waiting[]> {
    await new Promise(resolve => { setTimeout(resolve, runtime.random() * Math.min(LONGEST_PAUSE_MS, 4 * 2 ** round)) })
    return [...left, ...queue.splice(0, MOST_JOBS - left.length)]
  }

  async function drain(place: LivePlace, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      let jobs: readonly Waiting[] = queue.splice(0, MOST_JOBS)
      try {
        jobs = await attempt(place, jobs)
        for (let [round, end] = [1, performance.now() + LONGEST_MS]; jobs.length > 0 && performance.now() < end; round += 1) {
          jobs = await joined(queue, jobs, round)
          jobs = await attempt(place, jobs)
        }
        for (const { reject } of jobs) reject(new MephistoError('unavailable', 'Too much happens here at once; nothing was done. Send it again in a moment.'))
      } catch (error) {
        known.delete(place.sessionId)
        for (const { reject } of jobs) reject(error)
      }
    }
    queues.delete(place.sessionId)
  }

  const conduct = (place: LivePlace, job: Job): Promise<number> => new Promise((resolve, reject) => {
    const waiting = { job, resolve, reject }
    const queue = queues.get(place.sessionId)
    if (queue) {
      queue.push(waiting)
      return
    }
    const fresh = [waiting]
    queues.set(place.sessionId, fresh)
    void drain(place, fresh)
  })
  async function now(sessionId: string): Promise<SharedState> {
    const one = await latest(sessionId)
    // Whoever wrote it meanwhile knows better.
    if (!known.get(sessionId)) known.set(sessionId, one)
    return one.shared
  }
  return Object.assign(conduct, { now, remembered: (sessionId: string) => known.get(sessionId)?.shared ?? null, forget: (sessionId: string) => { known.delete(sessionId) } })
}

/** What is told to whoever acts where they have no part any more. */
export function overForYou(): MephistoError {
  return new MephistoError('conflict', 'This item is no longer in your hands; nothing more can be sent for it.')
}
