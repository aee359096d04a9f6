import type { Seat } from '../../ports/unit-operations.js'
import type { ReleasedView } from '../../protocol/live-views.js'
import { adding, type Draft, type DraftPacket } from './draft.js'
import type { AnyLiveEvent } from '../../blueprints/live-server.js'
import { begun, ended, timerCall, type Drafting } from './functions.js'
import { happened } from './happened.js'
import type { LivePlace } from './live-place.js'
import { isFree, isTaken, type TakenSeat } from './seats.js'
import { ERASED, named, type Person, type SharedState } from './shared-state.js'

// What the units of an item say about who is there, and what follows from it. Asked for by whoever moves a unit; asked for twice it
// finds nothing new.

/** A timer of the session's own; those of blueprints begin with a letter. */
export const LOBBY_TIMER = '_lobby'
const SEAT_TIMER = '_seat'
/** The timer of a place that somebody left. */
const seatTimerOf = (seat: number): string => `${SEAT_TIMER}${String(seat)}`
/** Whose place a timer is about; null for any other. */
export const seatOf = (timer: string): number | null => (timer.startsWith(SEAT_TIMER) ? Number(timer.slice(SEAT_TIMER.length)) : null)

/** Brings a draft up to what the units of its item say. */
export async function looked(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Promise<Draft> {
  switch (draft.shared.phase) {
    case 'lobby': return inLobby(drafting, draft, seats)
    case 'live': return atWork(drafting, draft, seats)
    // Where it was erased nobody has been told.
    case 'over': return afterwards(drafting, draft.shared === ERASED ? adding(draft, { shared: { ...ERASED } }) : draft, seats)
  }
}

/** The lobby's time is over. */
export async function lobbyIsOver(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Promise<Draft> {
  const { minPeople, whenTooFew } = drafting.place.settings
  const { people } = there(draft, seats).shared
  if (people.length === 0 || (people.length < minPeople && whenTooFew === 'wait')) return inLobby(drafting, draft, seats)
  return people.length >= minPeople || whenTooFew === 'bots' ? starting(drafting, there(draft, seats), seats) : letGo(drafting, there(draft, seats))
}

/** Those who wait need not any longer. */
function letGo({ place, version }: Drafting, draft: Draft): Draft {
  const { people } = draft.shared
  const pay = place.settings.lobbyPayMinor === 0 ? null : { minor: place.settings.lobbyPayMinor, currency: place.currency }
  return adding(draft, {
    shared: { ...draft.shared, people: [], timers: {} }, moves: { release: people.map(({ agentId }) => agentId) },
    packets: people.map(({ seat, agentId }) => releasedPacket(`r${String(version)}.${String(seat)}`, { place, agentId, told: { message: 'Not enough people came to work on this together. Thank you for waiting.', pay } })),
  })
}

function releasedPacket(clientId: string, { place, agentId, told }: { readonly place: LivePlace; readonly agentId: string; readonly told: ReleasedView }): DraftPacket {
  return { kind: 'released', name: '', senderId: place.sessionId, clientId, recipientId: agentId, body: JSON.stringify(told) }
}

/** Nobody took the place of somebody who left in time. */
export async function seatIsEmpty(drafting: Drafting, draft: Draft, { seats, empty }: { readonly seats: readonly Seat[]; readonly empty: number }): Promise<Draft> {
  const after = await looked(drafting, draft, seats)
  const isMissing = after.shared.phase === 'live' && after.shared.people.some(({ seat, status }) => seat === empty && status === 'left')
  return isMissing ? lost(drafting, after, seats) : after
}

async function inLobby(drafting: Drafting, before: Draft, seats: readonly Seat[]): Promise<Draft> {
  const { settings } = drafting.place
  const draft = there(before, seats)
  const { people, timers } = draft.shared
  // Whoever comes first starts the clock; when nobody is left it stops.
  if (people.length === 0) return LOBBY_TIMER in timers ? adding(draft, { shared: { ...draft.shared, timers: {} } }) : draft
  // Places go before it has begun where a run takes nobody new.
  const wanted = seats.filter(({ status }) => status !== 'expired').length
  if (wanted < settings.minPeople && settings.whenTooFew !== 'bots') return letGo(drafting, draft)
  if (people.length >= wanted) return starting(drafting, draft, seats)
  return LOBBY_TIMER in timers ? draft : withTimer(drafting, draft, LOBBY_TIMER)
}

/** Those who are in the lobby by what the units say. */
function there(draft: Draft, seats: readonly Seat[]): Draft {
  const known = new Map(draft.shared.people.map(person => [person.agentId, person]))
  const people = seats.filter(isTaken).map((seat): Person => known.get(seat.agent.id) ?? personAt(seat))
  const isSame = people.length === known.size && people.every(({ agentId }) => known.has(agentId))
  return isSame ? draft : adding(draft, { shared: { ...draft.shared, people } })
}

/** Begins with those who are there. Places that nobody has taken go, or bots have them. */
async function starting(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Promise<Draft> {
  const free = seats.filter(isFree)
  const empty = seats.filter(({ unitIndex }) => !draft.shared.people.some(({ seat }) => seat === unitIndex))
  const bots = drafting.place.settings.whenTooFew === 'bots' ? empty.map(({ unitIndex }) => botAt(unitIndex)) : []
  const people = [...draft.shared.people, ...bots].sort((one, other) => one.seat - other.seat)
  const ready = adding(draft, {
    shared: { ...draft.shared, people, timers: {} },
    moves: { begin: draft.shared.people.map(({ agentId }) => agentId), withdraw: free.map(({ unitId }) => unitId) },
  })
  return begun(drafting, ready)
}

async function atWork(drafting: Drafting, before: Draft, seats: readonly Seat[]): Promise<Draft> {
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
    if (status === 'left' && !(timer in timers)) draft = withTimer(drafting, draft, timer)
    if (status !== 'left' && timer in timers) draft = adding(draft, { shared: { ...draft.shared, timers: without(timers, timer) } })
  }
  return draft
}

/** Timers but for one. */
export function without(timers: SharedState['timers'], timer: string): SharedState['timers'] {
  return Object.fromEntries(Object.entries(timers).filter(([name]) => name !== timer))
}

/** It cannot go on without those who left; other people may do it from the beginning. */
function lost(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Draft {
  const { place } = drafting
  const isAgain = draft.shared.earlier < place.settings.replacementsPerAssignment
  return afterwards(drafting, adding(draft, { shared: ended(draft.shared, 'partner_left'), moves: { again: isAgain ? [place.sessionId] : [] } }), seats)
}

/** Nobody is to come to a session that is over. */
function afterwards({ place, version }: Drafting, draft: Draft, seats: readonly Seat[]): Draft {
  const known = new Set(draft.shared.people.map(({ agentId }) => agentId))
  const late = seats.filter(isTaken).filter(({ agent: { id, status } }) => status === 'waiting' && !known.has(id) && !draft.moves.begin.includes(id))
  const free = seats.filter(seat => isFree(seat) && !draft.moves.withdraw.includes(seat.unitId))
  if (late.length + free.length === 0) return draft
  return adding(draft, {
    moves: { dismiss: late.map(({ agent }) => agent.id), withdraw: free.map(({ unitId }) => unitId) },
    packets: late.map(({ agent, unitIndex }) => releasedPacket(`d${String(version)}.${String(unitIndex)}`, { place, agentId: agent.id, told: { message: 'The others are through with this by now.', pay: null } })),
  })
}

function withTimer({ place, version }: Drafting, draft: Draft, name: string): Draft {
  const key = `${name}/${String(version)}`
  return adding(draft, { shared: { ...draft.shared, timers: { ...draft.shared.timers, [name]: key } }, calls: [timerCall(place, { name, key, afterMs: place.settings.lobbyMs })] })
}

function personAt({ unitIndex, agent }: TakenSeat): Person {
  return { seat: unitIndex, agentId: agent.id, workerId: agent.workerId, status: 'here' }
}

function botAt(seat: number): Person {
  return { seat, agentId: '', workerId: '', status: 'bot' }
}

/** The person in the place that is theirs. */
function withPerson(shared: SharedState, person: Person, seat = person.seat): SharedState {
  return { ...shared, people: shared.people.map(one => (one.seat === seat ? person : one)) }
}
