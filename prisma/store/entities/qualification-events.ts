import type { GrantOperations, QualificationEventFilter } from '../../../sdk/ports/entity-operations.js'
import type { QualificationEventRow } from '../../../sdk/ports/entity-rows.js'
import { equal } from '../filters.js'
import { find, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'

/** What was granted and revoked. */
export function qualificationHistory(db: Statements): GrantOperations['history'] {
  return async query => find(db, finder(db), query)
}

function finder(db: Statements): Finder<QualificationEventRow, QualificationEventFilter, 'createdAt'> {
  return {
    of: 'qualification_event', id: sql`e.id`, made: sql`e.created_at`,
    select: sql`SELECT e.id, e.qualification_id, e.worker_id, e.verb, e.value, e.reason, e.actor_id, e.created_at FROM ${db.table('qualification_event')} e`,
    filters: { workerId: equal(sql`e.worker_id`), qualificationId: equal(sql`e.qualification_id`) },
    sorts: { createdAt: { column: sql`e.created_at`, holds: 'integer' } },
    row: eventRow,
  }
}

function eventRow(row: Row): QualificationEventRow {
  return {
    id: text(row, 'id'), qualificationId: text(row, 'qualification_id'), workerId: text(row, 'worker_id'), verb: text(row, 'verb') as QualificationEventRow['verb'],
    value: integerOrNull(row, 'value'), reason: textOrNull(row, 'reason'), actorId: text(row, 'actor_id'), createdAt: integer(row, 'created_at'),
  }
}
