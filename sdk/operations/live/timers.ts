import { adding, type Draft, type DraftCall } from './draft.js'
import type { LivePlace } from './live-place.js'
import type { SharedState } from './shared-state.js'

// Timers of a session: those of its blueprint begin with a letter, its own with an underscore.

/** How long the lobby goes on. */
export const LOBBY_TIMER = '_lobby'
const SEAT_TIMER = '_seat'
/** How long a place that somebody left is kept for another. */
export const seatTimerOf = (seat: number): string => `${SEAT_TIMER}${String(seat)}`
/** Whose place a timer is about; null for any other. */
export const seatOf = (timer: string): number | null => (timer.startsWith(SEAT_TIMER) ? Number(timer.slice(SEAT_TIMER.length)) : null)

/** The call that ends a timer. */
export function timerCall({ sessionId, topic }: LivePlace, { name, key, afterMs }: { readonly name: string; readonly key: string; readonly afterMs: number }): DraftCall & { readonly body: { readonly timer: string; readonly key: string } } {
  return { callKey: `live/${sessionId}/timer/${key}`, topic, body: { timer: name, key }, afterMs }
}

/** A draft in which a timer of the session's own is set, to the time that a group waits to be whole. */
export function withTimer(draft: Draft, name: string, { place, version }: { readonly place: LivePlace; readonly version: number }): Draft {
  const key = `${name}/${String(version)}`
  return adding(draft, { shared: { ...draft.shared, timers: { ...draft.shared.timers, [name]: key } }, calls: [timerCall(place, { name, key, afterMs: place.settings.lobbyMs })] })
}

/** Timers but for one. */
export function without(timers: SharedState['timers'], timer: string): SharedState['timers'] {
  return Object.fromEntries(Object.entries(timers).filter(([name]) => name !== timer))
}
