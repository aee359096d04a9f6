import type { RunConfig, TaskRun } from '../../sdk/data-model/entities.js'
import { isEnded, RUN_MOVES, UNIT_STATUSES, type RunStatus, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { MephistoError } from '../../sdk/errors.js'
import { rankOf } from '../../sdk/data-model/rank.js'
import type { RunOperations } from '../../sdk/ports/mephisto-db.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** Runs: making, moving, counting, and the totals that budgets are held to. */
export function runOperations(db: Statements): RunOperations {
  const run = db.table('task_run')
  const unit = db.table('unit')
  const assignment = db.table('assignment')
  const select = `SELECT r.*, t.name AS task_name, q.name AS requester_name FROM ${run} r
    JOIN ${db.table('task')} t ON t.id = r.task_id JOIN ${db.table('requester')} q ON q.id = r.requester_id`

  return {
    async insert(row) {
      await db.run(
        `INSERT INTO ${run} (id, task_id, requester_id, provider, blueprint_type, schema_hash, status, config, units_per_assignment,
                             lease_ms, currency, pay_minor, budget_minor, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, 'launching', ?, ?, ?, ?, ?, ?, ?, ?)`,
        row.id, row.taskId, row.requesterId, row.provider, row.blueprintType, row.schemaHash, JSON.stringify(row.config), row.unitsPerAssignment,
        row.leaseMs, row.currency, row.payMinor, row.budgetMinor, row.at, row.at)
    },

    async get(id) {
      const [row] = await db.rows(`${select} WHERE r.id = ?`, id)
      return row ? taskRun(row) : null
    },

    async list(filter) {
      const rows = await db.rows(
        `${select} WHERE (?1 IS NULL OR t.name = ?1) AND (?2 IS NULL OR r.status IN (SELECT value FROM json_each(?2)))
            AND (?3 IS NULL OR r.id < ?3) ORDER BY r.id DESC LIMIT ?4`,
        filter.taskName ?? null, filter.statuses ? JSON.stringify(filter.statuses) : null, filter.after ?? null, filter.limit)
      return rows.map(taskRun)
    },

    async move(id, verb, at) {
      const { from, to } = RUN_MOVES[verb]
      const sources = from.map(status => `'${status}'`).join(', ')
      const changed = await db.run(
        `UPDATE ${run} SET status = ?1, updated_at = ?2, started_at = CASE WHEN ?1 = 'running' THEN coalesce(started_at, ?2) ELSE started_at END,
                ended_at = CASE WHEN ?3 = 1 THEN ?2 ELSE ended_at END
          WHERE id = ?4 AND status IN (${sources})`, to, at, isEnded(to) ? 1 : 0, id)
      return changed === 1
    },

    async addTotals(id, change, at) {
      const [reserved, owed, paid] = [change.reservedMinor ?? 0, change.owedMinor ?? 0, change.paidMinor ?? 0]
      const [row] = await db.rows(
        `UPDATE ${run} SET reserved_minor = reserved_minor + ?1, owed_minor = owed_minor + ?2, paid_minor = paid_minor + ?3,
                units_open = units_open + ?4, units_answered = units_answered + ?8, updated_at = ?5
          WHERE id = ?6 AND (budget_minor IS NULL OR ?7 <= 0 OR reserved_minor + owed_minor + paid_minor + ?7 <= budget_minor)
          RETURNING units_open`,
        reserved, owed, paid, change.unitsOpen ?? 0, at, id, reserved + owed + paid, change.unitsAnswered ?? 0)
      return row ? { unitsOpen: integer(row, 'units_open') } : null
    },

    async addAssignments(target, rows, at) {
      const json = JSON.stringify(rows.map(row => ({ a: row.id, p: row.position, i: row.input })))
      const units = JSON.stringify(rows.flatMap(row => row.unitIds.map((id, index) => ({ u: id, a: row.id, n: index, r: rankOf(row.position, index) }))))
      await db.run(
        `INSERT INTO ${assignment} (id, run_id, position, input, created_at)
         SELECT value->>'a', ?, value->>'p', value->>'i', ? FROM json_each(?)`, target.id, at, json)
      const added = await db.run(
        `INSERT INTO ${unit} (id, run_id, assignment_id, unit_index, status, rank, pay_minor, holder, created_at)
         SELECT value->>'u', ?, value->>'a', value->>'n', 'launched', value->>'r', ?, value->>'u', ? FROM json_each(?)`,
        target.id, target.payMinor, at, units)
      const counted = await db.run(
        `UPDATE ${run} SET units_total = units_total + ?1, units_open = units_open + ?1, updated_at = ?2 WHERE id = ?3 AND status = 'launching'`,
        added, at, target.id)
      if (counted === 0) throw new MephistoError('conflict', `Task run ${target.id} was ended while it was being launched; launch again.`)
    },

    async failStaleLaunches(before, at) {
      const rows = await db.rows(
        `UPDATE ${run} SET status = '${RUN_MOVES.fail.to}', updated_at = ?1, ended_at = ?1
          WHERE status = 'launching' AND updated_at < ?2 RETURNING id`, at, before)
      return rows.map(row => text(row, 'id'))
    },

    async remove(id) {
      const never = `(SELECT id FROM ${run} WHERE id = ? AND started_at IS NULL)`
      await db.run(`DELETE FROM ${unit} WHERE run_id IN ${never}`, id)
      await db.run(`DELETE FROM ${assignment} WHERE run_id IN ${never}`, id)
      await db.run(`DELETE FROM ${run} WHERE id IN ${never}`, id)
    },

    async countUnits(id) {
      const rows = await db.rows(`SELECT status, count(*) AS units FROM ${unit} WHERE run_id = ? GROUP BY status`, id)
      const counts = Object.fromEntries(UNIT_STATUSES.map(status => [status, 0])) as Record<UnitStatus, number>
      for (const row of rows) counts[text(row, 'status') as UnitStatus] = integer(row, 'units')
      return counts
    },

    async countPeople(id) {
      const [row] = await db.rows(
        `SELECT (SELECT count(*) FROM ${db.table('run_worker')} WHERE run_id = ?1) AS workers,
                (SELECT count(*) FROM ${db.table('submission')} WHERE run_id = ?1 AND outcome = 'set_aside') AS set_aside`, id)
      return row ? { workers: integer(row, 'workers'), setAside: integer(row, 'set_aside') } : { workers: 0, setAside: 0 }
    },

    async firstInput(id) {
      const [row] = await db.rows(`SELECT input FROM ${assignment} WHERE run_id = ? ORDER BY position LIMIT 1`, id)
      return row ? text(row, 'input') : null
    },
  }
}

function taskRun(row: Row): TaskRun {
  return {
    id: text(row, 'id'), taskId: text(row, 'task_id'), taskName: text(row, 'task_name'), requester: text(row, 'requester_name'),
    provider: text(row, 'provider'), blueprintType: text(row, 'blueprint_type'), schemaHash: text(row, 'schema_hash'),
    status: text(row, 'status') as RunStatus, config: JSON.parse(textOrNull(row, 'config') ?? '{}') as RunConfig,
    unitsPerAssignment: integer(row, 'units_per_assignment'), leaseMs: integer(row, 'lease_ms'), currency: text(row, 'currency'),
    payMinor: integer(row, 'pay_minor'), budgetMinor: integerOrNull(row, 'budget_minor'), reservedMinor: integer(row, 'reserved_minor'),
    owedMinor: integer(row, 'owed_minor'), paidMinor: integer(row, 'paid_minor'), unitsTotal: integer(row, 'units_total'),
    unitsOpen: integer(row, 'units_open'), unitsAnswered: integer(row, 'units_answered'), createdAt: integer(row, 'created_at'), startedAt: integerOrNull(row, 'started_at'),
    endedAt: integerOrNull(row, 'ended_at'),
  }
}
