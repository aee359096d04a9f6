import { instant } from '../../data-model/instant.js'
import type { ReviewRow } from '../../ports/answer-operations.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { OpinionView, ReviewUnitView } from '../../protocol/review-views.js'
import type { Principal } from '../principal.js'
import { isToldWho } from '../blind-review.js'
import { toReviewUnit } from '../review-unit-view.js'
import type { Opinion } from './judgement.js'
import { opinionsOf, type Opinions } from './read-opinions.js'

/** Whether somebody may know what others think of an answer: who has said so themselves, or is to decide between two, or once it is decided. Pure. */
export function maySeeOpinions(opinions: readonly Opinion[], { principal, isWaiting }: { readonly principal: Principal; readonly isWaiting: boolean }): boolean {
  return !isWaiting || opinions.length > 1 || opinions.some(({ actorId }) => actorId === principal.id)
}

/** What was said of a unit, as somebody may see it. Pure. */
export function toOpinionViews({ unitId, status }: Pick<ReviewRow, 'unitId' | 'status'>, opinions: Opinions, principal: Principal): OpinionView[] {
  const said = opinions.get(unitId) ?? []
  const isOpen = maySeeOpinions(said, { principal, isWaiting: status === 'completed' })
  return said.map(({ actorId, actorName, verdict, note, at }) => ({ by: actorId, byName: actorName, verdict: isOpen ? verdict : null, note: isOpen ? note : null, at: instant(at) }))
}

/** Units as they stand now, with what somebody may see of them. */
export async function judgedUnits(db: DbOperations, unitIds: readonly string[], principal: Principal): Promise<ReviewUnitView[]> {
  const [rows, opinions] = await Promise.all([db.units.reviewById(unitIds), opinionsOf(db, unitIds)])
  const ids = [...new Set(rows.map(({ runId }) => runId))]
  const runs = new Map((await db.runs.find({ filter: { ids }, limit: Math.max(1, ids.length) })).rows.map(run => [run.id, run]))
  return rows.map(row => {
    const run = runs.get(row.runId)
    return toReviewUnit(row, { opinions: toOpinionViews(row, opinions, principal), isBlind: run === undefined || !isToldWho(run, { principal, status: row.status }) })
  })
}
