import { SPECIAL_RANK, specialPositions, type SpecialKind } from '../../sdk/data-model/features.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import type { SpecialOperations } from '../../sdk/ports/special-operations.js'
import { inParts } from './in-parts.js'
import { sql, type Sql } from './sql.js'
import { integer, text, textOrNull, type Statements } from './statements.js'

/** Items at positions below zero, and the units that are made of them. */
export function specialOperations(db: Statements): SpecialOperations {
  const { grammar } = db
  const unit = db.table('unit')
  const assignment = db.table('assignment')
  const itemsOf = (runId: string, kind: SpecialKind): Sql => {
    const { first, last } = specialPositions(kind)
    return sql`s.run_id = ${runId} AND s.position >= ${first} AND s.position <= ${last}`
  }
  return {
    async addItems(runId, items, at) {
      if (items.length === 0) return
      const rows = items.map(item => ({ a: item.id, p: item.position, i: item.input, e: item.expected }))
      await db.atomically(tx => inParts(rows, part => tx.run(
        sql`INSERT INTO ${assignment} (id, run_id, position, input, expected, created_at)
            SELECT j.a, ${runId}, j.p, j.i, j.e, ${at} FROM ${tx.list(part, { a: 'id', p: 'int', i: 'text', e: 'text' })}`)))
    },

    async unanswered(runId, kind, workerId) {
      const rows = await db.rows(
        sql`SELECT s.id, s.input, (SELECT coalesce(max(x.unit_index), -1) + 1 FROM ${unit} x WHERE x.assignment_id = s.id) AS next_index FROM ${assignment} s
             WHERE ${itemsOf(runId, kind)} AND NOT EXISTS (SELECT 1 FROM ${unit} u WHERE u.assignment_id = s.id AND u.holder = ${workerId}) ORDER BY s.position`)
      return rows.map(row => ({ assignmentId: text(row, 'id'), input: text(row, 'input'), nextIndex: integer(row, 'next_index') }))
    },

    async addUnits(run, units, at) {
      if (units.length === 0) return
      const rows = units.map(row => ({ u: row.id, a: row.assignmentId, n: row.unitIndex, k: row.kind }))
      await db.run(
        sql`INSERT INTO ${unit} (id, run_id, assignment_id, unit_index, kind, status, ${db.column('rank')}, pay_minor, holder, created_at)
            SELECT j.u, ${run.id}, j.a, j.n, j.k, 'launched', ${SPECIAL_RANK}, ${run.payMinor}, j.u, ${at} FROM ${db.list(rows, { u: 'id', a: 'id', n: 'int', k: 'key' })}`)
    },

    async count(runId, kind) {
      const [row] = await db.rows(sql`SELECT count(*) AS units FROM ${assignment} s JOIN ${unit} u ON u.assignment_id = s.id WHERE ${itemsOf(runId, kind)} AND ${grammar.unindexed('u.status')} <> 'expired'`)
      return row ? integer(row, 'units') : 0
    },

    async countOpen(runId) {
      const [row] = await db.rows(sql`SELECT count(*) AS units FROM ${unit} u WHERE u.run_id = ${runId} AND u.status = 'assigned' AND u.${db.column('rank')} = ${SPECIAL_RANK}`)
      return row ? integer(row, 'units') : 0
    },

    async tally(runId, kind, workerId) {
      const [row] = await db.rows(
        sql`SELECT coalesce(sum(CASE WHEN u.status = 'accepted' THEN 1 ELSE 0 END), 0) AS right_units,
                   coalesce(sum(CASE WHEN u.status IN ('assigned', 'completed') THEN 1 ELSE 0 END), 0) AS undecided_units,
                   coalesce(sum(CASE WHEN u.id IS NULL THEN 1 ELSE 0 END), 0) AS unanswered_items, count(*) AS items
              FROM ${assignment} s LEFT JOIN ${unit} u ON u.assignment_id = s.id AND u.holder = ${workerId} WHERE ${itemsOf(runId, kind)}`)
      if (!row) return { right: 0, wrong: 0, open: 0, undecided: 0 }
      const [right, undecided] = [integer(row, 'right_units'), integer(row, 'undecided_units')]
      const open = undecided + integer(row, 'unanswered_items')
      return { right, wrong: integer(row, 'items') - right - open, open, undecided }
    },

    async judged(agentId) {
      const [row] = await db.rows(
        sql`SELECT u.kind, s.input, s.expected FROM ${db.table('agent')} a JOIN ${unit} u ON u.id = a.unit_id JOIN ${assignment} s ON s.id = u.assignment_id WHERE a.id = ${agentId}`)
      return row ? { kind: text(row, 'kind') as UnitKind, input: text(row, 'input'), expected: textOrNull(row, 'expected') } : null
    },
  }
}
