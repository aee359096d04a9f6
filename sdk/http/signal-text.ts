import type { SessionSignal } from '../operations/sessions/signals.js'
import type { SignalView } from '../protocol/signal-views.js'

/** Where so much waits for a reader, characters, signals are dropped: they would come too late. */
export const MOST_BEFORE_SIGNALS = 16_384

const texts = new WeakMap<SessionSignal, string>()

/** A signal as its page gets it, as JSON: written once for all who read it. */
export function signalText(signal: SessionSignal): string {
  const { from, name, value } = signal
  const text = texts.get(signal) ?? JSON.stringify({ from, name, value } satisfies SignalView)
  texts.set(signal, text)
  return text
}
