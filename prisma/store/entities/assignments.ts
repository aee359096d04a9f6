import type { AssignmentOperations, OfRunFilter } from '../../../sdk/ports/entity-operations.js'
import type { AssignmentRow } from '../../../sdk/ports/entity-rows.js'
import { ofRun } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, text, type Row, type Statements } from '../statements.js'

/** Assignments as entities. */
export function assignmentOperations(db: Statements): AssignmentOperations {
  return reading(db, finder)
}

function finder(db: Statements): Finder<AssignmentRow, OfRunFilter, 'createdAt' | 'position'> {
  return {
    of: 'assignment', id: sql`s.id`, made: sql`s.created_at`,
    select: sql`SELECT s.id, s.run_id, s.position, s.input, s.created_at FROM ${db.table('assignment')} s`,
    filters: ofRun(db, sql`s.run_id`),
    sorts: { createdAt: { column: sql`s.created_at`, holds: 'integer' }, position: { column: sql`s.position`, holds: 'integer', uniqueWithin: 'runId' } },
    row: assignmentRow,
  }
}

function assignmentRow(row: Row): AssignmentRow {
  return { id: text(row, 'id'), runId: text(row, 'run_id'), position: integer(row, 'position'), input: text(row, 'input'), createdAt: integer(row, 'created_at') }
}
