import type { TaskRun } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { pairKey } from '../eligibility.js'
import { unknownRun } from '../named-place.js'
import { admitWorkers } from '../workers.js'

/** Whom an item is to be for from now on. */
export interface Reassignment {
  readonly assignmentId: string
  /** External ids at the run's provider, each once. */
  readonly externalIds: readonly string[]
}

/** What became of it. */
export interface Reassigned {
  readonly runId: string
  readonly people: number
  /** People whom the item was not for before. */
  readonly added: number
}

/**
 * Says anew whom an item is for, in a transaction, which holds its run: from then on nobody else gets a unit of it. Leases under way stay.
 * @throws MephistoError `not_found`; `illegal_move` where items are for everybody, and before the run was launched; `invalid_input` for fewer
 * people who can do the item than have still to
 */
export async function reassignItem(parts: { readonly db: DbOperations; readonly runtime: Runtime }, { assignmentId, externalIds }: Reassignment): Promise<Reassigned> {
  const { db } = parts
  const found = await runOfItem(db, assignmentId)
  const [held] = await db.runs.lock([found.id])
  if (!held) throw unknownRun(found.id)
  const { id: runId, provider, startedAt, status } = held.run
  if (startedAt === null) throw new MephistoError('illegal_move', `Task run ${runId} is ${status}; whom its items are for can be changed when it was launched.`)
  const { ids } = await admitWorkers(parts, { runId, provider, externalIds })
  const workerIds = [...ids.values()]
  const tried = await db.units.tried(workerIds.map(workerId => ({ workerId, assignmentId })))
  await checkEnough(db, { assignmentId, ids })
  const before = new Set((await db.assignees.of([assignmentId])).map(assignee => assignee.workerId))
  const units = await db.replacements.ofAssignments([assignmentId])
  const rank = units.reduce((lowest, unit) => Math.min(lowest, unit.rank), Infinity)
  const added = workerIds.filter(id => !before.has(id))
  await db.assignees.remove(assignmentId, [...before].filter(id => !workerIds.includes(id)))
  await db.assignees.add(runId, added.map(workerId => ({ assignmentId, workerId, status: tried.has(pairKey(workerId, assignmentId)) ? 'again' : 'open', rank })))
  return { runId, people: workerIds.length, added: added.length }
}

/** The run of an item, where items are for particular people. @throws MephistoError `not_found`, `illegal_move` */
export async function runOfItem(db: DbOperations, assignmentId: string): Promise<TaskRun> {
  const item = await db.assignments.get(assignmentId)
  const run = item && await db.runs.get(item.runId)
  if (!item || !run) throw new MephistoError('not_found', `There is no assignment ${assignmentId}.`)
  if (run.config.hasAssignees && item.position >= 0) return run
  throw new MephistoError('illegal_move', run.config.hasAssignees
    ? `Assignment ${assignmentId} is an item for training, screening or gold, which are for whoever is to be tested.`
    : `Items of task run ${run.id} are for everybody who may work in it. Only those of a run that was launched with "assignees" are for particular people.`)
}

/** @throws MephistoError `invalid_input` when fewer of these people, by external id, can do the item than it has units that are not answered */
async function checkEnough(db: DbOperations, { assignmentId, ids }: { readonly assignmentId: string; readonly ids: ReadonlyMap<string, string> }): Promise<void> {
  const seats = await db.units.seats(assignmentId)
  const open = seats.filter(({ status }) => status === 'created' || status === 'launched' || status === 'assigned')
  const atWork = new Set(open.flatMap(({ status, agent }) => (status === 'assigned' && agent ? [agent.workerId] : [])))
  const closed = await db.units.seen([...ids.values()].map(workerId => ({ workerId, assignmentId })))
  const done = [...ids].filter(([, id]) => closed.has(pairKey(id, assignmentId)) && !atWork.has(id)).map(([externalId]) => externalId)
  const able = ids.size - done.length
  if (able >= open.length) return
  throw new MephistoError('invalid_input', `workers: assignment ${assignmentId} has still to be done ${String(open.length)} times, and ${String(able)} of these people can do it${done.length === 0 ? '' : ` (${done.slice(0, 10).join(', ')} can have no more of it)`}; name more.`)
}
