import type { TakenSeat } from './seats.js'
import type { Person, SharedState } from './shared-state.js'

/** Whoever has taken a place, as somebody who is there. */
export function personAt({ unitIndex, agent }: TakenSeat): Person {
  return { seat: unitIndex, agentId: agent.id, workerId: agent.workerId, status: 'here' }
}

/** A bot in a place. */
export function botAt(seat: number): Person {
  return { seat, agentId: '', workerId: '', status: 'bot' }
}

/** The person in the place that is theirs. */
export function withPerson(shared: SharedState, person: Person, seat = person.seat): SharedState {
  return { ...shared, people: shared.people.map(one => (one.seat === seat ? person : one)) }
}
