import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { LivePersonView } from '../protocol/live-views.js'
import type { SignalRequest, SignalView } from '../protocol/signal-views.js'
import type { ReceivedSignal } from './live-page.js'
import type { SessionClock } from './session-clock.js'

/** What people at an item let each other know for the moment, as one of their pages has it. */
export interface LiveSignals {
  /** Says something: the last of what comes within a moment. */
  say(name: string, value: unknown): void
  hear(signal: SignalView): void
  /** What those of these people who are there have said lately. */
  of(people: readonly LivePersonView[]): readonly ReceivedSignal<AnyBlueprint>[]
}

/** Signals of one name are sent so far apart, ms. */
const APART_MS = 100
/** What was heard counts for so long, ms. */
const LATELY_MS = 5_000

/** Keeps {@link LiveSignals}; `onChange` is called when others have said something, and when that is over. */
export function keepSignals({ clock, send, onChange }: { readonly clock: SessionClock; send(said: SignalRequest): void; onChange(): void }): LiveSignals {
  const lately = new Map<string, SignalView>()
  /** What was said while one of its name had just been sent. */
  const waiting = new Map<string, (() => void) | null>()

  function say(name: string, value: unknown): void {
    if (waiting.has(name)) {
      waiting.set(name, () => { say(name, value) })
      return
    }
    waiting.set(name, null)
    clock.after(APART_MS, () => {
      const last = waiting.get(name)
      waiting.delete(name)
      last?.()
    })
    send({ name, value })
  }

  return {
    say,
    hear(signal) {
      const key = `${signal.from} ${signal.name}`
      lately.delete(key)
      lately.set(key, signal)
      clock.after(LATELY_MS, () => {
        if (lately.get(key) !== signal) return
        lately.delete(key)
        onChange()
      })
      onChange()
    },
    of: people => [...lately.values()].filter(({ from }) => people.some(({ agentId, status }) => agentId === from && status !== 'left')),
  }
}
