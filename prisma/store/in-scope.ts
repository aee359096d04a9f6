import type { WorkScope } from '../../sdk/ports/data-operations.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import type { Statements } from './statements.js'

/** Whether a column holds the id of a run in the scope; the second time for PostgreSQL, which then looks runs up one by one. */
export function inScope(db: Statements, column: string, { of, id }: WorkScope): Sql {
  const [run, task] = [db.table('task_run'), db.table('task')]
  if (of === 'run') return sql`${verbatim(column)} = ${id}`
  const runs = of === 'task'
    ? sql`SELECT i.id FROM ${run} i WHERE i.task_id = ${id}`
    : sql`SELECT i.id FROM ${run} i JOIN ${task} o ON o.id = i.task_id WHERE o.project_id = ${id}`
  return joined([sql`${verbatim(column)} IN (${runs})`, db.grammar.narrowed(column, runs)], '')
}
