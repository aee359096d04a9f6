import { reassignItem, runOfItem } from '../../operations/assignees/reassign-item.js'
import { assigneesQuery, reassignRequest } from '../../protocol/people-requests.js'
import { actOf, checkedRequest } from '../act-once.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toWorkerView } from './people-rows.js'

/** Seeing and changing whom an item is for. */
export function reassigning(parts: PeopleParts): Pick<PeopleDesk, 'reassign' | 'assignees'> {
  const { db, runtime } = parts
  return {
    reassign: actOf(parts, { action: 'reassign', schema: reassignRequest }, async ({ tx }, { request: { assignment, workers } }) => {
      const { runId, people, added } = await reassignItem({ db: tx, runtime }, { assignmentId: assignment, externalIds: workers })
      return { subject: 'task_run', subjectId: runId, reply: { run: runId, assignment, people, added } }
    }),

    async assignees(query) {
      const { assignment } = checkedRequest(assigneesQuery, query)
      const { id: run } = await runOfItem(db, assignment)
      const assignees = await db.assignees.of([assignment])
      const { rows } = await db.workers.find({ filter: { ids: assignees.map(({ workerId }) => workerId) }, limit: Math.max(1, assignees.length) })
      const workers = new Map(rows.map(worker => [worker.id, toWorkerView(worker)]))
      return { run, assignment, assignees: assignees.flatMap(({ workerId, isClosed }) => {
        const worker = workers.get(workerId)
        return worker ? [{ worker, isDone: isClosed }] : []
      }) }
    },
  }
}
