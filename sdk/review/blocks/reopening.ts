import { isSpecial } from '../../data-model/features.js'
import type { TaskRun } from '../../data-model/entities.js'
import type { UnitStatus } from '../../data-model/lifecycle.js'
import { leaseEndOf, releaseLeases } from '../../operations/leases.js'
import { MOST_ASKED_FOR } from '../../operations/replacing.js'
import { addReplacements } from '../../operations/requeue.js'
import { holdRuns, type RunHold } from '../../operations/run-hold.js'
import type { BlockRow, UnitRow } from '../../ports/entity-rows.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { Reopening } from '../../protocol/people-requests.js'
import { reopenedView, type ReopenedView } from '../../protocol/people-views.js'
import { knownReply } from '../done-once.js'
import type { BlockCall, BlockOrder } from './block-calls.js'
import { runsOfBlock } from './blocked-place.js'
import { decideUnits, oncePerPart, partAct, stepId, type RunPart } from './run-part.js'

/** What of a blocked person's work is given to others, and what becomes of their answers. */
export interface ReopenOrder extends BlockOrder {
  readonly reopen: Exclude<Reopening, 'nothing'>
  readonly verdict: 'soft_reject' | 'reject' | null
}

/** Giving the work of somebody who is blocked to others. */
export const REOPENING: BlockCall<ReopenOrder, ReopenedView> = {
  topic: 'block.reopen', report: reopenedView,
  async work({ db, runtime }, order, signal) {
    const block = await db.blocks.get(order.blockId)
    const reports = new Map<string, ReopenedView | null>()
    // Once more when all are through: a unit may have been on its way to them when they were blocked.
    for (let before = -1; block && before < reports.size;) {
      before = reports.size
      for await (const { id } of runsOfBlock(db, block)) {
        signal?.throwIfAborted()
        if (!reports.has(id)) reports.set(id, await reopenRun({ db, runtime }, order, id))
      }
    }
    return [...reports.values()].flatMap(report => report ?? [])
  },
}

/** Answers that are decided in one transaction. */
const PORTION = 200
/** The statuses of answers that go, by what is asked for. */
const ANSWERS: Readonly<Record<ReopenOrder['reopen'], readonly UnitStatus[]>> = { under_way: [], undecided: ['completed'], accepted: ['completed', 'accepted'] }

interface Part extends ReopenedView {
  readonly isLast: boolean
}

/** Null where nothing of the worker's was to be given away. */
async function reopenRun(parts: WorkParts, order: ReopenOrder, runId: string): Promise<ReopenedView | null> {
  const done: Part[] = []
  for (let isOver = false; !isOver;) {
    const part = await holdRuns(parts, [runId], hold => reopenPart({ ...parts, hold }, order, { runId, part: done.length }))
    if (part) done.push(part)
    isOver = part?.isLast ?? true
  }
  if (done.length === 0) return null
  const sum = (count: 'takenBack' | 'decided' | 'added' | 'kept'): number => done.reduce((all, part) => all + part[count], 0)
  return { run: runId, takenBack: sum('takenBack'), decided: sum('decided'), added: sum('added'), kept: sum('kept'), why: done.at(-1)?.why ?? null }
}

interface Held extends WorkParts {
  readonly hold: RunHold
}

async function reopenPart(held: Held, order: ReopenOrder, place: RunPart): Promise<Part | null> {
  const { hold } = held
  const block = await standingBlock(hold, order.blockId)
  const run = hold.run(place.runId)
  const affected = block && run ? await affectedBy(hold, order, { run, block, part: place.part }) : null
  const act = partAct('reopen', order, place)
  return affected ? oncePerPart(hold, act, { runId: place.runId, work: () => reopen(held, order, affected) }) : knownReply<Part>(hold.tx, act)
}

/** The block while it stands, held together with its worker, so that it is not lifted meanwhile; runs are held before people. */
async function standingBlock({ tx }: RunHold, blockId: string): Promise<BlockRow | null> {
  const known = await tx.blocks.get(blockId)
  if (!known) return null
  await tx.workers.lock([known.workerId])
  const block = await tx.blocks.get(blockId)
  return block?.liftedAt === null ? block : null
}

interface Affected {
  readonly run: TaskRun
  readonly part: number
  readonly block: BlockRow
  /** Units that the worker is at. */
  readonly underWay: readonly UnitRow[]
  /** A portion of their answers. Those that show what somebody can do are about them alone, and stay. */
  readonly answers: readonly UnitRow[]
}

async function affectedBy({ tx }: RunHold, { reopen }: ReopenOrder, { run, block, part }: Pick<Affected, 'run' | 'block' | 'part'>): Promise<Affected | null> {
  const filter = { runId: run.id, workerId: block.workerId }
  const underWay = (await tx.units.find({ filter: { ...filter, statuses: ['assigned'] }, limit: PORTION })).rows
  const statuses = ANSWERS[reopen]
  const answers = statuses.length === 0 ? [] : (await tx.units.find({ filter: { ...filter, statuses, kinds: ['standard'] }, limit: PORTION })).rows
  return underWay.length + answers.length === 0 ? null : { run, block, part, underWay, answers }
}

async function reopen(held: Held, order: ReopenOrder, work: Affected): Promise<Part> {
  const { hold } = held
  const { run, block, underWay, answers } = work
  const attempts = await hold.tx.units.attempts(underWay.flatMap(unit => unit.agentId ?? []))
  const takenBack = await releaseLeases(hold, attempts.map(leaseEndOf), { block: block.id })
  const why = answers.length === 0 ? null : whyNot(run)
  if (why !== null) return { run: run.id, takenBack, decided: 0, added: 0, kept: await countOf(hold, order, work), why, isLast: true }
  const decided = await decide(held, order, work)
  const assignmentIds = new Set(answers.flatMap(({ id, assignmentId }) => (decided.has(id) ? [assignmentId] : [])))
  const { added } = assignmentIds.size === 0 ? { added: 0 } : await addReplacements(hold, held.runtime, {
    runId: run.id, assignmentIds, left: Infinity, rule: { most: MOST_ASKED_FOR, isAskedFor: unit => decided.has(unit.id) },
  })
  return { run: run.id, takenBack, decided: decided.size, added, kept: 0, why: null, isLast: answers.length < PORTION || decided.size === 0 }
}

/** Why answers of a run are left as they are: nobody could give others in their places. Null where somebody can. */
function whyNot({ status, config }: TaskRun): string | null {
  if (config.live) return 'People work together in this run, and nobody can do one person\'s part again.'
  return status === 'draining' ? 'The run is draining and takes no more units; when it is completed, decide these in review and requeue them.' : null
}

async function countOf({ tx }: RunHold, { reopen: what }: ReopenOrder, { run, block }: Affected): Promise<number> {
  const done = await tx.workers.done(block.workerId)
  return done.filter(({ runId, status, kind }) => runId === run.id && !isSpecial(kind) && ANSWERS[what].includes(status)).reduce((sum, { units }) => sum + units, 0)
}

/** Decides answers, those that were accepted after taking that back. Returns the units that were decided. */
async function decide(held: Held, order: ReopenOrder, { run, block, answers, part }: Affected): Promise<ReadonlySet<string>> {
  const { verdict: verb, principal } = order
  if (verb === null) return new Set()
  const note = block.reason
  const idOf = (step: 'undo' | 'undecided' | 'accepted'): string => stepId(step, order, { runId: run.id, part })
  const those = (status: UnitStatus): string[] => answers.filter(unit => unit.status === status).map(({ id }) => id)
  const undecided = await decideUnits(held, principal, { id: idOf('undecided'), verb, note, unitIds: those('completed') })
  const { unitIds } = await decideUnits(held, principal, { id: idOf('undo'), verb: 'undo', note, unitIds: those('accepted') })
  const accepted = await decideUnits(held, principal, { id: idOf('accepted'), verb, note, unitIds })
  return new Set([...undecided.unitIds, ...accepted.unitIds])
}
