import type { DecideReply, ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import type { DecideStep } from './decisions-under-way.js'
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
const NOTHING_TO_UNDO = 'There is no decision of yours to take back in this run.'

const SENDING: Readonly<Record<VerdictInput, string>> = {
  approve: 'Saving: approve',
  overturn: 'Saving: approve after all',
  soft_reject: 'Saving: soft-reject',
  reject: 'Saving: reject',
}

/** What a decision is about, in a few words. */
function subjectOf(units: readonly ReviewUnitView[]): string {
  const [only] = units
  return only && units.length === 1 ? mainTextOf(only.input, WORDS_SHOWN) : `${String(units.length)} answers`
}

/** The unit that a decision is about; null for several. */
function onlyId(units: readonly { readonly unitId: string }[]): string | null {
  return units.length === 1 ? units[0]?.unitId ?? null : null
}

/** A decision was made and is on its way, or has been saved. */
export function decidedNews(units: readonly ReviewUnitView[], verdict: VerdictInput, isSaved: boolean): NewsContent {
  return { kind: 'done', text: `${(isSaved ? DONE : SENDING)[verdict]}: ${subjectOf(units)}`, unitId: onlyId(units), canUndo: true, isUndone: false }
}

/** What the server made of a decision: all of it, or a part, or nothing, and then why. */
export function outcomeNews({ units, verdict }: Pick<DecideStep, 'units' | 'verdict'>, outcomes: DecideReply['outcomes']): NewsContent {
  const refused = outcomes.filter(({ decided }) => !decided)
  if (refused.length === 0) return decidedNews(units, verdict, true)
  const left = units.filter(({ unitId }) => refused.some(outcome => outcome.unitId === unitId))
  const why = refused[0]?.message ?? 'Somebody else was faster.'
  if (refused.length === units.length) return notDecidedNews(left, why)
  const { text, canUndo } = decidedNews(units.filter(unit => !left.includes(unit)), verdict, true)
  return { kind: 'not_done', text: `${text}. Not decided: ${subjectOf(left)}, the first because: ${why}`, unitId: null, canUndo, isUndone: false }
}

/** A decision did not come about: somebody was faster, the server refused, or it stayed away. */
export function notDecidedNews(units: readonly ReviewUnitView[], why: string): NewsContent {
  return { kind: 'not_done', text: `Not decided: ${subjectOf(units)} ${why}`, unitId: onlyId(units), canUndo: false, isUndone: false }
}

/** What the server made of an undo. */
export function undoneNewsOf(outcomes: DecideReply['outcomes']): NewsContent {
  const undone = outcomes.filter(({ decided }) => decided)
  if (undone.length === 0) return notUndoneNews(outcomes[0]?.message ?? NOTHING_TO_UNDO)
  const text = undone.length === 1 ? 'Taken back. The unit waits for review again.' : `Taken back. ${String(undone.length)} units wait for review again.`
  return { kind: 'done', text, unitId: undone[0]?.unitId ?? null, canUndo: false, isUndone: true }
}

/** Nothing could be taken back. */
export function notUndoneNews(why: string): NewsContent {
  return { kind: 'not_done', text: why, unitId: null, canUndo: false, isUndone: false }
}
