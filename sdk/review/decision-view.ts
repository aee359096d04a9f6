import { instant } from '../data-model/instant.js'
import type { DecisionRow } from '../ports/answer-operations.js'
import type { DecisionView } from '../protocol/review-views.js'

/** A stored decision as it is shown. */
export function toDecisionView({ verdict, note, message, effects, actorId, actorName, createdAt }: DecisionRow): DecisionView {
  return {
    verdict, note, message, bonus: effects.bonus ?? null, grants: (effects.grants ?? []).map(({ name, value }) => ({ qualification: name, value })),
    isBlocked: effects.blockId !== undefined, isRequeued: effects.isRequeued ?? false, by: actorId, byName: actorName, at: instant(createdAt),
  }
}

/** The decision that stands: null for none, and for one that was taken back. */
export function standingDecision(decision: DecisionRow | null): DecisionView | null {
  return decision && decision.verdict !== 'undo' ? toDecisionView(decision) : null
}
