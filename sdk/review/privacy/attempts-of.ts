import type { AgentFilter } from '../../ports/entity-operations.js'
import type { AgentRow } from '../../ports/entity-rows.js'
import type { Page, RowFilter } from '../../ports/find-query.js'
import type { DbOperations } from '../../ports/mephisto-db.js'

/** Rows that one statement reads. */
const PORTION = 500

/** Attempts of a worker. */
export async function* attemptsOf(db: DbOperations, filter: Pick<AgentFilter & RowFilter, 'statuses' | 'createdFrom'> & { readonly workerId: string }): AsyncGenerator<AgentRow, void> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<AgentRow> = await db.agents.find({ filter, limit: PORTION, ...(after === undefined ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  }
}
