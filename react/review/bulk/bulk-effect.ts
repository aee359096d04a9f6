import type { ReviewUnitView, VerdictInput } from '../../../sdk/protocol/review-views.js'
import type { ReviewTexts } from '../texts/english.js'
import type { Formats } from '../texts/review-texts.js'

/** What a verdict on units would do, a sentence each. Pure. */
export function bulkEffect(units: readonly ReviewUnitView[], verdict: VerdictInput, { texts, formats }: { readonly texts: ReviewTexts['bulk']; readonly formats: Formats }): readonly string[] {
  const distinct = (of: (unit: ReviewUnitView) => string): number => new Set(units.map(of)).size
  const sums = new Map<string, number>()
  for (const { pay: { minor, currency } } of units) sums.set(currency, (sums.get(currency) ?? 0) + minor)
  const money = [...sums].map(([currency, minor]) => formats.money({ minor, currency })).join(' + ')
  return [
    texts.whose(units.length, distinct(unit => unit.pseudonym), distinct(unit => unit.assignmentId)),
    verdict === 'reject' ? texts.notPaid(money) : texts.paid(money),
    ...(verdict === 'approve' ? [] : [texts.notUsed, texts.notReopened]),
  ]
}
