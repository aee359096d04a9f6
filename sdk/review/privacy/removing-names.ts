import type { Worker } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { WorkerView } from '../../protocol/people-views.js'
import { toWorkerView } from '../people/people-rows.js'
import type { HeldPerson } from './act-on-person.js'
import type { Removal } from './person-in-body.js'
import { rewriteNewTexts } from './written-texts.js'

const PORTION = 1_000

/** Takes a held worker's name away wherever it was written since others looked; with `isErasure`, also what was written about them. */
export async function removeName({ hold: { tx }, worker, externalId, since }: HeldPerson, isErasure: boolean): Promise<WorkerView> {
  await rewriteNewTexts(tx, await removalOf(tx, { worker, externalId, isErasure }), since)
  if (externalId !== worker.externalId) await tx.privacy.rename(worker.id, externalId)
  return toWorkerView({ ...worker, externalId })
}

/** What it is that is taken away of a worker. */
export async function removalOf(db: DbOperations, { worker, externalId, isErasure }: { readonly worker: Worker; readonly externalId: string; readonly isErasure: boolean }): Promise<Removal> {
  return { workerId: worker.id, provider: worker.provider, name: worker.externalId, replacement: externalId, unitIds: await unitsOf(db, worker.id), isErasure }
}

/** The units that a worker has ever had. */
async function unitsOf(tx: DbOperations, workerId: string): Promise<ReadonlySet<string>> {
  const unitIds = new Set<string>()
  for (let after: string | null | undefined; after !== null;) {
    const page: Awaited<ReturnType<DbOperations['agents']['find']>> = await tx.agents.find({ filter: { workerId }, limit: PORTION, ...(after === undefined ? {} : { after }) })
    for (const { unitId } of page.rows) if (unitId !== null) unitIds.add(unitId)
    after = page.nextCursor
  }
  return unitIds
}
