import type { TaskRun } from '../../data-model/entities.js'
import { instant } from '../../data-model/instant.js'
import { isEnded } from '../../data-model/lifecycle.js'
import { formatMoney } from '../../data-model/money.js'
import { MephistoError } from '../../errors.js'
import { eraseRun } from '../../operations/erase-run.js'
import { unknownRun } from '../../operations/named-place.js'
import { holdWithin, type RunHold } from '../../operations/run-hold.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { removeDataRequest } from '../../protocol/privacy-requests.js'
import type { RemoveDataReply } from '../../protocol/privacy-views.js'
import { actOf } from '../act-once.js'
import type { Done } from '../done-once.js'
import type { PrivacyDesk } from './privacy-desk.js'

/**
 * Removing the data of a run: marked first, in one transaction with the audit row, from which on nobody exports it or adds to it; then
 * erased a portion at a time. Killed in between, a repeat goes on, or upkeep does.
 */
export function removingData(parts: WorkParts): PrivacyDesk['removeData'] {
  const mark = actOf(parts, { action: 'remove_data', schema: removeDataRequest }, ({ tx }, { request: { run } }) =>
    holdWithin({ tx, runtime: parts.runtime }, [run], hold => markRun(hold, run)))
  return async (...asked) => {
    const reply = await mark(...asked)
    if (!await parts.db.privacy.isErased(reply.run)) await eraseRun(parts, reply.run)
    return reply
  }
}

async function markRun(hold: RunHold, runId: string): Promise<Done<RemoveDataReply>> {
  const { tx, at } = hold
  const run = hold.run(runId)
  if (!run) throw unknownRun(runId)
  // Another request removed it: there is nothing to refuse.
  if (run.dataRemovedAt === null) await refuseWhileNeeded(hold, run)
  const removedAt = run.dataRemovedAt ?? at
  hold.change(runId, 'dataRemovedAt', removedAt)
  const [files, { setAside }] = [await tx.files.discardOf({ runId }, at), await tx.runs.countPeople(runId)]
  return { subject: 'task_run', subjectId: runId, reply: { run: runId, task: run.taskName, removedAt: instant(removedAt), units: run.unitsTotal, answers: run.unitsAnswered + setAside, files } }
}

/** @throws MephistoError `illegal_move` for a run that is not archived, `conflict` while something still needs what is in it */
async function refuseWhileNeeded({ tx }: RunHold, run: TaskRun): Promise<void> {
  const { id, status, archivedAt, unitsOpen, reservedMinor, currency } = run
  if (!isEnded(status)) throw new MephistoError('illegal_move', `Task run ${id} is ${status}. Let it end and archive it; then its data can be removed.`)
  if (archivedAt === null) throw new MephistoError('illegal_move', `Task run ${id} is not archived; its data is kept until it is.`)
  const isWidening = (await tx.runs.widening({ runId: id, limit: 1 })).length > 0
  if (unitsOpen > 0 || isWidening) throw new MephistoError('conflict', `Task run ${id} is being ${unitsOpen > 0 ? 'ended' : 'given more units'} just now; try again in a moment.`)
  if (reservedMinor > 0) {
    throw new MephistoError('conflict', `Answers of task run ${id} wait for a decision, and ${formatMoney({ minor: reservedMinor, currency })} is reserved for them. Decide about them before their texts are gone.`)
  }
  const topic = await tx.privacy.callThatReads(id)
  if (topic !== null) throw new MephistoError('conflict', `A call "${topic}" about task run ${id} is still to be made, and reads its data. Let the outbox make it; "mephisto outbox" lists such calls.`)
  const reading = await tx.privacy.feedThatReads(id)
  if (reading !== null) throw new MephistoError('conflict', `The feed of task run ${reading} still reads answers of task run ${id}. Let it end, or drain that run.`)
}
