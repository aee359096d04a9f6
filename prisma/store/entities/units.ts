import { UNIT_STATUSES, type UnitStatus } from '../../../sdk/data-model/lifecycle.js'
import type { UnitKind } from '../../../sdk/data-model/unit-kind.js'
import type { UnitEntities, UnitFilter } from '../../../sdk/ports/entity-operations.js'
import type { UnitRow } from '../../../sdk/ports/entity-rows.js'
import { among, counted, equal, matching, ofRun } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'

const KINDS: Readonly<Record<UnitKind, true>> = { standard: true, screening: true, gold: true, compensation: true, training: true }

/** Units as entities. */
export function unitEntities(db: Statements): UnitEntities {
  return reading(db, finder)
}

function finder(db: Statements): Finder<UnitRow, UnitFilter, 'createdAt' | 'rank'> {
  const [rank, agent] = [sql`u.${db.column('rank')}`, db.table('agent')]
  return {
    of: 'unit', id: sql`u.id`, made: sql`u.created_at`,
    select: sql`SELECT u.id, u.run_id, u.assignment_id, u.unit_index, u.kind, u.status, ${rank} AS unit_rank, u.pay_minor, u.worker_id, u.agent_id, u.fence,
        u.lease_until, u.replaces_unit_id, u.completed_at, u.decided_at, u.created_at FROM ${db.table('unit')} u`,
    filters: {
      ...ofRun(db, sql`u.run_id`),
      assignmentId: equal(sql`u.assignment_id`),
      unitIndex: counted(index => sql`u.unit_index = ${index}`),
      // By way of the attempts, which indexes lead to.
      agentId: matching(id => sql`u.agent_id = ${id} AND u.id IN (SELECT a.unit_id FROM ${agent} a WHERE a.id = ${id})`),
      workerId: matching(id => sql`u.worker_id = ${id} AND u.id IN (SELECT a.unit_id FROM ${agent} a WHERE a.worker_id = ${id})`),
      statuses: among(db, sql`u.status`, UNIT_STATUSES),
      kinds: among(db, sql`u.kind`, Object.keys(KINDS)),
    },
    sorts: { createdAt: { column: sql`u.created_at`, holds: 'integer' }, rank: { column: rank, holds: 'integer' } },
    row: unitRow,
  }
}

function unitRow(row: Row): UnitRow {
  return {
    id: text(row, 'id'), runId: text(row, 'run_id'), assignmentId: text(row, 'assignment_id'), unitIndex: integer(row, 'unit_index'),
    kind: text(row, 'kind') as UnitKind, status: text(row, 'status') as UnitStatus, rank: integer(row, 'unit_rank'), payMinor: integer(row, 'pay_minor'),
    workerId: textOrNull(row, 'worker_id'), agentId: textOrNull(row, 'agent_id'), fence: integer(row, 'fence'), leaseUntil: integerOrNull(row, 'lease_until'),
    replacesUnitId: textOrNull(row, 'replaces_unit_id'), completedAt: integerOrNull(row, 'completed_at'), decidedAt: integerOrNull(row, 'decided_at'),
    createdAt: integer(row, 'created_at'),
  }
}
