import type { Seat } from '../../ports/unit-operations.js'
import { releasedPacket } from './afterwards.js'
import { adding, type Draft } from './draft.js'
import { begun, type Drafting } from './functions.js'
import { botAt, personAt } from './people.js'
import { isFree, isTaken } from './seats.js'
import type { Person } from './shared-state.js'
import { LOBBY_TIMER, withTimer } from './timers.js'

/** Brings a lobby up to what the units of its item say: begins when all are there, and ends when too few can come. */
export async function inLobby(drafting: Drafting, before: Draft, seats: readonly Seat[]): Promise<Draft> {
  const { settings } = drafting.place
  const draft = there(before, seats)
  const { people, timers } = draft.shared
  // Whoever comes first starts the clock; when nobody is left it stops.
  if (people.length === 0) return LOBBY_TIMER in timers ? adding(draft, { shared: { ...draft.shared, timers: {} } }) : draft
  // Places go before it has begun where a run takes nobody new.
  const wanted = seats.filter(({ status }) => status !== 'expired').length
  if (wanted < settings.minPeople && settings.whenTooFew !== 'bots') return letGo(drafting, draft)
  if (people.length >= wanted) return starting(drafting, draft, seats)
  return LOBBY_TIMER in timers ? draft : withTimer(draft, LOBBY_TIMER, drafting)
}

/** The lobby's time is over. */
export async function lobbyIsOver(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Promise<Draft> {
  const { minPeople, whenTooFew } = drafting.place.settings
  const { people } = there(draft, seats).shared
  if (people.length === 0 || (people.length < minPeople && whenTooFew === 'wait')) return inLobby(drafting, draft, seats)
  return people.length >= minPeople || whenTooFew === 'bots' ? starting(drafting, there(draft, seats), seats) : letGo(drafting, there(draft, seats))
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

/** Those who wait need not any longer. */
function letGo({ place, version }: Drafting, draft: Draft): Draft {
  const { people } = draft.shared
  const pay = place.settings.lobbyPayMinor === 0 ? null : { minor: place.settings.lobbyPayMinor, currency: place.currency }
  return adding(draft, {
    shared: { ...draft.shared, people: [], timers: {} }, moves: { release: people.map(({ agentId }) => agentId) },
    packets: people.map(({ seat, agentId }) => releasedPacket(`r${String(version)}.${String(seat)}`, { place, agentId, told: { message: 'Not enough people came to work on this together. Thank you for waiting.', pay } })),
  })
}
