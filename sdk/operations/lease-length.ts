import * as z from 'zod'
import { isEnded } from '../data-model/lifecycle.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import { SETTINGS_SHAPE } from './launch-options.js'
import { holdRuns } from './run-hold.js'
import { unknownRun } from './named-place.js'
import type { WorkParts } from '../ports/work-parts.js'

/** How long leases of a run are from now on. */
export interface ExtendOptions {
  /** Of leases that are given or extended from now on, ms, from 5 seconds to 30 days. Those under way end as they were promised. */
  readonly leaseMs: number
}

/** Schema of {@link ExtendOptions}. */
export const extendSchema = z.strictObject({ leaseMs: SETTINGS_SHAPE.leaseMs.unwrap() })

/** Changes how long leases of a run are; see `Operator.extend`. */
export async function changeLeaseLength(parts: WorkParts, runId: string, options: ExtendOptions): Promise<void> {
  const parsed = extendSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Extend options: ${describeProblems(problems)}`, { problems })
  }
  await holdRuns(parts, [runId], hold => {
    const run = hold.run(runId)
    if (!run) throw unknownRun(runId)
    if (run.startedAt === null || isEnded(run.status)) throw new MephistoError('illegal_move', `Task run ${runId} is ${run.status}; it gives no leases whose length could be changed.`)
    const { minimumTimeMs } = run.config.features
    if (parsed.data.leaseMs <= minimumTimeMs) throw new MephistoError('invalid_input', `Extend options: leaseMs: must be more than ${String(minimumTimeMs)} ms, the time that an answer takes at least.`)
    hold.change(runId, 'leaseMs', parsed.data.leaseMs)
    return Promise.resolve()
  })
}
