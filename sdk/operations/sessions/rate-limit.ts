import { createBoundedMap } from '../../data-model/bounded-map.js'
import { MephistoError } from '../../errors.js'

/** Counts a call of somebody. @throws MephistoError `too_many_requests` for one that is too many */
export type RateLimit = (key: string) => void

/** How many at once, and how many a second in the long run. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
  /** What is counted, for the message. @default 'calls' */
  readonly what?: string
}

/** Of how many a process remembers how much they did lately. */
const MOST_KEYS = 20_000

/** A token bucket for each key, in this process. `now` counts ms. */
export function createRateLimit({ burst, perSecond, what = 'calls' }: Rate, now: () => number): RateLimit {
  const buckets = createBoundedMap<string, { tokens: number; at: number }>(MOST_KEYS)
  return key => {
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: burst, at }
    // A clock that is set back gives nothing.
    const tokens = Math.min(burst, bucket.tokens + Math.max(0, at - bucket.at) * perSecond / 1_000)
    const isTooMany = tokens < 1
    // What is refused costs nothing: whoever goes on trying gets their turn.
    buckets.set(key, { tokens: isTooMany ? tokens : tokens - 1, at })
    if (isTooMany) throw new MephistoError('too_many_requests', `This page sends more than ${String(perSecond)} ${what} a second; nothing was done. Send it again in a moment.`)
  }
}
