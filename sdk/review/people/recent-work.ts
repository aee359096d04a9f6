import type { DbOperations } from '../../ports/mephisto-db.js'
import type { DoneUnitView } from '../../protocol/people-views.js'
import type { DecisionView } from '../../protocol/review-views.js'
import { DECIDE_VERBS } from '../deciding.js'
import { runsKeptFrom } from '../blind-review.js'
import { toDecisionView } from '../decision-view.js'
import type { Principal } from '../principal.js'
import { toDoneUnitView } from './people-rows.js'

/** The units that a worker answered last, the latest first, and what was decided last of their work, as somebody may see it. @default principal: all of it */
export async function recentWork(db: DbOperations, workerId: string, { units, principal }: { readonly units: number; readonly principal: Principal | undefined }): Promise<{ recentUnits: DoneUnitView[]; latestDecision: DecisionView | null }> {
  const [decisions, attempts] = await Promise.all([
    db.decisions.find({ filter: { workerId, verdicts: DECIDE_VERBS }, direction: 'descending', limit: 1 }),
    units === 0 ? null : db.agents.find({ filter: { workerId, statuses: ['completed', 'approved', 'soft_rejected', 'rejected'] }, direction: 'descending', limit: units }),
  ])
  const ids = attempts?.rows.flatMap(({ unitId }) => unitId ?? []) ?? []
  const found = ids.length === 0 ? [] : (await db.units.find({ filter: { ids }, limit: ids.length })).rows
  const recent = [...found].sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
  const [latest] = decisions.rows
  const kept = principal ? await runsKeptFrom(db, principal, [...recent, ...decisions.rows].map(({ runId }) => runId)) : new Set<string>()
  return { recentUnits: recent.filter(({ runId }) => !kept.has(runId)).map(toDoneUnitView), latestDecision: latest && !kept.has(latest.runId) ? toDecisionView(latest) : null }
}
