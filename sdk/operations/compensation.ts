import * as z from 'zod'
import type { TaskRun } from '../data-model/entities.js'
import type { Money } from '../data-model/money.js'
import { moneySchema } from '../data-model/money-schema.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import { ledgerEntry } from '../ledger/entries.js'
import { entityId, nameText, requestIdText, writtenText } from '../protocol/text.js'
import { doneOnce } from '../review/done-once.js'
import { holdRuns } from './run-hold.js'
import { unknownRun } from './named-place.js'
import type { WorkParts } from '../ports/work-parts.js'

/** {@link Compensation}, apart from who decided it. */
export const COMPENSATION_SHAPE = {
  compensationId: requestIdText,
  worker: entityId,
  amount: moneySchema.refine(({ minor }) => minor > 0, 'must be more than nothing'),
  reason: writtenText(1_000).min(1),
} as const
const compensationSchema = z.strictObject({ ...COMPENSATION_SHAPE, by: nameText(200).default('operator') })

/** Money for a worker outside any unit: for a task that broke in their hands, say. */
export interface Compensation {
  /** Your own id of this payment, such as a UUID: it is made once under it. */
  readonly compensationId: string
  /** The worker's id. */
  readonly worker: string
  /** In the currency of the run. */
  readonly amount: Money
  /** For the audit trail, 1 to 1000 characters. */
  readonly reason: string
  /** Who decided so, for the audit trail. @default 'operator' */
  readonly by?: string
}

/** What was paid; the same for each repeat. */
export interface CompensationReport {
  readonly runId: string
  readonly compensationId: string
  readonly worker: string
  readonly amount: Money
}

/** Owes a worker money outside any unit, once under the caller's id and within the run's budget; see `Operator.compensate`. */
export async function compensateWorker(parts: WorkParts, runId: string, asked: Compensation): Promise<CompensationReport> {
  const parsed = compensationSchema.safeParse(asked)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Compensation: ${describeProblems(problems)}`, { problems })
  }
  const { by, ...request } = parsed.data
  const { compensationId, worker, amount } = request
  return holdRuns(parts, [runId], hold => {
    const act = { principal: { id: by, name: by, roles: ['operator' as const] }, id: compensationId, action: 'compensate', request: { runId, ...request } }
    return doneOnce(hold, act, async () => {
      const run = launchedRun(runId, hold.run(runId))
      if (amount.currency !== run.currency) throw new MephistoError('invalid_input', `Compensation: amount: must be in ${run.currency}, the currency of the run.`)
      const known = await hold.tx.workers.get(worker)
      if (known?.provider !== run.provider) throw new MephistoError('not_found', `There is no worker ${worker} of provider "${run.provider}", from which people come to this run; look the worker's id up.`)
      hold.book(runId, [ledgerEntry('compensate', compensationId, { runId, unitId: null, workerId: worker, payMinor: amount.minor, currency: run.currency })])
      hold.note(runId, { type: 'compensate', body: { compensation: compensationId, worker, amount: amount.minor } })
      return { subject: 'compensation', subjectId: compensationId, reply: { runId, compensationId, worker, amount } }
    })
  })
}

function launchedRun(runId: string, run: TaskRun | undefined): TaskRun {
  if (!run) throw unknownRun(runId)
  if (run.startedAt !== null) return run
  throw new MephistoError('illegal_move', `Task run ${runId} is ${run.status}; only people of a run that was launched can be compensated.`)
}
