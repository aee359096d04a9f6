import { answerIdOf } from '../../data-model/packet.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { PacketView } from '../../protocol/packet-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'

/** A packet as its page gets it. */
export function packetViewOf({ number, kind, name, clientId, body, at }: PacketRow): PacketView {
  return { number, kind, name, callId: callIdOf({ kind, clientId }), body: JSON.parse(body) as JsonPayload, at: new Date(at).toISOString() }
}

/** The page's own id of what a packet is, or answers; empty for what the server says by itself. */
export function callIdOf({ kind, clientId }: Pick<PacketRow, 'kind' | 'clientId'>): string {
  if (kind === 'call' || kind === 'action') return clientId
  return kind === 'result' || kind === 'failure' ? clientId.slice(answerIdOf('').length) : ''
}

const texts = new WeakMap<PacketRow, string>()

/** A packet as its page gets it, as JSON: written once for all who read it. */
export function packetText(packet: PacketRow): string {
  const text = texts.get(packet) ?? JSON.stringify(packetViewOf(packet))
  texts.set(packet, text)
  return text
}
