import type { AgentRow } from '../ports/entity-rows.js'
import type { Page } from '../ports/find-query.js'
import { askToLook } from './live/ask-to-look.js'
import { holdRuns, type RunHold } from './run-hold.js'
import { unknownRun } from './named-place.js'
import type { WorkParts } from '../ports/work-parts.js'

/** Units that expire in one transaction, so that nobody waits long for the run. */
const PORTION = 500

/**
 * Lets a run come to its end: nothing is handed out any more, units that nobody has expire, work under way may be finished,
 * and the last of it completes the run. A run that is draining goes on draining; one that is completed stays as it is.
 * @throws MephistoError `illegal_move` for a run that is launching, expired or failed; `not_found`
 */
export async function drainRun(parts: WorkParts, runId: string): Promise<void> {
  const isDone = await holdRuns(parts, [runId], async hold => {
    const run = hold.run(runId)
    if (!run) throw unknownRun(runId)
    if (run.status === 'completed') return true
    if (run.status !== 'draining') hold.move(runId, 'drain')
    return expirePortion(hold, runId)
  })
  if (!isDone) await expireFreeUnits(parts, runId)
}

/** Expires what nobody has in a run that is draining: for whoever began it, or for upkeep after they are gone. */
export async function expireFreeUnits(parts: WorkParts, runId: string): Promise<void> {
  for (let isDone = false; !isDone;) isDone = await holdRuns(parts, [runId], hold => expirePortion(hold, runId))
}

async function expirePortion(hold: RunHold, runId: string): Promise<boolean> {
  if (hold.run(runId)?.status !== 'draining') return true
  const unitIds = await hold.tx.units.expireFree(runId, PORTION)
  const units = unitIds.length
  if (units > 0) {
    hold.takeDown(runId, unitIds, 'expired')
    hold.note(runId, { type: 'lapse', body: { units } })
    hold.count(runId, { unitsOpen: -units })
  }
  if (units === PORTION) return false
  await tellWaiting(hold, runId)
  return true
}

/** Where people work together, those who wait for others learn that nobody comes any more. */
async function tellWaiting(hold: RunHold, runId: string): Promise<void> {
  if (!hold.run(runId)?.config.live) return
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<AgentRow> = await hold.tx.agents.find({ filter: { runId, statuses: ['waiting'] }, limit: 1_000, ...(after === undefined ? {} : { after }) })
    for (const { id, assignmentId } of page.rows) if (assignmentId !== null) askToLook(hold, { runId, assignmentId, cause: `${id}/drained` })
    after = page.nextCursor
  }
}
