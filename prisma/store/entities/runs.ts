import { isEnded, RUN_STATUSES } from '../../../sdk/data-model/lifecycle.js'
import type { RunEntities, RunEntityFilter } from '../../../sdk/ports/entity-operations.js'
import type { RunRow } from '../../../sdk/ports/entity-rows.js'
import { among, either, equal, matching } from '../filters.js'
import { find, type Finder } from '../find.js'
import { selectRuns, taskRun } from '../runs.js'
import { sql, verbatim } from '../sql.js'
import { text, type Statements } from '../statements.js'

/** Runs as entities. */
export function runEntities(db: Statements): RunEntities {
  return { find: async query => find(db, finder(db), query) }
}

function finder(db: Statements): Finder<RunRow, RunEntityFilter, 'createdAt'> {
  const task = db.table('task')
  const statusesThat = (isWanted: (ended: boolean) => boolean) => verbatim(RUN_STATUSES.filter(status => isWanted(isEnded(status))).map(status => `'${status}'`).join(', '))
  return {
    of: 'task_run', id: sql`r.id`, made: sql`r.created_at`,
    select: selectRuns(db),
    filters: {
      taskId: equal(sql`r.task_id`), requesterId: equal(sql`r.requester_id`), provider: equal(sql`r.provider`), blueprintType: equal(sql`r.blueprint_type`),
      taskName: matching(name => sql`r.task_id IN (SELECT t.id FROM ${task} t WHERE t.name = ${name})`),
      projectId: matching(id => sql`r.task_id IN (SELECT t.id FROM ${task} t WHERE t.project_id = ${id})`),
      statuses: among(db, sql`r.status`, RUN_STATUSES),
      workerId: matching(id => sql`r.id IN (SELECT rw.run_id FROM ${db.table('run_worker')} rw WHERE rw.worker_id = ${id})`),
      isEnded: either(sql`r.status IN (${statusesThat(ended => ended)})`, sql`r.status IN (${statusesThat(ended => !ended)})`),
    },
    sorts: { createdAt: { column: sql`r.created_at`, holds: 'integer' } },
    row: row => ({ ...taskRun(row), requesterId: text(row, 'requester_id') }),
  }
}
