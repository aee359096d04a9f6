import type { ReviewFailure } from '../review-failure.js'

const FINAL: readonly ReviewFailure['kind'][] = ['not_logged_in', 'role_missing', 'not_found']

/** Whether a failure stands instead of a page: there is nothing to show, or it must not be shown any more. Else the page stays, with what was typed. Pure. */
export function blocksPage(failure: ReviewFailure | null, isThere: boolean): failure is ReviewFailure {
  return failure !== null && (!isThere || FINAL.includes(failure.kind))
}
