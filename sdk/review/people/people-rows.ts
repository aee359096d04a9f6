import type { Worker } from '../../data-model/entities.js'
import { instant, instantOrNull } from '../../data-model/instant.js'
import type { UnitStatus } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import type { BlockRow, GrantedQualificationRow, QualificationRow, UnitRow } from '../../ports/entity-rows.js'
import type { DbOperations, DoneWork } from '../../ports/mephisto-db.js'
import type { BlockView, DoneUnitView, GrantView, QualificationView, WorkerView, WorkSumView } from '../../protocol/people-views.js'

/** A worker without what else is known. */
export function toWorkerView({ id, provider, externalId, pseudonym }: Worker): WorkerView {
  return { id, provider, externalId, pseudonym }
}

/** The workers whom rows belong to, by id. */
export async function workersById(db: DbOperations, rows: readonly { readonly workerId: string }[]): Promise<ReadonlyMap<string, Worker>> {
  const found = await db.workers.find({ filter: { ids: rows.map(row => row.workerId) }, limit: Math.max(1, rows.length) })
  return new Map(found.rows.map(row => [row.id, row]))
}

/** A worker whom a row belongs to: workers are never removed. */
export function workerAmong(workers: ReadonlyMap<string, Worker>, id: string): Worker {
  const worker = workers.get(id)
  if (worker) return worker
  throw new MephistoError('internal', `Worker ${id} is missing in the database although something belongs to them.`)
}

/** A qualification with how many have it. */
export function toQualificationView({ id, name, description, createdAt }: QualificationRow, workers: number): QualificationView {
  return { id, name, description, workers, createdAt: instant(createdAt) }
}

/** What a grant is of. */
export interface GrantParties {
  readonly qualification: { readonly id: string; readonly name: string }
  readonly worker: Worker
}

/** A grant as it is at an instant. */
export function toGrantView({ value, expiresAt, createdAt, updatedAt }: GrantedQualificationRow, { qualification: { id, name }, worker }: GrantParties, at: number): GrantView {
  return {
    qualification: { id, name }, worker: toWorkerView(worker), value, expiresAt: instantOrNull(expiresAt), isExpired: expiresAt !== null && expiresAt <= at,
    grantedAt: instant(createdAt), changedAt: instant(updatedAt),
  }
}

/** Whether a block keeps its worker away at an instant. */
export function isStanding({ liftedAt, until }: Pick<BlockRow, 'liftedAt' | 'until'>, at: number): boolean {
  return liftedAt === null && (until === null || until > at)
}

/** A block as it is at an instant. */
export function toBlockView(block: BlockRow, worker: Worker, at: number): BlockView {
  const { id, scope, scopeId, isSoft, reason, actorId, until, liftedAt, createdAt } = block
  return {
    id, worker: toWorkerView(worker), scope, scopeId, isSoft, reason, by: actorId, until: instantOrNull(until), liftedAt: instantOrNull(liftedAt),
    isStanding: isStanding(block, at), createdAt: instant(createdAt),
  }
}

/** A unit that somebody did. */
export function toDoneUnitView({ id, runId, status, completedAt }: UnitRow): DoneUnitView {
  return { unitId: id, runId, status, completedAt: instantOrNull(completedAt) }
}

/** What was done, added up. Accepted and soft-rejected work is what earns (docs/decisions/0005-spent.md). Pure. */
export function sumOf(work: readonly DoneWork[]): WorkSumView {
  const unitsOf = (...statuses: readonly UnitStatus[]): number => work.filter(done => statuses.includes(done.status)).reduce((sum, { units }) => sum + units, 0)
  const earned = new Map<string, number>()
  for (const { status, currency, payMinor } of work) {
    if (status === 'accepted' || status === 'soft_rejected') earned.set(currency, (earned.get(currency) ?? 0) + payMinor)
  }
  return {
    underWay: unitsOf('assigned'), answered: unitsOf('completed', 'accepted', 'soft_rejected', 'rejected'), waiting: unitsOf('completed'),
    accepted: unitsOf('accepted'), softRejected: unitsOf('soft_rejected'), rejected: unitsOf('rejected'),
    earned: [...earned].map(([currency, minor]) => ({ minor, currency })),
  }
}
