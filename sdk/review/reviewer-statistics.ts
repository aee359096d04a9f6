import { namedPlace } from '../operations/named-place.js'
import { createAgreementSums } from '../quality/agreement.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { JudgedPair, ReviewerScope, ReviewerSum } from '../ports/reviewer-operations.js'
import type { ReviewersQuery } from '../protocol/review-requests.js'
import type { ReviewerView, ReviewersView } from '../protocol/review-views.js'

/** Between two acts that are further apart a reviewer did something else, ms. */
const LONGEST_ACT_MS = 300_000

/** What reviewers did in a run, a task or a project, and how far they agree; those who did most come first. @throws MephistoError `not_found` */
export async function reviewerStatistics(db: MephistoDb, { scope: of, place, from, before }: ReviewersQuery): Promise<ReviewersView> {
  const scope: ReviewerScope = {
    scope: { of, id: await namedPlace(db, { scope: of, named: place, purpose: 'to look at the reviewers of' }) }, ...(from === undefined ? {} : { from: Date.parse(from) }), ...(before === undefined ? {} : { before: Date.parse(before) }),
  }
  const [sums, overruled, paces, pairs] = await Promise.all([db.reviewers.sums(scope), db.reviewers.overruled(scope), db.reviewers.paces(scope, LONGEST_ACT_MS), db.reviewers.pairs(scope)])
  const ids = [...new Set(sums.map(({ actorId }) => actorId))]
  const reviewers = ids.map((id): ReviewerView => {
    const own = sums.filter(({ actorId }) => actorId === id)
    const units = (verdict: ReviewerSum['verdict']): number => own.find(sum => sum.verdict === verdict)?.units ?? 0
    const pace = paces.get(id)
    return {
      id, name: own.map(({ actorName }) => actorName).sort().at(-1) ?? '',
      verdicts: { approve: units('approve'), soft_reject: units('soft_reject'), reject: units('reject'), overturn: units('overturn') },
      opinions: units('opine'), takenBack: units('undo') + units('retract'), overruled: overruled.get(id) ?? 0, msPerAct: pace ? pace.totalMs / pace.times : null,
      agreed: agreedOf(pairs.filter(({ first, second }) => first === id || second === id)),
    }
  })
  const doneBy = ({ verdicts, opinions }: ReviewerView): number => Object.values(verdicts).reduce((sum, count) => sum + count, opinions)
  return { reviewers: reviewers.sort((one, other) => doneBy(other) - doneBy(one)), agreed: { ...agreedOf(pairs), alpha: alphaOf(pairs) } }
}

function agreedOf(pairs: readonly JudgedPair[]): { readonly pairs: number; readonly same: number } {
  const unitsOf = (some: readonly JudgedPair[]): number => some.reduce((sum, { units }) => sum + units, 0)
  return { pairs: unitsOf(pairs), same: unitsOf(pairs.filter(({ firstVerdict, secondVerdict }) => firstVerdict === secondVerdict)) }
}

function alphaOf(pairs: readonly JudgedPair[]): number | null {
  const sums = createAgreementSums('nominal')
  for (const { firstVerdict, secondVerdict, units } of pairs) {
    for (let count = 0; count < units; count += 1) sums.add([firstVerdict, secondVerdict])
  }
  return sums.result()?.alpha ?? null
}
