import type { AuditOperations } from '../../sdk/ports/answer-operations.js'
import { sql } from './sql.js'
import { integer, text, type Statements } from './statements.js'

/** The audit trail: one row for each request that changed something, with what was replied. */
export function auditOperations(db: Statements): AuditOperations {
  const audit = db.table('audit')
  return {
    async insert(row) {
      await db.run(
        sql`INSERT INTO ${audit} (id, actor_id, action, subject, subject_id, body, created_at)
            VALUES (${row.id}, ${row.actorId}, ${row.action}, ${row.subject}, ${row.subjectId}, ${row.body}, ${row.at})`)
    },
    async get(id) {
      const [row] = await db.rows(sql`SELECT id, actor_id, action, subject, subject_id, body, created_at FROM ${audit} WHERE id = ${id}`)
      return row ? {
        id: text(row, 'id'), actorId: text(row, 'actor_id'), action: text(row, 'action'), subject: text(row, 'subject'),
        subjectId: text(row, 'subject_id'), body: text(row, 'body'), at: integer(row, 'created_at'),
      } : null
    },
  }
}
