import { isEnded } from '../../data-model/lifecycle.js'
import type { Runtime } from '../../ports/runtime.js'
import { appendItems } from '../freeing.js'
import { newItems } from '../more-rows.js'
import { goOn } from '../reopening.js'
import type { RunHold } from '../run-hold.js'
import { EMPTY, type SharedState } from './shared-state.js'

/** Adds an item once more behind the others of its held run: other people begin it from the beginning. Not in a run that takes no more people. */
export async function doAgain(hold: RunHold, runtime: Runtime, { assignmentId, earlier }: { readonly assignmentId: string; readonly earlier: number }): Promise<void> {
  const { tx, at } = hold
  const item = await tx.assignments.get(assignmentId)
  const run = item && hold.run(item.runId)
  if (!item || !run || run.dataRemovedAt !== null || run.status === 'draining' || run.status === 'expired' || run.status === 'failed') return
  // Its last units may have gone with those who left; what was drained stays so.
  if (isEnded(run.status) && (run.unitsOpen > 0 || (await tx.events.ofType(run.id, 'drain')).length > 0)) return
  const first = await tx.runs.lastPosition(run.id) + 1
  const items = await newItems(hold, runtime, { run, batch: [{ input: item.input, priority: 0, assignees: [] }], first })
  goOn(hold, run)
  await appendItems(hold, run, items)
  hold.note(run.id, { type: 'requeue', body: { units: run.unitsPerAssignment } })
  hold.count(run.id, { unitsTotal: run.unitsPerAssignment, unitsOpen: run.unitsPerAssignment })
  await tx.sessions.hold(items.map(({ id }) => ({ id, runId: run.id })), at)
  await tx.sessions.writeStates(items.map(({ id }) => ({ id, version: 1, state: JSON.stringify({ ...EMPTY, earlier } satisfies SharedState) })))
}
