import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { AgreementView, ProjectAgreementView } from '../../protocol/data-views.js'
import { requireProject } from '../named-place.js'
import { tallyOf } from './task-answers.js'

type TaskAgreement = ProjectAgreementView['tasks'][number]

/** How far people agree in each task of a project, by name; each answer is read once. @throws MephistoError `not_found` */
export async function projectAgreement(db: MephistoDb, named: string): Promise<ProjectAgreementView> {
  const { id, name } = await requireProject(db, named)
  const tasks: TaskAgreement[] = []
  for (let after: string | null | undefined; after !== null;) {
    const page = await db.tasks.find({ filter: { projectId: id }, sort: 'name', limit: 100, ...(after === undefined ? {} : { after }) })
    for (const task of page.rows) {
      const { answers, fields } = await tallyOf(db, task)
      tasks.push({
        task: { id: task.id, name: task.name, blueprintType: task.blueprintType }, answers,
        fields: fields.flatMap(({ field, kind, agreement }) => (agreement ? [{ field, kind, agreement }] : [])),
      })
    }
    after = page.nextCursor
  }
  return { project: { id, name }, tasks, observed: meanOverItems(tasks.flatMap(({ fields }) => fields.filter(({ kind }) => kind === 'choice').map(({ agreement }) => agreement))) }
}

function meanOverItems(agreements: readonly AgreementView[]): number | null {
  const items = agreements.reduce((sum, agreement) => sum + agreement.items, 0)
  return items === 0 ? null : agreements.reduce((sum, agreement) => sum + agreement.observed * agreement.items, 0) / items
}
