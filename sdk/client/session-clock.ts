/** Where a session takes its time from. Tests pass one that they turn by hand. */
export interface SessionClock {
  /** Milliseconds of a clock that never jumps; only differences mean something. */
  now(): number
  /** Calls `run` once after `delayMs`; returns what cancels it. */
  after(delayMs: number, run: () => void): () => void
  /** A number in [0, 1), to spread retries of many pages. */
  random(): number
}

/** The longest delay a browser timer can hold, ms. */
const LONGEST_DELAY = 2 ** 31 - 1

/** The page's monotonic clock. The wall clock is never asked: people change it, and devices disagree. */
export const monotonicClock: SessionClock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), LONGEST_DELAY))
    return () => { clearTimeout(timer) }
  },
  random: () => Math.random(),
}
