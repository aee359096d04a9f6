import * as z from 'zod'
import { answerIdOf, PACKET_KINDS } from '../data-model/packet.js'
import { requestIdText } from './text.js'
import { jsonView } from './worker-views.js'

/** A packet as its page gets it. */
export const packetView = z.object({
  /** Ascends from 1; with gaps for what others alone are told. */
  number: z.int(),
  kind: z.enum(PACKET_KINDS),
  /** The procedure, action or message that it is about; empty for others. */
  name: z.string(),
  /** The page's own id of the call or action that it is, or answers; empty for others. */
  callId: z.string(),
  /** What was sent, what came of it, or why nothing did. */
  body: jsonView,
  /** When it was stored, ISO 8601. */
  at: z.string(),
})
/** See {@link packetView}. */
export type PacketView = z.infer<typeof packetView>

/** Why a call gave nothing: the body of a `failure`. */
export interface FailureBody {
  readonly code: string
  readonly message: string
}

/** Request of `agent.act`. */
export const callRequest = z.object({ callId: requestIdText.refine(id => !id.startsWith(answerIdOf('')), 'must not begin like the ids of the server'), name: z.string().min(1).max(64), input: z.unknown().optional() })
/** See {@link callRequest}. */
export type CallRequest = z.input<typeof callRequest>
/** Reply of `agent.act`: the number under which the call is stored. */
export const callReply = z.object({ number: z.int() })

/** How long a page may wait for packets in one request, ms. */
export const LONGEST_WAIT_MS = 25_000
/** Where to go on reading. */
const after = z.int().min(0).max(2_147_483_647).default(0)
/** Request of `agent.read`: packets after a number, waited for up to so many ms when there are none. */
export const readRequest = z.object({ after, waitMs: z.int().min(0).max(LONGEST_WAIT_MS).default(0) })
/** Reply of `agent.read`: the next packets in order, not always all of them. */
export const readReply = z.object({ packets: z.array(packetView) })
/**
 * Input of the subscription `agent.packets`; tRPC hands the last event's id on when a client comes back. `signals` asks for what others let this page know for
 * the moment besides: pages of before, and tRPC's own links, know nothing of it.
 */
export const followRequest = z.object({ after, lastEventId: z.string().regex(/^\d{1,9}$/).optional(), signals: z.boolean().optional() })
/** See {@link followRequest}. */
export type FollowRequest = z.infer<typeof followRequest>
