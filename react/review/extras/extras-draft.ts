import type { BlockScope } from '../../../sdk/data-model/block-scope.js'
import type { Money } from '../../../sdk/data-model/money.js'
import type { DecideRequestInput } from '../../../sdk/protocol/decide-request.js'
import type { VerdictInput } from '../../../sdk/protocol/review-views.js'
import { typedMoney } from '../kit/typed-money.js'
import { isTypedValue } from '../people/typed-value.js'
import type { ReviewTexts } from '../texts/english.js'

/** What goes with a verdict, as it is asked for. */
export type Extras = Omit<DecideRequestInput, 'decisionId' | 'unitIds' | 'verdict' | 'note'>

/** What of it is filled in, as text. */
export interface ExtrasTerms {
  readonly message: string
  readonly bonus: string
  /** The id of a qualification; empty for none. */
  readonly grant: string
  readonly value: string
  readonly revoke: string
  /** In what the worker is blocked; empty for no block. */
  readonly scope: BlockScope | ''
  readonly isRequeued: boolean
  /** The verdict is for somebody else to judge too. */
  readonly asOpinion: boolean
}

/** A verdict alone. */
export const NO_EXTRAS: ExtrasTerms = { message: '', bonus: '', grant: '', value: '1', revoke: '', scope: '', isRequeued: false, asOpinion: false }

/** Whether anything goes with the verdict. Pure. */
export function hasExtras({ message, bonus, grant, revoke, scope, isRequeued }: ExtrasTerms): boolean {
  return [message, bonus].some(text => text.trim() !== '') || grant !== '' || revoke !== '' || scope !== '' || isRequeued
}

/** What is wrong in each field; null for nothing. */
export interface ExtrasProblems {
  readonly bonus: string | null
  readonly value: string | null
  readonly revoke: string | null
}

/** What of the fields cannot be sent. Pure. */
export function extrasProblems({ bonus, grant, value, revoke }: ExtrasTerms, currency: string, texts: ReviewTexts['extras']): ExtrasProblems {
  const typed = typedMoney(bonus, currency)
  return {
    bonus: typed === 'wrong' || typed?.minor === 0 ? texts.notMoney(currency) : null,
    value: grant !== '' && !isTypedValue(value) ? texts.notWhole : null,
    revoke: revoke !== '' && revoke === grant ? texts.both : null,
  }
}

/** Why a verdict cannot be given with what is filled in; null when it can. Pure. */
export function whyNotWith(terms: ExtrasTerms, { verdict, note, currency }: { readonly verdict: VerdictInput; readonly note: string; readonly currency: string }, texts: ReviewTexts['extras']): string | null {
  const { bonus, value, revoke } = extrasProblems(terms, currency, texts)
  const problem = bonus ?? value ?? revoke
  if (problem !== null) return problem
  if (terms.asOpinion) return verdict === 'overturn' ? texts.noOpinion : hasExtras(terms) ? texts.opinionAlone : null
  if (terms.bonus.trim() !== '' && verdict === 'reject') return texts.noBonus
  if (terms.isRequeued && (verdict === 'approve' || verdict === 'overturn')) return texts.noRequeue
  return terms.scope !== '' && note.trim() === '' ? texts.sayWhy : null
}

/** What is asked for with a verdict that {@link whyNotWith} has nothing against. Pure. */
export function extrasOf({ message, bonus, grant, value, revoke, scope, isRequeued, asOpinion }: ExtrasTerms, currency: string): Extras {
  const typed = typedMoney(bonus, currency)
  return {
    ...(message.trim() === '' ? {} : { message: message.trim() }),
    ...(typed === null || typed === 'wrong' ? {} : { bonus: typed }),
    ...(grant === '' ? {} : { grants: [{ qualification: grant, value: Number(value) }] }),
    ...(revoke === '' ? {} : { revokes: [revoke] }),
    ...(scope === '' ? {} : { block: { scope } }),
    ...(isRequeued ? { requeue: true } : {}),
    ...(asOpinion ? { asOpinion } : {}),
  }
}

/** By how much each of so many units is paid more. Pure. */
export function bonusOf(terms: ExtrasTerms, currency: string, units: number): Money | null {
  const typed = typedMoney(terms.bonus, currency)
  return typed === null || typed === 'wrong' ? null : { minor: typed.minor * units, currency: typed.currency }
}
