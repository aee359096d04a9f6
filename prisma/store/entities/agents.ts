import { AGENT_STATUSES, type AgentStatus } from '../../../sdk/data-model/lifecycle.js'
import type { AgentFilter, AgentOperations } from '../../../sdk/ports/entity-operations.js'
import type { AgentRow } from '../../../sdk/ports/entity-rows.js'
import { among, either, equal, lookedUp, matching, ofRun } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant } from './checked.js'
import { explained } from './explained.js'

/** Agents as entities. */
export function agentOperations(db: Statements): AgentOperations {
  return {
    ...reading(db, finder),
    async addOnboarding({ id, runId, workerId, at }) {
      await explained(
        db.run(
          sql`INSERT INTO ${db.table('agent')} (id, run_id, worker_id, status, fence, accepted_at)
              VALUES (${checkedId(id, 'id')}, ${lookedUp(runId, 'runId')}, ${lookedUp(workerId, 'workerId')}, 'onboarding', 0, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is an agent ${id} already.`, not_found: `There is no task run ${runId}, or no worker ${workerId}.` })
    },
  }
}

function finder(db: Statements): Finder<AgentRow, AgentFilter, 'acceptedAt'> {
  return {
    of: 'agent', id: sql`a.id`, made: sql`a.accepted_at`,
    select: sql`SELECT a.id, a.run_id, a.worker_id, a.unit_id, a.assignment_id, a.status, a.fence, a.accepted_at, a.ended_at FROM ${db.table('agent')} a`,
    filters: {
      ...ofRun(db, sql`a.run_id`),
      unitId: equal(sql`a.unit_id`),
      // By way of the units, which indexes lead to.
      assignmentId: matching(id => sql`a.unit_id IN (SELECT u.id FROM ${db.table('unit')} u WHERE u.assignment_id = ${id})`),
      workerId: equal(sql`a.worker_id`),
      statuses: among(db, sql`a.status`, AGENT_STATUSES),
      isOnboarding: either(sql`a.unit_id IS NULL`, sql`a.unit_id IS NOT NULL`),
    },
    sorts: { acceptedAt: { column: sql`a.accepted_at`, holds: 'integer' } },
    row: agentRow,
  }
}

function agentRow(row: Row): AgentRow {
  return {
    id: text(row, 'id'), runId: text(row, 'run_id'), workerId: text(row, 'worker_id'), unitId: textOrNull(row, 'unit_id'), assignmentId: textOrNull(row, 'assignment_id'),
    status: text(row, 'status') as AgentStatus, fence: integer(row, 'fence'), acceptedAt: integer(row, 'accepted_at'), endedAt: integerOrNull(row, 'ended_at'),
  }
}
