import type { ProjectRow, TaskRow } from '../../ports/entity-rows.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { projectQuery, projectsQuery, tasksQuery } from '../../protocol/project-requests.js'
import type { TaskSummaryView } from '../../protocol/project-views.js'
import { checkedRequest } from '../act-once.js'
import { paging } from '../paging.js'
import { requireProject, requireTask } from '../../operations/named-place.js'
import type { ProjectDesk } from './project-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { toRollUpView, toSummaryView, toTaskView } from './project-rows.js'

/** As many tasks as a project's page shows. */
const TASKS_SHOWN = 100

/** Looking up projects and tasks, with what they come to. */
export function findingProjects({ db }: WorkParts): Pick<ProjectDesk, 'list' | 'show' | 'tasks'> {
  return {
    async list(query = {}) {
      const { name, isArchived, ...page } = checkedRequest(projectsQuery, query)
      const { rows, nextCursor } = await db.projects.find({ ...paging(page), sort: 'name', filter: { ...(name === undefined ? {} : { name }), ...archived(isArchived) } })
      const rollUps = await db.rollUps.ofProjects(rows.map(row => row.id))
      return { projects: rows.map(row => toSummaryView(row, rollUps.get(row.id))), nextCursor }
    },

    async show(named) {
      const project = await requireProject(db, checkedRequest(projectQuery, { project: named }).project)
      const { rows } = await db.tasks.find({ filter: { projectId: project.id }, sort: 'name', limit: TASKS_SHOWN })
      const rollUps = await db.rollUps.ofProjects([project.id])
      return { project: toSummaryView(project, rollUps.get(project.id)), tasks: await summaries(db, rows) }
    },

    async tasks(query = {}) {
      const { project, task, isArchived, ...page } = checkedRequest(tasksQuery, query)
      const inProject = project === undefined ? {} : project === null ? { isInProject: false } : { projectId: (await requireProject(db, project)).id }
      const { rows, nextCursor } = await db.tasks.find({ ...paging(page), sort: 'name', filter: { ...inProject, ...(task === undefined ? {} : { ids: [(await requireTask(db, task)).id] }), ...archived(isArchived) } })
      return { tasks: await summaries(db, rows), nextCursor }
    },
  }
}

async function summaries(db: DbOperations, tasks: readonly TaskRow[]): Promise<TaskSummaryView[]> {
  const rollUps = await db.rollUps.ofTasks(tasks.map(task => task.id))
  const projects = await projectsById(db, tasks)
  return tasks.map(task => ({ ...toTaskView(task, projects.get(task.projectId ?? '') ?? null), ...toRollUpView(rollUps.get(task.id)) }))
}

async function projectsById(db: DbOperations, tasks: readonly TaskRow[]): Promise<ReadonlyMap<string, ProjectRow>> {
  const ids = [...new Set(tasks.flatMap(({ projectId }) => (projectId === null ? [] : [projectId])))]
  const { rows } = await db.projects.find({ filter: { ids }, limit: Math.max(1, ids.length) })
  return new Map(rows.map(row => [row.id, row]))
}

/** Null is for archived ones and others alike. */
function archived(isArchived: boolean | null): { isArchived?: boolean } {
  return isArchived === null ? {} : { isArchived }
}
