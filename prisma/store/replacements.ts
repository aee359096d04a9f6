import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { ItemUnit, ReplacementOperations } from '../../sdk/ports/replacement-operations.js'
import { sql, verbatim } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** Units that are added to items that have units already, and taken out again. */
export function replacementOperations(db: Statements): ReplacementOperations {
  const { grammar } = db
  const unit = db.table('unit')
  const rank = db.column('rank')
  const itemUnits = sql`SELECT u.id, u.assignment_id, u.unit_index, u.status, u.${rank} AS unit_rank, u.replaces_unit_id FROM ${unit} u`
  return {
    async inStatus(runId, status, { afterRank, limit }) {
      const rows = await db.rows(
        sql`${itemUnits} WHERE u.run_id = ${runId} AND u.status = ${status} AND u.${rank} > ${afterRank} AND ${grammar.unindexed('u.kind')} = 'standard' ORDER BY u.${rank} ${grammar.limit(limit)}`)
      return rows.map(itemUnit)
    },

    async ofAssignments(assignmentIds) {
      if (assignmentIds.length === 0) return []
      const rows = await db.rows(sql`${itemUnits} WHERE ${grammar.among('u.assignment_id', assignmentIds)} AND ${grammar.unindexed('u.kind')} = 'standard' ORDER BY u.assignment_id, u.unit_index`)
      return rows.map(itemUnit)
    },

    async add(run, units, at) {
      if (units.length === 0) return
      const rows = units.map(row => ({ u: row.id, a: row.assignmentId, n: row.unitIndex, r: row.rank, p: row.replacesUnitId }))
      await db.run(
        sql`INSERT INTO ${unit} (id, run_id, assignment_id, unit_index, status, ${rank}, pay_minor, holder, replaces_unit_id, created_at)
            SELECT j.u, ${run.id}, j.a, j.n, ${run.isHeldBack ? 'created' : 'launched'}, j.r, ${run.payMinor}, j.u, j.p, ${at}
              FROM ${db.list(rows, { u: 'id', a: 'id', n: 'int', r: 'int', p: 'id' })}`)
    },

    async withdraw(unitIds) {
      if (unitIds.length === 0) return new Set()
      const free = sql`${grammar.unindexed('u.status')} IN ('created', 'launched')`
      return new Set(await db.change({
        table: 'unit', as: 'u', from: db.list(unitIds.map(u => ({ u })), { u: 'id' }), on: sql`u.id = j.u${grammar.narrowed('u.id', unitIds)}`, set: verbatim("status = 'expired'"), where: free,
      }))
    },
  }
}

function itemUnit(row: Row): ItemUnit {
  return {
    id: text(row, 'id'), assignmentId: text(row, 'assignment_id'), unitIndex: integer(row, 'unit_index'), status: text(row, 'status') as UnitStatus,
    rank: integer(row, 'unit_rank'), replacesUnitId: textOrNull(row, 'replaces_unit_id'),
  }
}
