import type { ReviewFailure } from '../review-failure.js'

/** Whether a failure may be over soon, so that what was read before stays on the screen, and with it what somebody is writing. Pure. */
export function isPassing({ kind }: ReviewFailure): boolean {
  return kind === 'away' || kind === 'broken' || kind === 'refused'
}
