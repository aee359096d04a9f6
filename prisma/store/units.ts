import type { UnitKind } from '../../sdk/data-model/entities.js'
import { lastRankOfItem } from '../../sdk/data-model/rank.js'
import type { AgentStatus, RunStatus, UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { UNIT_MOVES } from '../../sdk/data-model/lifecycle.js'
import type { Attempt, Candidate, LeaseEnd, Standing, UnitOperations } from '../../sdk/ports/unit-operations.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

type LeaseOperations = Omit<UnitOperations, 'review' | 'reviewById' | 'answers' | 'decide'>

/**
 * Handing out, extending, completing and taking back units: the hot statements, for SQLite. A `+` before a column keeps
 * the planner from its index, so that rows are found by their id (measured: 12 ms without, 0.05 ms with).
 */
export function leaseOperations(db: Statements): LeaseOperations {
  const unit = db.table('unit')
  const agent = db.table('agent')
  const run = db.table('task_run')
  const assignment = db.table('assignment')
  const runWorker = db.table('run_worker')
  const submission = db.table('submission')
  /** The pairs that a worker is done with: answered (counted or set aside), given back, or under way. */
  const closed = `(a.status NOT IN ('timeout', 'disconnect') OR EXISTS (SELECT 1 FROM ${submission} b WHERE b.agent_id = a.id))`
  const endColumns = `u.id AS unit_id, u.agent_id, u.run_id, u.worker_id, u.fence, u.pay_minor, r.currency`

  return {
    async standings(runId, workerIds) {
      const rows = await db.rows(
        `SELECT w.value AS worker_id, rw.cursor, rw.units_taken, rw.units_completed, u.id AS unit_id, u.agent_id, u.assignment_id,
                u.fence, u.lease_until, a.accepted_at, s.input
           FROM json_each(?1) w
           LEFT JOIN ${runWorker} rw ON rw.run_id = ?2 AND rw.worker_id = w.value
           LEFT JOIN ${unit} u ON u.run_id = ?2 AND u.holder = w.value AND u.status = 'assigned'
           LEFT JOIN ${agent} a ON a.id = u.agent_id
           LEFT JOIN ${assignment} s ON s.id = u.assignment_id
          ORDER BY w.key`,
        JSON.stringify(workerIds), runId)
      return rows.map(standing)
    },

    async candidates(runId, afterRank, limit) {
      const rows = await db.rows(
        `SELECT u.id AS unit_id, u.assignment_id, u.rank, s.input FROM ${unit} u JOIN ${assignment} s ON s.id = u.assignment_id
          WHERE u.run_id = ? AND u.status = 'launched' AND u.rank > ? ORDER BY u.rank LIMIT ?`, runId, afterRank, limit)
      return rows.map(candidate)
    },

    async firstUnseen(runId, workerId, afterRank) {
      const [row] = await db.rows(
        `SELECT u.id AS unit_id, u.assignment_id, u.rank, s.input FROM ${unit} u JOIN ${assignment} s ON s.id = u.assignment_id
          WHERE u.run_id = ?1 AND u.status = 'launched' AND u.rank > ?3
            AND NOT EXISTS (SELECT 1 FROM ${agent} a WHERE a.worker_id = ?2 AND a.assignment_id = u.assignment_id AND ${closed})
          ORDER BY u.rank LIMIT 1`, runId, workerId, afterRank)
      return row ? candidate(row) : null
    },

    async seen(pairs) {
      const rows = await db.rows(
        `SELECT a.worker_id, a.assignment_id FROM json_each(?) j
          CROSS JOIN ${agent} a ON a.worker_id = j.value->>'w' AND a.assignment_id = j.value->>'s'
          WHERE ${closed}`,
        JSON.stringify(pairs.map(pair => ({ w: pair.workerId, s: pair.assignmentId }))))
      return new Set(rows.map(row => `${text(row, 'worker_id')}/${text(row, 'assignment_id')}`))
    },

    async lease(runId, leases, { at, until }) {
      const wanted = JSON.stringify(leases.map(lease => ({ u: lease.unitId, w: lease.workerId, a: lease.agentId })))
      const rows = await db.rows(
        `UPDATE ${unit} SET status = 'assigned', holder = j.worker_id, worker_id = j.worker_id, agent_id = j.agent_id, fence = fence + 1, lease_until = ?
           FROM (SELECT value->>'u' AS unit_id, value->>'w' AS worker_id, value->>'a' AS agent_id FROM json_each(?)) j
          WHERE ${unit}.id = j.unit_id AND +${unit}.status = 'launched' RETURNING id, fence`, until, wanted)
      const fences = new Map(rows.map(row => [text(row, 'id'), integer(row, 'fence')]))
      const won = leases.flatMap(lease => {
        const fence = fences.get(lease.unitId)
        return fence === undefined ? [] : [{ ...lease, fence }]
      })
      const json = JSON.stringify(won.map(lease => ({ a: lease.agentId, w: lease.workerId, u: lease.unitId, s: lease.assignmentId, f: lease.fence, r: lastRankOfItem(lease.rank) })))
      await db.run(
        `INSERT INTO ${agent} (id, run_id, worker_id, unit_id, assignment_id, status, fence, event_count, accepted_at)
         SELECT value->>'a', ?, value->>'w', value->>'u', value->>'s', 'in_task', value->>'f', 0, ? FROM json_each(?)`, runId, at, json)
      await db.run(
        `INSERT INTO ${runWorker} (run_id, worker_id, cursor, units_taken, units_completed, created_at)
         SELECT ?, value->>'w', value->>'r', 1, 0, ? FROM json_each(?) WHERE true
         ON CONFLICT (run_id, worker_id) DO UPDATE SET cursor = max(cursor, excluded.cursor), units_taken = units_taken + 1`, runId, at, json)
      return won
    },

    async attempts(agentIds) {
      const rows = await db.rows(
        `SELECT a.id, a.run_id, a.worker_id, a.unit_id, a.assignment_id, a.status, a.fence, a.accepted_at,
                u.unit_index, u.kind, u.status AS unit_status, u.worker_id AS unit_worker_id, u.agent_id AS unit_agent_id,
                u.fence AS unit_fence, u.lease_until, r.status AS run_status, r.lease_ms, r.pay_minor, r.currency, r.schema_hash, r.blueprint_type
           FROM json_each(?) j JOIN ${agent} a ON a.id = j.value JOIN ${unit} u ON u.id = a.unit_id JOIN ${run} r ON r.id = a.run_id`,
        JSON.stringify(agentIds))
      return rows.map(attempt)
    },

    async extend(leases, at) {
      const rows = await db.rows(
        `UPDATE ${unit} SET lease_until = j.until
           FROM (SELECT value->>'u' AS unit_id, value->>'a' AS agent_id, value->>'f' AS fence, value->>'t' AS until FROM json_each(?)) j
          WHERE ${unit}.id = j.unit_id AND ${unit}.agent_id = j.agent_id AND ${unit}.fence = j.fence
            AND +${unit}.status = 'assigned' AND +${unit}.lease_until > ? RETURNING ${unit}.agent_id`,
        JSON.stringify(leases.map(lease => ({ u: lease.unitId, a: lease.agentId, f: lease.fence, t: lease.until }))), at)
      return new Set(rows.map(row => text(row, 'agent_id')))
    },

    async complete(answers, at) {
      const rows = await db.rows(
        `UPDATE ${unit} SET status = 'completed', completed_at = ?1, lease_until = NULL
           FROM (SELECT value->>'u' AS unit_id, value->>'a' AS agent_id, value->>'f' AS fence FROM json_each(?2)) j
          WHERE ${unit}.id = j.unit_id AND ${unit}.agent_id = j.agent_id AND ${unit}.fence = j.fence
            AND +${unit}.status = 'assigned' AND +${unit}.lease_until > ?1 RETURNING ${unit}.agent_id`,
        at, JSON.stringify(answers.map(answer => ({ u: answer.unitId, a: answer.agentId, f: answer.fence }))))
      return new Set(rows.map(row => text(row, 'agent_id')))
    },

    async release(ends, status, at) {
      const rows = await db.rows(
        `UPDATE ${unit} SET status = 'launched', holder = id, worker_id = NULL, agent_id = NULL, lease_until = NULL
           FROM (SELECT value->>'u' AS unit_id, value->>'a' AS by_agent, value->>'f' AS by_fence FROM json_each(?)) j
          WHERE ${unit}.id = j.unit_id AND ${unit}.agent_id = j.by_agent AND ${unit}.fence = j.by_fence AND +${unit}.status = 'assigned'
          RETURNING id`,
        JSON.stringify(ends.map(end => ({ u: end.unitId, a: end.agentId, f: end.fence }))))
      const freed = new Set(rows.map(row => text(row, 'id')))
      const released = ends.filter(end => freed.has(end.unitId))
      await endAgents(db, released, { status, at })
      return released
    },

    async expiredLeases(at, limit, runId) {
      const rows = await db.rows(
        `SELECT ${endColumns} FROM ${unit} u JOIN ${run} r ON r.id = u.run_id
          WHERE u.status = 'assigned' AND u.lease_until <= ?${runId === undefined ? '' : ' AND u.run_id = ?'} ORDER BY u.lease_until LIMIT ?`,
        at, ...(runId === undefined ? [] : [runId]), limit)
      return rows.map(leaseEnd)
    },

    async expireOpen(runId, at) {
      const rows = await db.rows(`SELECT ${endColumns} FROM ${unit} u JOIN ${run} r ON r.id = u.run_id WHERE u.run_id = ? AND u.status = 'assigned'`, runId)
      const leases = rows.map(leaseEnd)
      const open = UNIT_MOVES.expire.from.map(status => `'${status}'`).join(', ')
      const units = await db.run(`UPDATE ${unit} SET status = 'expired', lease_until = NULL WHERE run_id = ? AND status IN (${open})`, runId)
      await endAgents(db, leases, { status: 'expired', at })
      return { units, leases }
    },

    async anyOpen(runId) {
      const [row] = await db.rows(
        `SELECT EXISTS (SELECT 1 FROM ${unit} WHERE run_id = ?1 AND status = 'launched') AS launched,
                EXISTS (SELECT 1 FROM ${unit} WHERE run_id = ?1 AND status = 'assigned') AS assigned`, runId)
      return { launched: row !== undefined && integer(row, 'launched') === 1, assigned: row !== undefined && integer(row, 'assigned') === 1 }
    },
  }
}

async function endAgents(db: Statements, ends: readonly LeaseEnd[], { status, at }: { status: AgentStatus; at: number }): Promise<void> {
  if (ends.length === 0) return
  await db.run(`UPDATE ${db.table('agent')} SET status = ?, ended_at = ? WHERE id IN (SELECT value FROM json_each(?))`, status, at, JSON.stringify(ends.map(end => end.agentId)))
}

function standing(row: Row): Standing {
  const held = row['unit_id'] === null ? null : {
    unitId: text(row, 'unit_id'), agentId: text(row, 'agent_id'), assignmentId: text(row, 'assignment_id'), fence: integer(row, 'fence'),
    leaseUntil: integer(row, 'lease_until'), acceptedAt: integer(row, 'accepted_at'), input: text(row, 'input'),
  }
  return {
    workerId: text(row, 'worker_id'), held, cursor: integerOrNull(row, 'cursor') ?? -1,
    unitsTaken: integerOrNull(row, 'units_taken') ?? 0, unitsCompleted: integerOrNull(row, 'units_completed') ?? 0,
  }
}

function candidate(row: Row): Candidate {
  return { unitId: text(row, 'unit_id'), assignmentId: text(row, 'assignment_id'), rank: integer(row, 'rank'), input: text(row, 'input') }
}

function leaseEnd(row: Row): LeaseEnd {
  return {
    unitId: text(row, 'unit_id'), agentId: text(row, 'agent_id'), runId: text(row, 'run_id'), workerId: text(row, 'worker_id'),
    fence: integer(row, 'fence'), payMinor: integer(row, 'pay_minor'), currency: text(row, 'currency'),
  }
}

function attempt(row: Row): Attempt {
  const shared = { runId: text(row, 'run_id'), assignmentId: text(row, 'assignment_id') }
  return {
    agent: {
      ...shared, id: text(row, 'id'), workerId: text(row, 'worker_id'), unitId: text(row, 'unit_id'), status: text(row, 'status') as AgentStatus,
      fence: integer(row, 'fence'), acceptedAt: integer(row, 'accepted_at'),
    },
    unit: {
      ...shared, id: text(row, 'unit_id'), unitIndex: integer(row, 'unit_index'), kind: text(row, 'kind') as UnitKind,
      status: text(row, 'unit_status') as UnitStatus, workerId: textOrNull(row, 'unit_worker_id'), agentId: textOrNull(row, 'unit_agent_id'),
      fence: integer(row, 'unit_fence'), leaseUntil: integerOrNull(row, 'lease_until'),
    },
    run: {
      id: shared.runId, status: text(row, 'run_status') as RunStatus, leaseMs: integer(row, 'lease_ms'), payMinor: integer(row, 'pay_minor'),
      currency: text(row, 'currency'), schemaHash: text(row, 'schema_hash'), blueprintType: text(row, 'blueprint_type'),
    },
  }
}
