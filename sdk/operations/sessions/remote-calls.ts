import { MephistoError } from '../../errors.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { PlaceFinder } from '../agent-places.js'
import type { AgentClaims } from '../agent-tokens.js'
import type { Outbox } from '../outbox.js'
import type { BlueprintRegistry } from '../registry.js'
import { checkedInput } from './checked-input.js'
import type { PacketLog } from './packet-log.js'
import { procedureOf, topicOf } from './procedures.js'
import type { RateLimit } from './rate-limit.js'

/** A call as a page makes it. */
export interface RequestedCall {
  /** The page's own id of it: the same is made once, however often it is sent. */
  readonly callId: string
  readonly name: string
  readonly input: unknown
}

/** Takes a page's call of a remote procedure; its answer comes as a packet. Resolves, when the call is stored, to its number. */
export type RemoteCalls = (claims: AgentClaims, request: RequestedCall) => Promise<{ readonly number: number }>

interface Parts {
  readonly blueprints: BlueprintRegistry
  readonly log: PacketLog
  readonly outbox: Outbox
  readonly limit: RateLimit
  /** Remembers the packet of a call that this process makes at once. */
  noteWritten(callId: string, packet: PacketRow): void
  readonly findPlace: PlaceFinder
}

/**
 * Remote procedures as pages call them.
 * @throws MephistoError `not_found` for a procedure that there is not, `invalid_input` for what does not fit its schema, `too_many_requests`,
 * `conflict` for an attempt that is over
 */
export function createRemoteCalls({ blueprints, log, outbox, limit, noteWritten, findPlace }: Parts): RemoteCalls {
  return async ({ agentId, blueprintType, isOnboarding }, { callId, name, input }) => {
    const { input: schema } = procedureOf(blueprints.get(blueprintType), name)
    if (isOnboarding === true) throw new MephistoError('conflict', 'Procedures can be called for items alone, not during the onboarding.')
    limit(agentId)
    await checkedInput(schema, input, `This call of "${name}"`)
    const topic = topicOf(blueprintType)
    const place = outbox.reserve(topic, agentId)
    try {
      const { packet, call } = await log({
        sessionId: agentId, runId: (await findPlace(agentId)).runId, kind: 'call', name, clientId: callId, body: JSON.stringify(input ?? null),
        call: { topic, callKey: `procedure/${agentId}/${callId}`, leaseMs: place?.leaseMs ?? null },
      })
      if (call && place) {
        noteWritten(call.id, packet)
        place.make(call)
      } else place?.release()
      return { number: packet.number }
    } catch (error) {
      place?.release()
      throw error
    }
  }
}
