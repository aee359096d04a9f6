/** Slows down guessing: counts failures of each caller. */
export interface Throttle {
  /** Seconds until the caller may try again; 0 when it may now. */
  waitOf(caller: string): number
  fail(caller: string): void
  succeed(caller: string): void
}

const CALLERS_REMEMBERED = 10_000

interface ThrottleOptions {
  readonly tries: number
  readonly withinMs: number
  /** Epoch ms. @default Date.now */
  readonly now?: () => number
}

/** Allows `tries` failures in `withinMs`; then the caller waits until the oldest one is that long ago. */
export function createThrottle({ tries, withinMs, now = Date.now }: ThrottleOptions): Throttle {
  const failures = new Map<string, number[]>()
  const recent = (caller: string) => (failures.get(caller) ?? []).filter(at => at > now() - withinMs)
  return {
    waitOf(caller) {
      const times = recent(caller)
      const oldest = times.at(-tries)
      return oldest === undefined ? 0 : Math.ceil((oldest + withinMs - now()) / 1000)
    },
    fail(caller) {
      if (failures.size >= CALLERS_REMEMBERED) failures.clear()
      failures.set(caller, [...recent(caller), now()])
    },
    succeed(caller) {
      failures.delete(caller)
    },
  }
}
