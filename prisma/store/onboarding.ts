import { LIKE_ERASED_NAME } from '../../sdk/data-model/erasure.js'
import { isEnded, RUN_STATUSES, type AgentStatus } from '../../sdk/data-model/lifecycle.js'
import type { OnboardingAttempt, OnboardingOperations } from '../../sdk/ports/onboarding-operations.js'
import { headOf } from './events.js'
import { sql, verbatim } from './sql.js'
import { text, textOrNull, type Row, type Statements } from './statements.js'

/** Agents without a unit, with what they handed in: stored under the agent's own id in place of a unit's. */
export function onboardingOperations(db: Statements): OnboardingOperations {
  const { grammar } = db
  const attempts = sql`SELECT a.id, a.run_id, r.blueprint_type, a.worker_id, w.external_id, a.status, a.event_count, a.event_hash,
      (SELECT b.answer FROM ${db.table('submission')} b WHERE b.unit_id = a.id AND b.outcome = 'onboarding') AS answer
    FROM ${db.table('agent')} a JOIN ${db.table('worker')} w ON w.id = a.worker_id JOIN ${db.table('task_run')} r ON r.id = a.run_id`
  const goingOn = verbatim(RUN_STATUSES.filter(status => !isEnded(status)).map(status => `'${status}'`).join(', '))
  return {
    async underWay(runId, workerIds) {
      if (workerIds.length === 0) return []
      return (await db.rows(
        sql`${attempts} WHERE ${grammar.among('a.worker_id', workerIds)} AND ${grammar.unindexed('a.run_id')} = ${runId} AND a.unit_id IS NULL
              AND ${grammar.unindexed('a.status')} IN ('onboarding', 'waiting') ORDER BY a.accepted_at`)).map(attempt)
    },
    async byAgent(agentIds) {
      return agentIds.length === 0 ? [] : (await db.rows(sql`${attempts} WHERE ${grammar.among('a.id', agentIds)} AND a.unit_id IS NULL`)).map(attempt)
    },
    async waiting(blueprintTypes, limit) {
      return blueprintTypes.length === 0 ? [] : (await db.rows(
        sql`${attempts} WHERE r.status IN (${goingOn}) AND ${grammar.among('r.blueprint_type', blueprintTypes)} AND a.status = 'waiting' AND a.unit_id IS NULL
              AND w.external_id NOT LIKE '${verbatim(LIKE_ERASED_NAME)}' ORDER BY a.accepted_at ${grammar.limit(limit)}`)).map(attempt)
    },
  }
}

function attempt(row: Row): OnboardingAttempt {
  return {
    agentId: text(row, 'id'), runId: text(row, 'run_id'), blueprintType: text(row, 'blueprint_type'), workerId: text(row, 'worker_id'), workerName: text(row, 'external_id'),
    status: text(row, 'status') as AgentStatus, head: headOf(row, 'id'), answer: textOrNull(row, 'answer'),
  }
}
