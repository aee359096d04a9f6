import type { BlockRow, RunRow } from '../../ports/entity-rows.js'
import type { RunEntityFilter } from '../../ports/entity-operations.js'
import type { Page, RowFilter } from '../../ports/find-query.js'
import type { DbOperations } from '../../ports/mephisto-db.js'

/** Whom a block keeps from work, and where. */
export type BlockedPlace = Pick<BlockRow, 'workerId' | 'scope' | 'scopeId'>

/** The runs that a worker is known in and a block reaches, the first launched first. */
export async function* runsOfBlock(db: Pick<DbOperations, 'runs'>, place: BlockedPlace): AsyncGenerator<RunRow, void> {
  const filter = { workerId: place.workerId, ...within(place) }
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<RunRow> = await db.runs.find({ filter, limit: 200, ...(after === undefined ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  }
}

function within({ scope, scopeId }: BlockedPlace): RunEntityFilter & RowFilter {
  if (scopeId === null || scope === 'everywhere') return {}
  switch (scope) {
    case 'run': return { ids: [scopeId] }
    case 'task': return { taskId: scopeId }
    case 'project': return { projectId: scopeId }
  }
}
