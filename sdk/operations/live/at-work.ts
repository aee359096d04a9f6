import type { AnyLiveEvent } from '../../blueprints/live-server.js'
import type { Seat } from '../../ports/unit-operations.js'
import { afterwards } from './afterwards.js'
import { adding, type Draft } from './draft.js'
import { ended, type Drafting } from './functions.js'
import { happened } from './happened.js'
import { botAt, personAt, withPerson } from './people.js'
import { isTaken } from './seats.js'
import { named } from './shared-state.js'
import { seatTimerOf, without, withTimer } from './timers.js'

/** Brings a session that has begun up to what the units of its item say: who has left it, who has come in their place. */
export async function atWork(drafting: Drafting, before: Draft, seats: readonly Seat[]): Promise<Draft> {
  const { place } = drafting
  const taken = new Map(seats.filter(isTaken).map(seat => [seat.unitIndex, seat]))
  let draft = before
  const tell = async (event: Extract<AnyLiveEvent, { type: 'join' | 'leave' }>): Promise<void> => {
    draft = await happened(drafting, draft, { event, clientId: `${event.type}-${event.person.agentId}` })
  }
  for (const person of before.shared.people) {
    if (draft.shared.phase !== 'live' || person.status === 'left' || person.status === 'bot' || taken.get(person.seat)?.agent.id === person.agentId) continue
    const gone = { ...person, status: 'left' as const }
    draft = adding(draft, { shared: withPerson(draft.shared, gone) })
    await tell({ type: 'leave', person: named(gone, place.nameOf) })
    if (place.settings.whenSomebodyLeaves === 'bot') draft = adding(draft, { shared: withPerson(draft.shared, botAt(person.seat)) })
  }
  for (const [seat, there] of taken) {
    if (draft.shared.phase !== 'live' || there.agent.status !== 'waiting' || draft.shared.people.some(({ agentId }) => agentId === there.agent.id)) continue
    const person = personAt(there)
    draft = adding(draft, { shared: withPerson(draft.shared, person, seat), moves: { begin: [person.agentId] } })
    await tell({ type: 'join', person: named(person, place.nameOf) })
  }
  if (draft.shared.phase !== 'live') return afterwards(drafting, draft, seats)
  const isMissing = draft.shared.people.some(({ status }) => status === 'left')
  const isLost = draft.shared.people.every(({ status }) => status === 'left' || status === 'bot') || (isMissing && place.settings.whenSomebodyLeaves === 'end')
  if (isLost) return lost(drafting, draft, seats)
  if (place.settings.whenSomebodyLeaves !== 'replace') return draft
  // Each place is waited for from when it was left.
  for (const { seat, status } of draft.shared.people) {
    const [timer, { timers }] = [seatTimerOf(seat), draft.shared]
    if (status === 'left' && !(timer in timers)) draft = withTimer(draft, timer, drafting)
    if (status !== 'left' && timer in timers) draft = adding(draft, { shared: { ...draft.shared, timers: without(timers, timer) } })
  }
  return draft
}

/** It cannot go on without those who left; other people may do it from the beginning. */
export function lost(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Draft {
  const { place } = drafting
  const isAgain = draft.shared.earlier < place.settings.replacementsPerAssignment
  return afterwards(drafting, adding(draft, { shared: ended(draft.shared, 'partner_left'), moves: { again: isAgain ? [place.sessionId] : [] } }), seats)
}
