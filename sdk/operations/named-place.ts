import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { ProjectRow, TaskRow } from '../ports/entity-rows.js'
import type { DbOperations } from '../ports/mephisto-db.js'

/** What an act can be about instead of everything. */
export type PlaceScope = 'project' | 'task' | 'run'

/**
 * The id of a project, task or run, which may have been given by its name where it has one. `purpose` ends the sentence that
 * there is none: "There is no task "x" " and, say, "to block anybody in".
 * @throws MephistoError `not_found`
 */
export async function namedPlace(db: DbOperations, { scope, named, purpose }: { readonly scope: PlaceScope; readonly named: string; readonly purpose: string }): Promise<string> {
  if (scope === 'run') {
    if (await db.runs.get(named)) return named
  } else {
    const found = await (scope === 'task' ? findTask : findProject)(db, named)
    if (found) return found.id
  }
  throw new MephistoError('not_found', `There is no ${scope} "${named}" ${purpose}. Check its ${scope === 'run' ? 'id' : 'id or name'}.`)
}

/** The project with this id or name; null for none. */
async function findProject(db: DbOperations, named: string): Promise<ProjectRow | null> {
  return await db.projects.get(named) ?? (await db.projects.find({ filter: { name: named }, limit: 1 })).rows[0] ?? null
}

/** The task with this id or name; null for none. */
export async function findTask(db: DbOperations, named: string): Promise<TaskRow | null> {
  return await db.tasks.get(named) ?? (await db.tasks.find({ filter: { name: named }, limit: 1 })).rows[0] ?? null
}

/** The project with this id or name. @throws MephistoError `not_found` */
export async function requireProject(db: DbOperations, named: string): Promise<ProjectRow> {
  const found = await findProject(db, named)
  if (found) return found
  throw new MephistoError('not_found', `There is no project "${named}". List the projects to see which there are, archived ones too.`)
}

/** The task with this id or name. @throws MephistoError `not_found` */
export async function requireTask(db: DbOperations, named: string): Promise<TaskRow> {
  const found = await findTask(db, named)
  if (found) return found
  throw new MephistoError('not_found', `There is no task "${named}". List the tasks to see which there are; a task is made at its first launch.`)
}

/** The task run with this id. @throws MephistoError `not_found` */
export async function requireRun(db: DbOperations, id: string): Promise<TaskRun> {
  const run = await db.runs.get(id)
  if (run) return run
  throw unknownRun(id)
}

/** There is no such run. */
export function unknownRun(id: string): MephistoError {
  return new MephistoError('not_found', `There is no task run ${id}. List the runs to see which there are.`)
}

/** The project that a task is in; null for none. */
export async function projectOf(db: DbOperations, { projectId }: Pick<TaskRow, 'projectId'>): Promise<ProjectRow | null> {
  return projectId === null ? null : db.projects.get(projectId)
}
