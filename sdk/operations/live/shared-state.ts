import type { LivePerson } from '../../blueprints/live-server.js'
import { ERASED_TEXT } from '../../data-model/erasure.js'
import type { LivePhase, LiveView, OverReason } from '../../protocol/live-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'

/** How things stand in a session of several people: what the row of the session keeps as JSON. */
export interface SharedState {
  readonly phase: LivePhase
  /** Null until it is over. */
  readonly reason: OverReason | null
  /** By their places; in the lobby those who are there, later everybody who has begun, those who left among them. */
  readonly people: readonly Person[]
  /** Timers that run, by name, each with the key of the call that ends it. */
  readonly timers: Readonly<Record<string, string>>
  /** What the blueprint's functions keep; null before it began. */
  readonly state: JsonPayload
  /** How often the item was begun before. */
  readonly earlier: number
}

/** Somebody in a session. */
export type Person = Omit<LivePerson, 'name'>

/** Before anybody came. */
export const EMPTY: SharedState = { phase: 'lobby', reason: null, people: [], timers: {}, state: null, earlier: 0 }
/** What was erased, and nobody has been told of; told apart by being this very object. */
export const ERASED: SharedState = { ...EMPTY, phase: 'over', reason: 'erased' }

/** What the row of a session says. */
export function sharedStateOf(text: string | null): SharedState {
  if (text === null) return EMPTY
  return text === ERASED_TEXT ? ERASED : JSON.parse(text) as SharedState
}

/** What people are called, by their places. */
export type NameOf = (seat: number) => string

/** The names that a blueprint gives. */
export function namesIn(names: readonly string[] = []): NameOf {
  return seat => names[seat] ?? `Person ${String(seat + 1)}`
}

/** Somebody with their name. */
export function named({ seat, ...person }: Person, nameOf: NameOf): LivePerson {
  return { seat, name: nameOf(seat), ...person }
}

/** How a session stands as its pages are told; `state` is what they see of what is shared. */
export function liveViewOf({ phase, reason, people }: SharedState, { seats, nameOf, state }: { readonly seats: number; readonly nameOf: NameOf; readonly state: JsonPayload }): LiveView {
  return { phase, reason, seats, people: people.map(({ seat, agentId, status }) => ({ seat, name: nameOf(seat), agentId, status })), state }
}
