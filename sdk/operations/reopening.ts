import type { TaskRun } from '../data-model/entities.js'
import { isEnded } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { RunHold } from './run-hold.js'
import { unknownRun } from './named-place.js'

/**
 * A held run that units can be added to now, whether it goes on or has ended.
 * @throws MephistoError `not_found`; `illegal_move` for one that was never launched or is draining; `conflict` for one that
 * is being ended
 */
export function runForMore(hold: RunHold, runId: string): TaskRun {
  const run = hold.run(runId)
  if (!run) throw unknownRun(runId)
  if (run.dataRemovedAt !== null) throw new MephistoError('illegal_move', `The data of task run ${runId} was removed, so it gets no more work. Launch another run.`)
  if (run.startedAt === null) throw new MephistoError('illegal_move', `Task run ${runId} is ${run.status}; only a run that was launched can get more units.`)
  if (run.status === 'draining') throw new MephistoError('illegal_move', `Task run ${runId} is draining and takes no more units; wait until it is completed, then this reopens it.`)
  if (isEnded(run.status) && run.unitsOpen > 0) throw new MephistoError('conflict', `Task run ${runId} is being ended just now; try again in a moment.`)
  return run
}

/** Goes on with a run that has ended, because units are added to it. It is in lists again. */
export function goOn(hold: RunHold, run: TaskRun): void {
  if (!isEnded(run.status)) return
  hold.move(run.id, 'reopen')
  hold.change(run.id, 'archivedAt', null)
}
