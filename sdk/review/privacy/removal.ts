import type { Worker } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Removal } from './person-in-body.js'

const PORTION = 1_000

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
