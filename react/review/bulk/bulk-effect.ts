import type { ReviewUnitView, VerdictInput } from '../../../sdk/protocol/review-views.js'
import { bonusOf, type ExtrasTerms } from '../extras/extras-draft.js'
import type { ReviewTexts } from '../texts/english.js'
import type { Formats } from '../texts/review-texts.js'

/** What is decided about units. */
interface BulkDecision {
  readonly verdict: VerdictInput
  readonly terms: ExtrasTerms
  /** That of their run. */
  readonly currency: string
  /** What a qualification is called. */
  readonly nameOf: (id: string) => string
}

interface Language {
  readonly texts: ReviewTexts['bulk'] & { readonly extras: ReviewTexts['extras']['effects'] }
  readonly formats: Formats
}

/** What a verdict on units would do, with what goes with it, a sentence each. Pure. */
export function bulkEffect(all: readonly ReviewUnitView[], { verdict, terms, currency, nameOf }: BulkDecision, { texts, formats }: Language): readonly string[] {
  const units = terms.asOpinion ? [] : all.filter(({ isReadTwice }) => !isReadTwice)
  const twice = terms.asOpinion ? [texts.extras.opinion] : units.length < all.length ? [texts.extras.readTwice(all.length - units.length)] : []
  if (units.length === 0) return twice
  const distinct = (of: (unit: ReviewUnitView) => string | null): number => new Set(units.map(of)).size
  const money = formats.money({ minor: units.reduce((sum, { pay }) => sum + pay.minor, 0), currency })
  const people = units.some(({ pseudonym }) => pseudonym === null) ? null : distinct(unit => unit.pseudonym)
  const bonus = bonusOf(terms, currency, units.length)
  return [
    texts.whose(units.length, people, distinct(unit => unit.assignmentId)),
    verdict === 'reject' ? texts.notPaid(money) : texts.paid(money),
    ...(bonus ? [texts.extras.bonus(formats.money(bonus))] : []),
    ...(terms.grant === '' ? [] : [texts.extras.get(people, nameOf(terms.grant))]), ...(terms.revoke === '' ? [] : [texts.extras.lose(people, nameOf(terms.revoke))]),
    ...(terms.scope === '' ? [] : [texts.extras.blocked(people)]), ...(terms.message.trim() === '' ? [] : [texts.extras.read(people)]),
    ...twice,
    ...(verdict === 'approve' ? [] : [texts.notUsed, terms.isRequeued ? texts.extras.reopened(units.filter(({ kind }) => kind === 'standard').length) : texts.notReopened]),
  ]
}
