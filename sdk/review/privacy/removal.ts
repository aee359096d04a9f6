import type { Worker } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { attemptsOf } from './attempts-of.js'
import type { Removal } from './person-in-body.js'

/** What it is that is taken away of a worker. */
export async function removalOf(db: DbOperations, { worker, ...how }: { readonly worker: Worker } & Pick<Removal, 'replacement' | 'principalId' | 'isErasure'>): Promise<Removal> {
  return { ...how, workerId: worker.id, provider: worker.provider, name: worker.externalId, unitIds: await unitsOf(db, { workerId: worker.id }) }
}

/** What it is by now: with units that the worker has had since an instant. */
export async function withNewUnits(db: DbOperations, removal: Removal, since: number): Promise<Removal> {
  return { ...removal, unitIds: new Set([...removal.unitIds, ...await unitsOf(db, { workerId: removal.workerId, createdFrom: since })]) }
}

/** The units that a worker has ever had, or since an instant. */
async function unitsOf(db: DbOperations, filter: { readonly workerId: string; readonly createdFrom?: number }): Promise<ReadonlySet<string>> {
  const unitIds = new Set<string>()
  for await (const { unitId } of attemptsOf(db, filter)) if (unitId !== null) unitIds.add(unitId)
  return unitIds
}
