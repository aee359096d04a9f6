import { eraseRun } from './erase-run.js'
import type { WorkParts } from '../ports/work-parts.js'

/** Runs that one round of upkeep looks at. */
const RUNS = 20

/**
 * Erases the texts of answers whose run has been over for longer than they were to be kept (`retentionDays`), and goes on with runs
 * whose data is removed where somebody began it who is gone, or something came late. Returns how many texts of answers it erased.
 */
export async function eraseOverdue(parts: WorkParts): Promise<number> {
  let erased = 0
  for (const runId of await parts.db.privacy.overdue(await parts.db.now(), RUNS)) {
    // The others must not wait for one whose data cannot be erased.
    erased += await eraseRun(parts, runId).catch((error: unknown) => {
      parts.runtime.logger.error({ err: error, runId }, 'the answers of a task run could not be erased; a later round of upkeep tries again')
      return 0
    })
  }
  return erased
}
