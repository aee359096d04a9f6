import { createHash } from 'node:crypto'
import type { RunHold } from '../../operations/run-hold.js'
import type { Runtime } from '../../ports/runtime.js'
import type { DecideVerb } from '../deciding.js'
import { writeDecisions } from '../decisions.js'
import { doneOnce, type Act } from '../done-once.js'
import { oncePerId } from '../once-per-id.js'
import type { BlockOrder } from './block-calls.js'

/** A portion of a run that something is done with because of a block. */
export interface RunPart {
  readonly runId: string
  readonly part: number
}

/** What is done with a portion: as a whole, and to answers that were undecided or accepted when their worker was blocked. */
type Step = 'reopen' | 'undo' | 'undecided' | 'accepted' | 'restore' | 'put_back_undecided' | 'put_back_accepted' | 'approve'

/** The id of a step: the same for whoever goes on after a kill, who finds by it what was done. */
export function stepId(step: Step, { blockId }: BlockOrder, { runId, part }: RunPart): string {
  return createHash('sha256').update(JSON.stringify([step, blockId, runId, part])).digest('hex').slice(0, 32)
}

/** A portion as an act, for the audit trail, where it is about the run. */
export function partAct(action: 'reopen' | 'restore', order: BlockOrder, place: RunPart): Act {
  const { principal, ...asked } = order
  return { principal: { ...principal, roles: [] }, id: stepId(action, order, place), action, request: { ...asked, run: place.runId, part: place.part } }
}

/** Does a portion once, and says so in the audit trail. */
export function oncePerPart<TReply extends object>(hold: RunHold, act: Act, { runId, work }: { readonly runId: string; readonly work: () => Promise<TReply> }): Promise<TReply> {
  return doneOnce(hold, act, async () => ({ subject: 'task_run', subjectId: runId, reply: await work() }))
}

/** Decisions of a step. */
interface StepDecisions {
  readonly id: string
  readonly verb: DecideVerb
  readonly note: string | null
  readonly unitIds: readonly string[]
}

/** Units that were decided, and why others were not: the first of them; null for none. */
export interface Decided {
  readonly unitIds: readonly string[]
  readonly why: string | null
}

/**
 * Decides units as a reviewer does, under the id of a step. An undo takes back the latest decision, and not what went with it: whoever lifts the block
 * gets verdicts back, and a bonus that was promised stays promised.
 */
export async function decideUnits({ hold, runtime }: { readonly hold: RunHold; readonly runtime: Runtime }, by: BlockOrder['principal'], { id, verb, note, unitIds }: StepDecisions): Promise<Decided> {
  if (unitIds.length === 0) return { unitIds: [], why: null }
  const principal = { ...by, roles: [] }
  const request = { decisionId: id, unitIds, verdict: verb, note }
  const outcomes = await oncePerId(hold, { principal, action: verb, request }, async () => {
    const rows = await hold.tx.units.reviewById(unitIds)
    const undoes = new Map(verb === 'undo' ? rows.flatMap(({ unitId, decision }) => (decision ? [[unitId, { ...decision, effects: {} }]] : [])) : [])
    return [...(await writeDecisions(hold, runtime, { principal, verb, batchId: id, note, rows, undoes })).values()]
  })
  return { unitIds: outcomes.flatMap(({ unitId, decided }) => (decided ? [unitId] : [])), why: outcomes.find(({ decided }) => !decided)?.message ?? null }
}
