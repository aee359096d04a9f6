import type { BlueprintRegistry } from '../registry.js'
import type { AgentClaims } from '../agent-tokens.js'
import { createBoundedMap, type BoundedMap } from '../../data-model/bounded-map.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { EventBus } from '../../ports/event-bus.js'
import type { PacketRow } from '../../ports/session-operations.js'
import { answerIdOf } from '../../data-model/packet.js'
import type { PacketView } from '../../protocol/packet-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import type { HookParts } from '../hook-parts.js'
import type { Observer } from '../observing/observer.js'
import type { Outbox } from '../outbox.js'
import type { OutboxHandler } from '../outbox-handler.js'
import { wireBus } from './bus-wire.js'
import { createCallerFinder } from './called-units.js'
import { createPacketHub, type Following, type PacketReader } from './packet-hub.js'
import { createPacketLog } from './packet-log.js'
import { procedureHandlers } from './procedure-calls.js'
import { createRateLimit } from './rate-limit.js'
import { createRemoteCalls, type RemoteCalls } from './remote-calls.js'

/** What pages and the server say to each other while a unit is in hand. */
export interface Sessions {
  readonly call: RemoteCalls
  /** Reads the packets of an attempt as they come. */
  follow(claims: AgentClaims, reader: PacketReader): Following
  /** The next packets after a number; waits so many ms for the first of them, unless the signal ends it. */
  read(claims: AgentClaims, page: PageWanted): Promise<readonly PacketView[]>
}

/** Which packets are read. */
export interface PageWanted {
  readonly after: number
  /** How long the first of them is waited for, ms. */
  readonly waitMs: number
  readonly signal?: AbortSignal | undefined
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
/** Packets that one reply has. */
const PORTION = 100
/** Attempts of which a process remembers the run. */
const MOST_AGENTS = 20_000
/** Calls of one attempt that are taken at once, and a second in the long run. */
const RATE = { burst: 40, perSecond: 20 }

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
  readonly observer: Observer
  /** Null for processes that look by themselves. */
  readonly bus: EventBus | null
}

/** Sessions over a database. */
export function createSessions(parts: Parts): SessionParts {
  const { db, blueprints, runtime, bus } = parts
  const wire = bus && wireBus({ bus, runtime, wake: ids => { hub.wake(ids) } })
  const hub = createPacketHub({ db, runtime, onFirst: () => { wire?.listen() } })
  const log = createPacketLog(parts)
  const callerOf = createCallerFinder(parts)
  const written = createBoundedMap<string, PacketRow>(MOST_CALLS)
  const limit = createRateLimit(RATE, () => performance.now())
  const next = (agentId: string, { after, waitMs, signal }: PageWanted): Promise<readonly PacketView[]> => new Promise(resolve => {
    const end = (packets: readonly PacketRow[]): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', give)
      following.stop()
      resolve(packets.map(packetViewOf))
    }
    const give = (): void => { end([]) }
    const timer = setTimeout(give, waitMs)
    signal?.addEventListener('abort', give)
    const following = hub.follow(agentId, { after, onPackets: end, onEnd: () => { setImmediate(give) } })
  })
  async function read({ agentId }: AgentClaims, page: PageWanted): Promise<readonly PacketView[]> {
    const packets = await db.sessions.after(agentId, page.after, PORTION)
    return packets.length > 0 || page.waitMs === 0 || page.signal?.aborted === true ? packets.map(packetViewOf) : next(agentId, page)
  }
  return {
    handlers: procedureHandlers({ ...parts, callerOf, justWritten: takeFrom(written) }),
    told(packets) {
      if (packets.length === 0) return
      hub.hand(packets)
      wire?.tell(new Set(packets.map(({ sessionId }) => sessionId)))
    },
    async close() {
      hub.close()
      await wire?.close()
    },
    open: outbox => ({
      call: createRemoteCalls({ blueprints, log, outbox, limit, noteWritten: written.set, runOf: createRunFinder(db) }),
      follow: ({ agentId }, reader) => hub.follow(agentId, reader),
      read,
    }),
  }
}

/** The run of an attempt never changes: it is looked up once a process. */
function createRunFinder(db: DbOperations): (agentId: string) => Promise<string> {
  const known = createBoundedMap<string, string>(MOST_AGENTS)
  return async agentId => {
    const runId = known.get(agentId) ?? (await db.units.placesOfAgents([agentId])).get(agentId)?.runId
    if (runId === undefined) throw new MephistoError('not_found', `There is no agent ${agentId}; the attempt this belongs to does not exist.`)
    known.set(agentId, runId)
    return runId
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

const views = new WeakMap<PacketRow, PacketView>()

/** A packet as its page gets it; the same object for all who read it. */
export function packetViewOf(packet: PacketRow): PacketView {
  const known = views.get(packet)
  if (known) return known
  const { number, kind, name, clientId, body, at } = packet
  const view = { number, kind, name, callId: kind === 'call' ? clientId : clientId.slice(answerIdOf('').length), body: JSON.parse(body) as JsonPayload, at: new Date(at).toISOString() }
  views.set(packet, view)
  return view
}
