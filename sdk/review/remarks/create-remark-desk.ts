import { createHash } from 'node:crypto'
import * as z from 'zod'
import { given } from '../../data-model/given.js'
import { instant, instantOrNull } from '../../data-model/instant.js'
import { remarkStatusesOf, type RemarkStatus } from '../../data-model/remark.js'
import { MephistoError } from '../../errors.js'
import { requireProject, requireTask } from '../../operations/named-place.js'
import { shownTip } from '../../operations/remarks/shown-tip.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { RemarkRow } from '../../ports/remark-operations.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { decideRemarksRequest, remarksQuery, type shownTipSchema } from '../../protocol/remark-requests.js'
import type { RemarkView } from '../../protocol/remark-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import { actOf, checkedRequest } from '../act-once.js'
import { madeIn, paging } from '../paging.js'
import { findPerson } from '../people/named-people.js'
import { toWorkerView, workerAmong, workersById } from '../people/people-rows.js'
import type { RemarkDesk } from './remark-desk.js'

/** The desk over a database. Who may do what is for its callers to check. */
export function createRemarkDesk(parts: WorkParts): RemarkDesk {
  const { db } = parts
  return {
    async list(query = {}) {
      const { project, task, run, unit, agent, worker, kinds, statuses, cursor, limit, ...span } = checkedRequest(remarksQuery, query)
      const filter = given({
        projectId: project === undefined ? undefined : (await requireProject(db, project)).id, taskId: task === undefined ? undefined : (await requireTask(db, task)).id,
        workerId: worker === undefined ? undefined : (await findPerson(db, worker)).id, runId: run, unitId: unit, agentId: agent, kinds, statuses, ...madeIn(span),
      })
      const { rows, nextCursor } = await db.remarks.find({ filter, sort: 'createdAt', direction: 'descending', ...paging({ cursor, limit }) })
      return { remarks: await viewsOf(db, rows), nextCursor }
    },

    async decide(principal, request) {
      const { shown, ...decision } = checkedRequest(decideRemarksRequest, request)
      return act(shown)(principal, { ...decision, ...(shown === undefined ? {} : { shown: sha256(JSON.stringify(shown)) }) })
    },
  }

  /** What others are shown may be a worker's words: the audit trail has a digest of it, which tells a repeat from another request. */
  function act(shown: z.output<typeof shownTipSchema> | undefined) {
    return actOf(parts, { action: 'decide_remarks', schema: auditedDecision }, async ({ tx, at }, { request: { requestId, remarkIds, status } }) => {
      const remarks = await known(tx, remarkIds)
      const changed = remarks.filter(remark => remark.status !== status || shown !== undefined)
      for (const remark of changed) {
        mustHave(remark, status)
        const words = status === 'approved' ? JSON.stringify(shown ?? wordsOf(remark)) : null
        if (!await tx.remarks.decide({ id: remark.id, status, shown: words, at })) throw new MephistoError('illegal_move', `What remark ${remark.id} said was erased; there is nothing to show.`)
      }
      const [only] = remarks
      return { ...remarks.length === 1 && only ? { subject: 'remark', subjectId: only.id } : { subject: 'remarks', subjectId: requestId }, reply: { decided: changed.length } }
    })
  }
}

const auditedDecision = z.object({ ...decideRemarksRequest.shape, shown: z.string().optional() })
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function known(tx: DbOperations, ids: readonly string[]): Promise<readonly RemarkRow[]> {
  const { rows } = await tx.remarks.find({ filter: { ids }, limit: ids.length })
  const found = new Set(rows.map(({ id }) => id))
  const missing = ids.find(id => !found.has(id))
  if (missing !== undefined) throw new MephistoError('not_found', `There is no remark ${missing}. List the remarks to see which there are.`)
  return rows
}

/** @throws MephistoError `illegal_move` for a status that remarks of its kind have not */
function mustHave({ id, kind }: RemarkRow, status: RemarkStatus): void {
  const statuses = remarkStatusesOf(kind)
  if (!statuses.includes(status)) throw new MephistoError('illegal_move', `Remark ${id} is of the kind "${kind}", which can be ${statuses.join(', ')}, and not ${status}.`)
}

/** A tip in the worker's own words, as it is kept. */
function wordsOf({ body }: RemarkRow): z.output<typeof shownTipSchema> {
  const { title, text } = shownTip(body)
  return { text, ...(title === null ? {} : { title }) }
}

async function viewsOf(db: DbOperations, rows: readonly RemarkRow[]): Promise<RemarkView[]> {
  const workers = await workersById(db, rows)
  const ids = [...new Set(rows.map(({ taskId }) => taskId))]
  const tasks = new Map((await db.tasks.find({ filter: { ids }, limit: Math.max(1, ids.length) })).rows.map(task => [task.id, task.name]))
  return rows.map(({ id, kind, status, taskId, runId, agentId, unitId, workerId, body, shown, createdAt, decidedAt }) => ({
    id, kind, status, task: { id: taskId, name: tasks.get(taskId) ?? '' }, run: runId, agent: agentId, unit: unitId, worker: toWorkerView(workerAmong(workers, workerId)),
    body: JSON.parse(body) as JsonPayload, shown: shown === null ? null : shownTip(shown), at: instant(createdAt), decidedAt: instantOrNull(decidedAt),
  }))
}
