import type { TaskRun } from '../data-model/entities.js'
import type { MephistoDb } from '../ports/mephisto-db.js'

/** Items that one statement erases. */
const PORTION = 500
/** Below the position of any item: those of training, screening and gold are below zero. */
const BEFORE_ALL = -(2 ** 31)

/**
 * Erases the inputs of a run's items, what a right answer to them would be, and what calls about them reported, a portion at a time. For a run
 * whose data is removed: nobody gets its items or adds to them any more, so nothing is held.
 */
export async function eraseItems(db: MephistoDb, { id: runId }: Pick<TaskRun, 'id'>): Promise<void> {
  await db.privacy.eraseReports([runId])
  for (let after: number | undefined = BEFORE_ALL; after !== undefined;) {
    const items: readonly { readonly id: string; readonly position: number }[] = await db.runs.items(runId, { after, limit: PORTION })
    const ids = items.map(({ id }) => id)
    await db.privacy.eraseItems(ids)
    await db.privacy.eraseReports(ids)
    after = items.length < PORTION ? undefined : items.at(-1)?.position
  }
}
