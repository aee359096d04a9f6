import { requireProject, unknownRun } from '../../operations/named-place.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { discardFilesRequest } from '../../protocol/project-requests.js'
import { actOf } from '../act-once.js'
import type { ProjectDesk } from './project-desk.js'

/** Discarding the files of what is archived. Upkeep removes what is in the file store. */
export function discardFilesAct(parts: WorkParts): Pick<ProjectDesk, 'discardFiles'> {
  return {
    discardFiles: actOf(parts, { action: 'discard_files', schema: discardFilesRequest }, async ({ tx, at }, { request: { project, run } }) => {
      if (run !== undefined) {
        await archivedRun(tx, run)
        return { subject: 'task_run', subjectId: run, reply: { files: await tx.files.discardOf({ runId: run }, at) } }
      }
      const { id } = await archivedProject(tx, project ?? '')
      return { subject: 'project', subjectId: id, reply: { files: await tx.files.discardOf({ projectId: id }, at) } }
    }),
  }
}

/** Holds the run, so that it is not reopened meanwhile. */
async function archivedRun(tx: DbOperations, id: string): Promise<void> {
  const [held] = await tx.runs.lock([id])
  if (!held) throw unknownRun(id)
  if (held.run.archivedAt === null) throw new MephistoError('illegal_move', `Task run ${id} is not archived; its files are kept until it is.`)
}

/** Holds the project and its runs, so that none is reopened meanwhile. */
async function archivedProject(tx: DbOperations, named: string): Promise<{ readonly id: string }> {
  const { id } = await requireProject(tx, named)
  await tx.budgets.lockProject(id)
  const { name, archivedAt } = await requireProject(tx, id)
  if (archivedAt === null) throw new MephistoError('illegal_move', `Project "${name}" is not archived; its files are kept until it is.`)
  const { rows: [open] } = await tx.runs.find({ filter: { projectId: id, isEnded: false }, limit: 1 })
  if (open) throw new MephistoError('illegal_move', `Task run ${open.id} of project "${name}" is ${open.status}; let it end first.`)
  return { id }
}
