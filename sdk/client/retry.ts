import { ConnectionTrouble } from './call-errors.js'
import type { SessionClock } from './session-clock.js'

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 10_000

/** What repeating a call needs. */
export interface RetryOptions {
  readonly clock: SessionClock
  /** Ends the repeating: the promise then never settles, because nobody waits for it any more. */
  readonly signal: AbortSignal
  /** Says when trying at once makes sense; returns what ends the listening. */
  readonly onWake: (listener: () => void) => () => void
  /** Called with true at the first failed try and with false when an answer arrived or the repeating ended. */
  readonly onTrouble: (isInTrouble: boolean) => void
}

/** The pause before try number `failures + 1`, ms: doubling from 0.5 s to 10 s, between half and all of it. */
export function retryDelay(failures: number, random: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1)) * (0.5 + random / 2)
}

function pause(delayMs: number, { clock, signal, onWake }: RetryOptions): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      cancel()
      stopListening()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(delayMs, end)
    const stopListening = onWake(end)
    signal.addEventListener('abort', end)
  })
}

/** Repeats `call` until it is answered. @throws whatever it throws that is not ConnectionTrouble */
export async function untilAnswered<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; ) {
    const outcome: Outcome<T> = options.signal.aborted ? { kind: 'trouble' } : await settle(call)
    const isOver = options.signal.aborted || outcome.kind !== 'trouble'
    if (isOver && failures > 0) options.onTrouble(false)
    if (options.signal.aborted) return await new Promise<never>(() => undefined)
    if (outcome.kind === 'reply') return outcome.reply
    if (outcome.kind === 'error') throw outcome.error
    failures += 1
    if (failures === 1) options.onTrouble(true)
    await pause(retryDelay(failures, options.clock.random()), options)
  }
}

type Outcome<T> = { kind: 'reply'; reply: T } | { kind: 'error'; error: unknown } | { kind: 'trouble' }

async function settle<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'reply', reply: await call() }
  } catch (error) {
    return error instanceof ConnectionTrouble ? { kind: 'trouble' } : { kind: 'error', error }
  }
}
