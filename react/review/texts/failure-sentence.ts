import { UNSAID, type ReviewFailure } from '../review-failure.js'
import type { ReviewTexts } from './english.js'

/** What is wrong, for people: in the server's words, or in those of the screens where it said nothing. Pure. */
export function failureSentence({ kind, message }: ReviewFailure, { unsaid }: ReviewTexts['places']): string {
  return (kind === 'away' || kind === 'not_logged_in' || kind === 'role_missing') && message === UNSAID[kind] ? unsaid[kind] : message
}
