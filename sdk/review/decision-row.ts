import type { DecisionRow, NewDecision, ReviewRow } from '../ports/answer-operations.js'
import type { Principal } from './principal.js'

/** What one request does to units, and who asks. */
export interface ReviewBatch {
  readonly principal: Principal
  readonly batchId: string
  /** What is taken back, by unit. */
  readonly undoes: ReadonlyMap<string, DecisionRow>
}

/** What of a row of the history its unit and its request do not say. */
type Said = Pick<NewDecision, 'id' | 'verdict' | 'note' | 'message' | 'effects'>

/** A row in the history of a unit. */
export function decisionRow({ principal, batchId, undoes }: ReviewBatch, row: ReviewRow, { at, ...said }: Said & { readonly at: number }): NewDecision {
  return {
    ...said, unitId: row.unitId, runId: row.runId, agentId: row.agentId, workerId: row.workerId, previous: row.status, undoes: undoes.get(row.unitId)?.id ?? null, batchId,
    actorId: principal.id, actorName: principal.name,
    // Later than what was done to the unit before, even when the clock has jumped back: the history keeps its order.
    createdAt: Math.max(at, (row.decision?.createdAt ?? 0) + 1),
  }
}
