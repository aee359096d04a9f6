import { MephistoError } from '../errors.js'
import type { ProjectRow } from '../ports/entity-rows.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'

interface Parts { readonly db: MephistoDb; readonly runtime: Runtime }

/** A task with the name of the project that it shall be in. */
interface Joining {
  readonly taskId: string
  readonly task: string
  readonly project: string
}

/**
 * Puts a task that is in no project into the one with this name, which is made if there is none.
 * @throws MephistoError `conflict` when the task is in another project
 */
export async function joinProject(parts: Parts, { taskId, task, project }: Joining): Promise<void> {
  const { db } = parts
  const before = (await db.tasks.get(taskId))?.projectId ?? null
  // Only a task that is free makes a project: a launch that is refused leaves none behind.
  checkProject(before === null ? await attached(parts, { taskId, project }) : await db.projects.get(before), { task, project })
}

/** @throws MephistoError `conflict` when the project that a task is in is not the one it is launched in */
export function checkProject(now: ProjectRow | null, { task, project }: Omit<Joining, 'taskId'>): void {
  if (now?.name === project) return
  throw new MephistoError('conflict', `Task "${task}" belongs to project "${now?.name ?? 'of before'}", not to "${project}". Launch it there, move the task first, or launch under another task name.`)
}

async function attached({ db, runtime }: Parts, { taskId, project }: Pick<Joining, 'taskId' | 'project'>): Promise<ProjectRow | null> {
  const wanted = await db.projects.ensure({ id: runtime.newId(), name: project, at: await db.now() })
  return db.projects.get(await db.tasks.attach(taskId, wanted))
}
