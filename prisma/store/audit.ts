import type { AuditFilter, AuditOperations, AuditRow } from '../../sdk/ports/answer-operations.js'
import { equal } from './filters.js'
import { find, type Finder } from './find.js'
import { sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** The audit trail: one row for each request that changed something, with what was replied. */
export function auditOperations(db: Statements): AuditOperations {
  const finder = auditFinder(db)
  return {
    async insert(row) {
      await db.run(
        sql`INSERT INTO ${db.table('audit')} (id, actor_id, action, subject, subject_id, body, created_at)
            VALUES (${row.id}, ${row.actorId}, ${row.action}, ${row.subject}, ${row.subjectId}, ${row.body}, ${row.at})`)
    },
    async get(id) {
      const [row] = await db.rows(sql`${finder.select} WHERE x.id = ${id}`)
      return row ? auditRow(row) : null
    },
    find: async query => find(db, finder, query),
  }
}

function auditFinder(db: Statements): Finder<AuditRow, AuditFilter, 'at'> {
  return {
    of: 'audit', id: sql`x.id`, made: sql`x.created_at`,
    select: sql`SELECT x.id, x.actor_id, x.action, x.subject, x.subject_id, x.body, x.created_at FROM ${db.table('audit')} x`,
    filters: { actorId: equal(sql`x.actor_id`), action: equal(sql`x.action`), subject: equal(sql`x.subject`), subjectId: equal(sql`x.subject_id`) },
    sorts: { at: { column: sql`x.created_at`, holds: 'integer' } },
    row: auditRow,
  }
}

function auditRow(row: Row): AuditRow {
  return {
    id: text(row, 'id'), actorId: text(row, 'actor_id'), action: text(row, 'action'), subject: text(row, 'subject'), subjectId: text(row, 'subject_id'), body: text(row, 'body'), at: integer(row, 'created_at'),
  }
}
