import type { VerdictInput } from '../../../sdk/protocol/review-views.js'
import { of } from './counted.js'

const done: Readonly<Record<VerdictInput, string>> = { approve: 'Approved, paid', overturn: 'Approved after all, paid', soft_reject: 'Soft-rejected, paid but not used', reject: 'Rejected, not paid' }
const sending: Readonly<Record<VerdictInput, string>> = { approve: 'Saving: approve', overturn: 'Saving: approve after all', soft_reject: 'Saving: soft-reject', reject: 'Saving: reject' }

/** What is told about decisions, in English. What stands in braces is a key. */
export const NEWS_TEXTS = {
  done,
  sending,
  opined: { waits: 'Kept, waits for a second verdict', differs: 'Kept, and you two do not agree: somebody else decides' },
  opinedToo: (count: number): string => `${of(count, 'verdict waits', 'verdicts wait')} for what others say`,
  about: (verdict: string, what: string): string => `${verdict}: ${what}`,
  answers: (count: number): string => `${String(count)} answers`,
  faster: 'Somebody else was faster.',
  inPart: (decided: string, left: string, why: string): string => `${decided}. Not decided: ${left}, the first because: ${why}`,
  notDecided: (what: string, why: string): string => `Not decided: ${what} ${why}`,
  takenBack: (count: number): string => (count === 1 ? 'Taken back. The unit waits for review again.' : `Taken back. ${String(count)} units wait for review again.`),
  nothingToUndo: 'There is no decision of yours to take back in this run.',
  notTakenBack: (why: string): string => `Nothing was taken back: ${why}`,
  away: 'The server could not be reached.',
  inQueueAgain: (count: number): string => `${count === 1 ? 'It is' : 'They are'} back in the queue.`,
  waiting: (count: number): string => (count === 1 ? 'One decision waits to be sent.' : `${String(count)} decisions wait to be sent.`),
  tip: 'Press {?} to see the keys.',
  undo: 'Undo',
}
