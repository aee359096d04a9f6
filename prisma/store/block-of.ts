import { sql, type Sql } from './sql.js'
import type { Statements } from './statements.js'

/** The block that keeps a worker from a run at an instant, a hard one before a soft one; NULL for none. */
export function blockOf(db: Statements, workerId: Sql, { runId, at }: { readonly runId: string; readonly at: number }): Sql {
  const run = db.table('task_run')
  return sql`(SELECT min(CASE WHEN b.soft = TRUE THEN 'soft' ELSE 'hard' END) FROM ${db.table('block')} b
      WHERE b.worker_id = ${workerId} AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > ${at}) AND (b.scope = 'everywhere' OR b.scope_id = ${runId}
        OR b.scope_id = (SELECT r.task_id FROM ${run} r WHERE r.id = ${runId}) OR b.scope_id = (SELECT t.project_id FROM ${db.table('task')} t JOIN ${run} r ON r.task_id = t.id WHERE r.id = ${runId})))`
}
