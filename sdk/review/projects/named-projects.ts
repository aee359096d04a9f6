import { MephistoError } from '../../errors.js'
import type { ProjectRow, TaskRow } from '../../ports/entity-rows.js'
import type { DbOperations } from '../../ports/mephisto-db.js'

/** The project with this id or name. @throws MephistoError `not_found` */
export async function requireProject(db: DbOperations, named: string): Promise<ProjectRow> {
  const found = await db.projects.get(named) ?? (await db.projects.find({ filter: { name: named }, limit: 1 })).rows[0]
  if (found) return found
  throw new MephistoError('not_found', `There is no project "${named}". List the projects to see which there are, archived ones too.`)
}

/** The task with this id or name. @throws MephistoError `not_found` */
export async function requireTask(db: DbOperations, named: string): Promise<TaskRow> {
  const found = await db.tasks.get(named) ?? (await db.tasks.find({ filter: { name: named }, limit: 1 })).rows[0]
  if (found) return found
  throw new MephistoError('not_found', `There is no task "${named}". List the tasks to see which there are; a task is made at its first launch.`)
}

/** The project that a task is in; null for none. */
export async function projectOf(db: DbOperations, { projectId }: Pick<TaskRow, 'projectId'>): Promise<ProjectRow | null> {
  return projectId === null ? null : db.projects.get(projectId)
}
