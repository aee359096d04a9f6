import { createBoundedMap, type BoundedMap } from '../../data-model/bounded-map.js'
import { LEFT_STATUSES } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import type { EventBus } from '../../ports/event-bus.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { PacketView } from '../../protocol/packet-views.js'
import type { PlaceFinder } from '../agent-places.js'
import type { AgentClaims } from '../agent-tokens.js'
import { createLive } from '../live/create-live.js'
import type { HookParts } from '../hook-parts.js'
import type { Observer } from '../observing/observer.js'
import type { Outbox } from '../outbox.js'
import type { OutboxHandler } from '../outbox-handler.js'
import type { BlueprintRegistry } from '../registry.js'
import { wireBus } from './bus-wire.js'
import { createCallerFinder } from './callers.js'
import { createPacketHub, type Following, type PacketReader } from './packet-hub.js'
import { createPacketLog } from './packet-log.js'
import { procedureHandlers } from './procedure-calls.js'
import { createRateLimit } from './rate-limit.js'
import { readPackets, type PacketPage, type PacketsReader } from './read-packets.js'
import { createSignals, type Signals } from './signals.js'
import { createRemoteCalls, type RemoteCalls, type RequestedCall } from './remote-calls.js'

/** Somebody who reads in a session. */
export interface SessionReading extends Following {
  /** Others wait for whoever is not there. */
  readonly isAwaited: boolean
}

/** What pages and the server say to each other while a unit is in hand. */
export interface Sessions {
  /** Takes a call of a remote procedure, or an action where people work together. */
  readonly call: RemoteCalls
  /** Takes what a page lets the others at its item know for the moment. */
  readonly signal: Signals
  /** Reads the packets of an attempt as they come. */
  follow(claims: AgentClaims, reader: PacketReader): Promise<SessionReading>
  /** The next packets after a number; waits so many ms for the first of them, unless the signal ends it. */
  read(claims: AgentClaims, page: PacketPage): Promise<readonly PacketView[]>
}

/** The sessions of an instance, and what it needs to keep them going. */
export interface SessionParts {
  readonly handlers: readonly OutboxHandler[]
  /** These packets were added here: hands them to their readers, and wakes those of other processes. */
  told(packets: readonly PacketRow[]): void
  /** Ends all who read. */
  close(): Promise<void>
  open(outbox: Outbox): Sessions
}

/** Calls whose packets a process remembers until it makes them, which is at once. */
const MOST_CALLS = 1_000
/** Readers of one attempt that are told packets as they come, in a process. */
const MOST_READERS = 8
/** Calls of one attempt that are taken at once, and a second in the long run. */
const RATE = { burst: 40, perSecond: 20 }
/** The same of signals, which cost no statement. */
const SIGNAL_RATE = { ...RATE, what: 'signals' }

/** Somebody who is told packets as they come. */
interface Followed {
  readonly following: Following
  stop(): void
  readonly onEnd: PacketReader['onEnd']
}

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
  readonly findPlace: PlaceFinder
  readonly observer: Observer
  /** Null for processes that look by themselves. */
  readonly bus: EventBus | null
}

/** Sessions over a database. */
export function createSessions(parts: Parts): SessionParts {
  const { db, blueprints, runtime, bus, findPlace } = parts
  const wire = bus && wireBus({ bus, runtime, wake: ids => { hub.wake(ids) }, onSignal: signal => { hub.signal(signal) } })
  const hub = createPacketHub({ db, runtime, onFirst: () => { wire?.listen() }, onRead: sessionId => { live.forget(sessionId) } })
  const log = createPacketLog(parts)
  const callerOf = createCallerFinder(parts)
  const written = createBoundedMap<string, PacketRow>(MOST_CALLS)
  const limit = createRateLimit(RATE, () => performance.now())
  const followed = new Map<string, Set<Followed>>()
  // They have left, so that no more is told them.
  const live = createLive({ ...parts, onGone: agentId => { for (const one of followed.get(agentId) ?? []) one.following.stop() } })
  /** What somebody may read who has left: that they have, and nothing that was said later. Null for whoever has not. */
  async function mayReadOf(agentId: string, sessionId: string): Promise<PacketsReader['mayRead'] | null> {
    const { endedAt = null, status = 'in_task' } = await db.agents.get(agentId) ?? {}
    if (endedAt === null || !LEFT_STATUSES.includes(status)) return null
    const last = await db.sessions.firstState(sessionId, endedAt) ?? 0
    return ({ number, at, recipientId }) => number <= last || at <= endedAt || recipientId === agentId
  }
  /** Where somebody reads; while they do, they are there. */
  async function readerOf({ agentId }: AgentClaims): Promise<PacketsReader & { readonly hasLeft: boolean; readonly isAwaited: boolean; leave(): void }> {
    const { sessionId, unit, isLive, runId } = await findPlace(agentId)
    const mayRead = isLive ? await mayReadOf(agentId, sessionId) : null
    const own = isLive && unit && mayRead === null ? { agentId, unit, runId } : null
    return { sessionId, readerId: agentId, hasLeft: mayRead !== null, isAwaited: own !== null, mayRead: mayRead ?? (() => true), leave: own ? live.arrive(own) : () => undefined }
  }
  async function act(claims: AgentClaims, request: RequestedCall): Promise<{ readonly number: number }> {
    const { agentId } = claims
    const { unit, isLive, runId } = await findPlace(agentId)
    if (!isLive || !unit) throw new MephistoError('conflict', 'Actions can be sent for items of work together alone.')
    limit(agentId)
    return { number: await live.act({ agentId, unit, runId }, request) }
  }
  return {
    handlers: [...procedureHandlers({ ...parts, callerOf, justWritten: takeFrom(written) }), ...live.handlers],
    told(packets) {
      if (packets.length === 0) return
      hub.hand(packets)
      wire?.tell(new Set(packets.map(({ sessionId }) => sessionId)))
    },
    async close() {
      live.close()
      hub.close()
      await wire?.close()
    },
    open(outbox) {
      const call = createRemoteCalls({ blueprints, log, outbox, limit, noteWritten: written.set, findPlace })
      return {
        call: (claims, request) => (blueprints.get(claims.blueprintType).server.live ? act : call)(claims, request),
        signal: createSignals({
          blueprints, findPlace, live, limit: createRateLimit(SIGNAL_RATE, () => performance.now()),
          tell(signal) {
            hub.signal(signal)
            wire?.signal(signal)
          },
        }),
        async follow(claims, { onSignal, ...reader }) {
          const { sessionId, readerId, hasLeft, isAwaited, mayRead, leave } = await readerOf(claims)
          const following = hub.follow(sessionId, { ...reader, ...(onSignal && !hasLeft ? { onSignal } : {}), readerId, onPackets: packets => { reader.onPackets(packets.filter(mayRead)) } })
          const own = followed.get(readerId) ?? new Set()
          const stop = (): void => {
            following.stop()
            own.delete(one)
            if (own.size === 0) followed.delete(readerId)
            leave()
          }
          const one: Followed = { following, stop, onEnd: reader.onEnd }
          // The oldest is ended, and not the newest refused: of a page that comes again and again the server may not know yet that the ones before are gone.
          const [oldest] = own
          if (oldest && own.size >= MOST_READERS) {
            oldest.stop()
            oldest.onEnd?.(new MephistoError('too_many_requests', `This item is open in more than ${String(MOST_READERS)} places at once; close some of them.`))
          }
          followed.set(readerId, own.add(one))
          return { resume: following.resume, stop, isAwaited }
        },
        async read(claims, page) {
          const { leave, ...own } = await readerOf(claims)
          try {
            return await readPackets({ db, hub }, own, page)
          } finally {
            leave()
          }
        },
      }
    },
  }
}

/** Gives what is there once: a second try reads what the database has by then. */
function takeFrom(written: BoundedMap<string, PacketRow>): (callId: string) => PacketRow | undefined {
  return callId => {
    const packet = written.get(callId)
    written.delete(callId)
    return packet
  }
}
