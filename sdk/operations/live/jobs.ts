import type { AnyLiveEvent, LivePerson } from '../../blueprints/live-server.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import { parsedInput } from '../sessions/checked-input.js'
import { adding, type Draft } from './draft.js'
import type { Job } from './conductor.js'
import { followed, type Drafting } from './functions.js'
import { happened, withEvent } from './happened.js'
import { lobbyIsOver } from './lobby.js'
import { looked, seatIsEmpty } from './look.js'
import { named, type SharedState } from './shared-state.js'
import { LOBBY_TIMER, seatOf, without } from './timers.js'

// What can happen in a session, each as a job for its conductor.

/** An action of a page whose input has passed its schema. */
export interface Action {
  readonly agentId: string
  /** The page's own id of it. */
  readonly callId: string
  readonly name: string
  /** As the page sent it, JSON text. */
  readonly body: string
  readonly input: unknown
}

/** Somebody acts. */
export function actionJob({ agentId, callId, name, body, input }: Action): Job {
  return {
    key: { senderId: agentId, clientId: callId },
    async draft(drafting, draft) {
      const { phase } = draft.shared
      if (phase === 'lobby') throw new MephistoError('conflict', 'This has not begun yet; it does when everybody is there.')
      if (phase === 'over') throw new MephistoError('conflict', 'The work together is over; hand in your answer.')
      const person = personIn(drafting, draft.shared, agentId)
      const event: AnyLiveEvent = { type: 'action', name, input, person }
      return adding(await withEvent(drafting, draft, { event, packet: { kind: 'action', name, senderId: agentId, clientId: callId, recipientId: agentId, body } }), { actors: [agentId] })
    },
  }
}

function personIn({ place }: Drafting, { people }: SharedState, agentId: string): LivePerson {
  const person = people.find(one => one.agentId === agentId)
  if (person && person.status !== 'left') return named(person, place.nameOf)
  throw new MephistoError('conflict', 'You are no longer part of this; nothing more can be sent for it.')
}

/** Somebody's page is connected now, or is not any more. */
export function presenceJob(agentId: string, status: 'here' | 'away'): Job {
  return {
    key: null,
    draft(_drafting, draft) {
      const { shared } = draft
      const isNews = shared.phase !== 'over' && shared.people.some(person => person.agentId === agentId && person.status === (status === 'here' ? 'away' : 'here'))
      return Promise.resolve(isNews ? adding(draft, { shared: { ...shared, people: shared.people.map(person => (person.agentId === agentId ? { ...person, status } : person)) } }) : draft)
    },
  }
}

/** The units of the item have been moved: looks who is there. */
export function lookJob(db: DbOperations, assignmentId: string): Job {
  return { key: null, draft: async (drafting, draft) => looked(drafting, draft, await db.units.seats(assignmentId)) }
}

/** A timer ran out; one that was taken back or set anew meanwhile has not. */
export function timerJob(db: DbOperations, { assignmentId, timer, key, callId }: { readonly assignmentId: string; readonly timer: string; readonly key: string; readonly callId: string }): Job {
  const clientId = `timer-${callId}`
  return {
    key: { senderId: assignmentId, clientId },
    async draft(drafting, draft) {
      if (draft.shared.timers[timer] !== key) return draft
      const over = adding(draft, { shared: { ...draft.shared, timers: without(draft.shared.timers, timer) } })
      if (timer === LOBBY_TIMER) return lobbyIsOver(drafting, over, await db.units.seats(assignmentId))
      const empty = seatOf(timer)
      if (empty !== null) return seatIsEmpty(drafting, over, { seats: await db.units.seats(assignmentId), empty })
      return over.shared.phase === 'live' ? happened(drafting, over, { event: { type: 'timer', name: timer }, clientId }) : over
    },
  }
}

/** An effect was done, or failed for good. */
export function effectJob(assignmentId: string, event: Extract<AnyLiveEvent, { type: 'result' | 'failure' }>, effectCallId: string): Job {
  const clientId = `effect-${effectCallId}`
  return {
    key: { senderId: assignmentId, clientId },
    draft: async (drafting, draft) => (draft.shared.phase === 'live' ? happened(drafting, draft, { event, clientId }) : draft),
  }
}

/** An event on which the blueprint's function failed is tried again. Rejects with what it throws this time. */
export function againJob(packet: PacketRow, callId: string): Job {
  const { sessionId } = packet
  const clientId = `again-${callId}`
  return {
    key: { senderId: sessionId, clientId },
    async draft(drafting: Drafting, draft: Draft) {
      if (draft.shared.phase !== 'live') return draft
      const event = await eventOf(drafting, draft.shared, packet)
      const stored = adding(draft, { packets: [{ kind: 'event', name: 'again', senderId: sessionId, clientId, recipientId: sessionId, body: JSON.stringify({ number: packet.number }) }] })
      return event ? followed(drafting, stored, event) : draft
    },
  }
}

/** What a stored packet says happened; null for what cannot have any more. */
async function eventOf({ place }: Drafting, { people }: SharedState, { kind, name, senderId, body }: PacketRow): Promise<AnyLiveEvent | null> {
  if (kind === 'event') return JSON.parse(body) as AnyLiveEvent
  const person = people.find(({ agentId }) => agentId === senderId)
  const schema = place.contract.actions[name]
  const input = schema && await parsedInput(schema, JSON.parse(body))
  return person && input?.success ? { type: 'action', name, input: input.data, person: named(person, place.nameOf) } : null
}
