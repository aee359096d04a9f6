import { projectOf, requireProject, requireTask } from '../../operations/named-place.js'
import { mustFit } from '../../operations/caps.js'
import { archiveProjectRequest, archiveTaskRequest, createProjectRequest, moveTaskRequest, projectBudgetRequest, renameProjectRequest, taskRetentionRequest } from '../../protocol/project-requests.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { ProjectView, TaskView } from '../../protocol/project-views.js'
import type { Done } from '../done-once.js'
import { actOf } from '../act-once.js'
import type { ProjectDesk } from './project-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { nameOf, toProjectView, toTaskView } from './project-rows.js'

type ProjectActs = Pick<ProjectDesk, 'create' | 'rename' | 'archive' | 'archiveTask' | 'setRetention' | 'move' | 'setBudget'>

/** Making, naming, archiving projects, saying which tasks are in them and what these may spend. */
export function projectActs(parts: WorkParts): ProjectActs {
  return {
    create: actOf(parts, { action: 'create_project', schema: createProjectRequest }, async ({ tx, at }, { request: { name } }) => {
      const id = parts.runtime.newId()
      await tx.projects.create({ id, name, at })
      return aboutProject(tx, id)
    }),

    rename: actOf(parts, { action: 'rename_project', schema: renameProjectRequest }, async ({ tx }, { request: { project, name } }) => {
      const { id } = await requireProject(tx, project)
      await tx.projects.rename(id, name)
      return aboutProject(tx, id)
    }),

    archive: actOf(parts, { action: 'archive_project', schema: archiveProjectRequest }, async ({ tx, at }, { request: { project, isArchived } }) => {
      const { id, archivedAt } = await requireProject(tx, project)
      await tx.projects.archive(id, isArchived ? archivedAt ?? at : null)
      return aboutProject(tx, id)
    }),

    archiveTask: actOf(parts, { action: 'archive_task', schema: archiveTaskRequest }, async ({ tx, at }, { request: { task, isArchived } }) => {
      const { id, archivedAt } = await requireTask(tx, task)
      await tx.tasks.archive(id, isArchived ? archivedAt ?? at : null)
      return { subject: 'task', subjectId: id, reply: await taskNow(tx, id) }
    }),

    setRetention: actOf(parts, { action: 'set_task_retention', schema: taskRetentionRequest }, async ({ tx }, { request: { task, days } }) => {
      const { id } = await requireTask(tx, task)
      await tx.tasks.retain(id, days)
      return { subject: 'task', subjectId: id, reply: await taskNow(tx, id) }
    }),

    move: actOf(parts, { action: 'move_task', schema: moveTaskRequest }, async ({ tx }, { request: { task, project } }) => {
      const { id } = await requireTask(tx, task)
      const to = project === null ? null : await requireProject(tx, project)
      await tx.budgets.lockTask(id)
      if (to) await tx.budgets.lock([to.id])
      const from = await projectOf(tx, { projectId: await tx.tasks.move(id, to?.id ?? null) })
      if (to) await mustFit(tx, to.id)
      return { subject: 'task', subjectId: id, reply: { task: await taskNow(tx, id), from: nameOf(from), to: nameOf(to) } }
    }),

    setBudget: actOf(parts, { action: 'set_project_budget', schema: projectBudgetRequest }, async ({ tx }, { request: { project, budget } }) => {
      const { id } = await requireProject(tx, project)
      await tx.budgets.lockProject(id)
      await tx.projects.setBudget(id, budget)
      await mustFit(tx, id)
      return aboutProject(tx, id)
    }),
  }
}

async function aboutProject(tx: DbOperations, id: string): Promise<Done<ProjectView>> {
  return { subject: 'project', subjectId: id, reply: toProjectView(await requireProject(tx, id)) }
}

async function taskNow(tx: DbOperations, id: string): Promise<TaskView> {
  const task = await requireTask(tx, id)
  return toTaskView(task, await projectOf(tx, task))
}
