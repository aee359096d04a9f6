import { DECIDING_VERDICTS, type Verdict } from '../data-model/entities.js'
import { instant } from '../data-model/instant.js'
import type { DecisionRow } from '../ports/answer-operations.js'
import type { DecisionView } from '../protocol/review-views.js'

const DECIDING: ReadonlySet<Verdict> = new Set(DECIDING_VERDICTS)

/** A stored decision as it is shown. */
export function toDecisionView({ verdict, note, message, effects, actorId, actorName, createdAt }: DecisionRow): DecisionView {
  return {
    verdict, opinion: effects.opinion ?? null, note, message, bonus: effects.bonus ?? null, grants: (effects.grants ?? []).map(({ name, value }) => ({ qualification: name, value })),
    isBlocked: effects.blockId !== undefined, isRequeued: effects.isRequeued ?? false, isUnread: effects.isUnread ?? false, by: actorId, byName: actorName, at: instant(createdAt),
  }
}

/** The decision that stands: null for none, for one that was taken back, and for opinions. */
export function standingDecision(decision: DecisionRow | null): DecisionView | null {
  return decision && DECIDING.has(decision.verdict) ? toDecisionView(decision) : null
}
