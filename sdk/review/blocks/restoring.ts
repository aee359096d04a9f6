import { holdRuns, type RunHold } from '../../operations/run-hold.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { restoredView, type RestoredView } from '../../protocol/people-views.js'
import type { BlockCall, BlockOrder } from './block-calls.js'
import { runsOfBlock } from './blocked-place.js'
import { decideUnits, oncePerPart, partAct, stepId, type Decided, type RunPart } from './run-part.js'

/** Bringing back what a block gave to others, as far as nobody has taken it. */
export const RESTORING: BlockCall<BlockOrder, RestoredView> = {
  topic: 'block.restore', report: restoredView,
  async work(parts, order, signal) {
    const block = await parts.db.blocks.get(order.blockId)
    if (!block) return []
    const reports: RestoredView[] = []
    // What the block reaches may have changed since: a task may have been moved to another project.
    for await (const { id } of runsOfBlock(parts.db, { ...block, scope: 'everywhere' })) {
      signal?.throwIfAborted()
      const report = await restoreRun(parts, order, id)
      if (report.restored + report.kept > 0) reports.push(report)
    }
    return reports
  },
}

/** What of a run came back, a portion after the other, as they were given to others. */
async function restoreRun(parts: WorkParts, order: BlockOrder, runId: string): Promise<RestoredView> {
  let sum: RestoredView = { run: runId, restored: 0, kept: 0, why: null }
  for (let part = 0; await parts.db.audit.get(stepId('reopen', order, { runId, part })); part += 1) {
    const place = { runId, part }
    const { restored, kept, why } = await holdRuns(parts, [runId], hold => oncePerPart(hold, partAct('restore', order, place), { runId, work: () => restorePart({ ...parts, hold }, order, place) }))
    sum = { run: runId, restored: sum.restored + restored, kept: sum.kept + kept, why: sum.why ?? why }
  }
  return sum
}

type Held = WorkParts & { readonly hold: RunHold }

async function restorePart(held: Held, order: BlockOrder, place: RunPart): Promise<RestoredView> {
  const undecided = await putBack(held, order, { ...place, were: 'undecided' })
  const accepted = await putBack(held, order, { ...place, were: 'accepted' })
  await decideUnits(held, order.principal, { id: stepId('approve', order, place), verb: 'approve', note: null, unitIds: accepted.unitIds })
  return { run: place.runId, restored: undecided.unitIds.length + accepted.unitIds.length, kept: undecided.kept + accepted.kept, why: undecided.why ?? accepted.why }
}

/** Has answers wait for review again that the block decided. What somebody has decided otherwise since is theirs. */
async function putBack(held: Held, order: BlockOrder, { were, ...place }: RunPart & { readonly were: 'undecided' | 'accepted' }): Promise<Decided & { readonly kept: number }> {
  const { tx } = held.hold
  const batchId = stepId(were, order, place)
  const { rows } = await tx.decisions.find({ filter: { batchId }, limit: 1_000 })
  const ours = (await tx.units.reviewById(rows.map(row => row.unitId))).filter(({ decision }) => decision?.batchId === batchId)
  const done = await decideUnits(held, order.principal, { id: stepId(`put_back_${were}`, order, place), verb: 'undo', note: null, unitIds: ours.map(row => row.unitId) })
  const kept = rows.length - done.unitIds.length
  return { ...done, kept, why: done.why ?? (kept === 0 ? null : 'Somebody has decided about these answers since.') }
}
