import type { AnyLiveEvent } from '../../blueprints/live-server.js'
import { ERROR_TABLE, isMephistoError } from '../../errors.js'
import { adding, type Draft, type DraftPacket } from './draft.js'
import { followed, type Drafting } from './functions.js'

/** What happens in a session, under an id that it has once. */
export interface Happening {
  readonly event: AnyLiveEvent
  readonly clientId: string
}

/** How long after it failed an event is tried again for the first time, ms. */
const AGAIN_AFTER_MS = 2_000

/** Stores an event that no page is told of, with what follows from it. */
export async function happened(drafting: Drafting, draft: Draft, { event, clientId }: Happening): Promise<Draft> {
  const { sessionId } = drafting.place
  return withEvent(drafting, draft, { event, packet: { kind: 'event', name: event.type, senderId: sessionId, clientId, recipientId: sessionId, body: JSON.stringify(event) } })
}

/**
 * Stores an event with what follows from it. What the blueprint's function throws on it does not undo the event: it is to be tried again.
 * @throws MephistoError when the function refuses an action
 */
export async function withEvent(drafting: Drafting, draft: Draft, { event, packet }: { readonly event: AnyLiveEvent; readonly packet: DraftPacket }): Promise<Draft> {
  const { place, onFault } = drafting
  const stored = adding(draft, { packets: [packet] })
  try {
    return await followed(drafting, stored, event)
  } catch (error) {
    if (event.type === 'action' && isMephistoError(error) && ERROR_TABLE[error.code].http < 500) throw error
    onFault(error, event)
    const { senderId, clientId } = packet
    return adding(stored, { calls: [{ callKey: `live/${place.sessionId}/again/${senderId}/${clientId}`, topic: place.topic, body: { again: { senderId, clientId } }, afterMs: AGAIN_AFTER_MS }] })
  }
}
