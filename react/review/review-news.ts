import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import { mainTextOf } from './text-of.js'

/** What happened last, as a sentence for people. */
export interface ReviewNews {
  /** Different for every piece of news. */
  readonly id: number
  /** `done`: as asked. `not_done`: nothing changed, and the text says why. */
  readonly kind: 'done' | 'not_done'
  readonly text: string
  /** The unit it is about, when there is one. */
  readonly unitId: string | null
  /** Undo makes sense now. */
  readonly canUndo: boolean
  /** The unit was taken back into the queue by an undo. */
  readonly isUndone: boolean
}

/** News before it has its number. */
export type NewsContent = Omit<ReviewNews, 'id'>

const DONE: Readonly<Record<VerdictInput, string>> = {
  approve: 'Approved, paid',
  overturn: 'Approved after all, paid',
  soft_reject: 'Soft-rejected, paid but not used',
  reject: 'Rejected, not paid',
}
const WORDS_SHOWN = 60

const SENDING: Readonly<Record<VerdictInput, string>> = {
  approve: 'Saving: approve',
  overturn: 'Saving: approve after all',
  soft_reject: 'Saving: soft-reject',
  reject: 'Saving: reject',
}

/** A decision was made and is on its way, or has been saved. */
export function decidedNews(unit: ReviewUnitView, verdict: VerdictInput, isSaved: boolean): NewsContent {
  const text = `${(isSaved ? DONE : SENDING)[verdict]}: ${mainTextOf(unit.input, WORDS_SHOWN)}`
  return { kind: 'done', text, unitId: unit.unitId, canUndo: true, isUndone: false }
}

/** A decision did not come about: somebody was faster, the server refused, or it stayed away. */
export function notDecidedNews(unit: ReviewUnitView, why: string): NewsContent {
  const text = `Not decided: ${mainTextOf(unit.input, WORDS_SHOWN)} ${why}`
  return { kind: 'not_done', text, unitId: unit.unitId, canUndo: false, isUndone: false }
}

/** A decision was taken back. */
export function undoneNews(unitId: string): NewsContent {
  return { kind: 'done', text: 'Taken back. The unit waits for review again.', unitId, canUndo: false, isUndone: true }
}

/** Nothing could be taken back. */
export function notUndoneNews(why: string): NewsContent {
  return { kind: 'not_done', text: why, unitId: null, canUndo: false, isUndone: false }
}
