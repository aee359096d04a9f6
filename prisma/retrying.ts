import { isMephistoError } from '../sdk/errors.js'
import { isConnectionLoss, isRetryable } from './raw-client.js'
import { typedError } from './typed-error.js'

/** Conflicts after which the same work is given up. */
const ATTEMPTS = 8
/** A database that stays locked or away is reported after this long, ms. */
const LONGEST_MS = 10_000
const LONGEST_PAUSE_MS = 500

/**
 * Runs `work` again from its start after an error that may pass and that had no effect, with growing, jittered pauses: at
 * most 8 times for conflicts, and 10 s for a database that is away. Rejects with the typed form of the last error.
 */
export async function retrying<T>(work: () => PromiseLike<T>, mayPass: (error: unknown) => boolean = isRetryable): Promise<T> {
  const end = performance.now() + LONGEST_MS
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (isMephistoError(error)) throw error
      const isLast = performance.now() > end || (attempt >= ATTEMPTS && !isConnectionLoss(error))
      if (!mayPass(error) || isLast) throw typedError(error) as Error
      await new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(LONGEST_PAUSE_MS, 5 * 2 ** attempt)))
    }
  }
}
