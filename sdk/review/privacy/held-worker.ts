import { holdRuns, type RunHold } from '../../operations/run-hold.js'
import type { WorkParts } from '../../ports/work-parts.js'

/**
 * Runs `work` in one transaction that holds a worker and every run in which they have an attempt, so that nothing of them comes
 * or goes meanwhile. Runs are held before people everywhere; a run that they came into in between is held at the next try.
 */
export async function holdingWorker<T>(parts: WorkParts, workerId: string, work: (hold: RunHold) => Promise<T>): Promise<T> {
  for (;;) {
    const runIds = await parts.db.privacy.runsOf(workerId)
    const outcome = await holdRuns(parts, runIds, async hold => {
      await hold.tx.workers.lock([workerId])
      const isComplete = (await hold.tx.privacy.runsOf(workerId)).every(runId => hold.run(runId) !== undefined)
      return isComplete ? { value: await work(hold) } : null
    })
    if (outcome) return outcome.value
  }
}
