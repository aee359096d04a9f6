import { ERASED_TEXT } from '../data-model/erasure.js'
import { answerDigest } from './event-hash.js'
import { isErased, type ReplayedRun } from './replay.js'

/**
 * What is wrong with an answer's text, null for nothing: it is what was submitted, or, where the log says that it was erased,
 * the mark and nothing else. Pure.
 */
export function differenceOfText({ agentId, answer }: { readonly agentId: string; readonly answer: string }, logged: { readonly digest: string; readonly feed: number }, ofRun: Pick<ReplayedRun, 'erased'>): string | null {
  if (isErased(ofRun, agentId, logged.feed)) return answer === ERASED_TEXT ? null : 'its text was erased, and something else than the mark stands there'
  return logged.digest === answerDigest(answer) ? null : 'its text is not what was submitted'
}
