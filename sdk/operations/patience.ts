import type { WorkParts } from '../ports/work-parts.js'
import type { RunStillness } from '../ports/mephisto-db.js'
import { expireFreeUnits } from './draining.js'
import { holdRuns } from './run-hold.js'

const PORTION = 500

/**
 * Drains runs in which nothing has happened for longer than they were to wait (`patienceMs`), counted from `since` where that is
 * later: nobody could come before. What somebody has in hand may be finished. Returns how many.
 */
export async function drainIdle(parts: WorkParts, since: number): Promise<number> {
  const at = await parts.db.now()
  const isOverdue = (run: RunStillness): boolean => run.patienceMs !== null && Math.max(run.since, since) + run.patienceMs < at
  let drained = 0
  for (let after: string | null = ''; after !== null;) {
    const runs: readonly RunStillness[] = await parts.db.runs.still({ after, limit: PORTION })
    for (const run of runs) if (isOverdue(run) && await drainOne(parts, run)) drained += 1
    after = runs.length < PORTION ? null : runs.at(-1)?.id ?? null
  }
  return drained
}

/** Somebody may have come while others were looked at: it is looked again while the run is held. */
async function drainOne(parts: WorkParts, { id: runId, since }: RunStillness): Promise<boolean> {
  const isDrained = await holdRuns(parts, [runId], async hold => {
    const [run] = await hold.tx.runs.still({ id: runId, limit: 1 })
    if (run?.since !== since) return false
    hold.move(runId, 'drain')
    return true
  })
  if (isDrained) await expireFreeUnits(parts, runId)
  return isDrained
}
