import type { Seat } from '../../ports/unit-operations.js'
import type { ReleasedView } from '../../protocol/live-views.js'
import { adding, type Draft, type DraftPacket } from './draft.js'
import type { Drafting } from './functions.js'
import type { LivePlace } from './live-place.js'
import { isFree, isTaken } from './seats.js'

/** Nobody is to come to a session that is over. */
export function afterwards({ place, version }: Drafting, draft: Draft, seats: readonly Seat[]): Draft {
  const known = new Set(draft.shared.people.map(({ agentId }) => agentId))
  const late = seats.filter(isTaken).filter(({ agent: { id, status } }) => status === 'waiting' && !known.has(id) && !draft.moves.begin.includes(id))
  const free = seats.filter(seat => isFree(seat) && !draft.moves.withdraw.includes(seat.unitId))
  if (late.length + free.length === 0) return draft
  return adding(draft, {
    moves: { dismiss: late.map(({ agent }) => agent.id), withdraw: free.map(({ unitId }) => unitId) },
    packets: late.map(({ agent, unitIndex }) => releasedPacket(`d${String(version)}.${String(unitIndex)}`, { place, agentId: agent.id, told: { message: 'The others are through with this by now.', pay: null } })),
  })
}

/** Tells somebody that they are let go. */
export function releasedPacket(clientId: string, { place, agentId, told }: { readonly place: LivePlace; readonly agentId: string; readonly told: ReleasedView }): DraftPacket {
  return { kind: 'released', name: '', senderId: place.sessionId, clientId, recipientId: agentId, body: JSON.stringify(told) }
}
