import { MephistoError } from '../errors.js'
import type { ProjectRow } from '../ports/entity-rows.js'
import { mustFit } from './caps.js'
import type { DbOperations } from '../ports/mephisto-db.js'

/** A task with the name of the project that it shall be in. */
interface Joining {
  readonly taskId: string
  readonly task: string
  readonly project: string
  /** Of the project, where it is made. */
  readonly newProjectId: string
}

/**
 * Puts a task that is in no project into the one with this name, which is made if there is none. In a transaction, so that a
 * launch that is refused, or comes second, leaves no project behind.
 * @throws MephistoError `conflict` when the task is in another project; as {@link mustFit} when its runs do not fit this one's budget
 */
export async function joinProject(tx: DbOperations, { taskId, task, project, newProjectId }: Joining): Promise<void> {
  const before = (await tx.tasks.get(taskId))?.projectId ?? null
  if (before === null) await tx.budgets.lockTask(taskId)
  const joined = before ?? await tx.tasks.attach(taskId, await tx.projects.ensure({ id: newProjectId, name: project, at: await tx.now() }))
  if (before === null) await mustFit(tx, joined)
  checkProject(await tx.projects.get(joined), { task, project })
}

/** @throws MephistoError `conflict` when the project that a task is in is not the one it is launched in */
export function checkProject(now: ProjectRow | null, { task, project }: Pick<Joining, 'task' | 'project'>): void {
  if (!now) throw new MephistoError('not_found', `The project of task "${task}" was removed while it was being launched; try again.`)
  if (now.name === project) return
  throw new MephistoError('conflict', `Task "${task}" belongs to project "${now.name}", not to "${project}". Launch it there, move the task first, or launch under another task name.`)
}
