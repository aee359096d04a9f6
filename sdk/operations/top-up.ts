import type { TaskRun } from '../data-model/entities.js'
import { formatMoney } from '../data-model/money.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { checkRow, type CheckedRow, type RowRule } from './data-check.js'
import { addMoreUnits } from './more-units.js'
import { addRows, digestOf, toppedUp } from './more-rows.js'
import type { BlueprintRegistry } from './registry.js'
import { runForMore } from './reopening.js'
import { holdRuns, type RunHold } from './run-hold.js'
import { topUpSchema, type ParsedTopUp, type TopUpOptions, type TopUpReport } from './top-up-options.js'
import { requireRun } from './named-place.js'

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
}

/**
 * Gives a run more money, more units for each item, more data, in this order; see `Operator.topUp`. Each part can be
 * repeated: what is there is not added twice.
 */
export async function topUpRun(parts: Parts, runId: string, options: TopUpOptions): Promise<Omit<TopUpReport, 'run' | 'warnings'>> {
  const parsed = topUpSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Top-up options: ${describeProblems(problems)}`, { problems })
  }
  const asked = parsed.data
  const run = await requireRun(parts.db, runId)
  if (asked.assignees && !run.config.hasAssignees) throw refused('assignees', 'cannot be given: items of this run are for everybody who may work in it; launch another run for particular people')
  const rows = await readRows(parts, run, asked)
  const request = { runId, topUpId: asked.topUpId, of: digestOf(rows), rows }
  if (!await isKnown(parts.db, request)) {
    checkAgainst(run, asked)
    await checkPeople(parts.db, run, asked)
  }
  await holdRuns(parts, [runId], async hold => {
    // What was asked for once is not asked for again by a repeat: somebody may have decided otherwise since.
    if (await isKnown(hold.tx, request)) return
    changeSettings(hold, runId, asked)
    if (request.topUpId !== undefined) hold.note(runId, { type: 'top_up', body: { id: request.topUpId, of: request.of, rows: 0, units: 0 } })
  })
  const unitsAdded = asked.unitsPerAssignment === undefined ? 0 : await addMoreUnits(parts, runId)
  const added = request.topUpId === undefined || rows.length === 0 ? { rows: 0, units: 0 } : await addRows(parts, { ...request, topUpId: request.topUpId })
  return { rowsAdded: added.rows, unitsAdded: unitsAdded + added.units }
}

/** Whether this top-up was begun before. */
async function isKnown(db: DbOperations, { runId, topUpId, of }: { readonly runId: string; readonly topUpId: string | undefined; readonly of: string | null }): Promise<boolean> {
  return topUpId !== undefined && (await toppedUp(db, { runId, topUpId, of })).length > 0
}

/** What can be said before anything is written; said again where it is written, for whatever happens between. */
function checkAgainst(run: TaskRun, { budget, unitsPerAssignment }: ParsedTopUp): void {
  if (budget && budget.currency !== run.currency) throw refused('budget', `must be in ${run.currency}, the currency of the run`)
  const spent = run.reservedMinor + run.owedMinor + run.paidMinor
  if (budget && budget.minor < spent) {
    throw refused('budget', `must be at least ${formatMoney({ minor: spent, currency: run.currency })}, which the run has spent or reserved`)
  }
  if (unitsPerAssignment !== undefined && unitsPerAssignment !== run.unitsPerAssignment && run.config.live) throw refused('unitsPerAssignment', 'cannot be changed where people work together at an item; add data, or launch another run')
  if (unitsPerAssignment !== undefined && unitsPerAssignment < run.unitsPerAssignment) {
    throw refused('unitsPerAssignment', `must be at least ${String(run.unitsPerAssignment)}, which is what the run has`)
  }
}

/** More units of an item than people whom it is for could never be done. */
async function checkPeople(db: DbOperations, { id, config, unitsPerAssignment: before }: TaskRun, { unitsPerAssignment = before }: ParsedTopUp): Promise<void> {
  if (!config.hasAssignees || unitsPerAssignment === before) return
  const fewest = await db.assignees.fewest(id)
  if (fewest < unitsPerAssignment) throw refused('unitsPerAssignment', `cannot be more than ${String(fewest)}: there are items of this run that are for no more people; see people.reassign`)
}

function refused(path: keyof TopUpOptions, message: string): MephistoError {
  return new MephistoError('invalid_input', `Top-up options: ${path}: ${message}`, { problems: [{ path, rule: 'custom', message }] })
}

function changeSettings(hold: RunHold, runId: string, asked: ParsedTopUp): void {
  const { budget, unitsPerAssignment, data } = asked
  const run = unitsPerAssignment === undefined && data === undefined ? launchedRun(hold, runId) : runForMore(hold, runId)
  checkAgainst(run, asked)
  if (budget) hold.change(runId, 'budgetMinor', budget.minor)
  if (unitsPerAssignment !== undefined) hold.change(runId, 'unitsPerAssignment', unitsPerAssignment)
}

/** Money can be given to any run that was launched: also one that has ended has rejections that may be overturned. */
function launchedRun(hold: RunHold, runId: string): TaskRun {
  const run = hold.run(runId)
  if (run && run.startedAt !== null) return run
  throw new MephistoError('illegal_move', `Task run ${runId} is ${run?.status ?? 'gone'}; only a run that was launched can get more money.`)
}

/** Rows are kept in memory until all are checked. */
const MOST_ROWS = 1_000_000

/** All rows, read and checked: where one is wrong, none is added. */
async function readRows({ blueprints }: Parts, run: TaskRun, { data, priority, assignees, unitsPerAssignment = run.unitsPerAssignment }: ParsedTopUp): Promise<readonly CheckedRow[]> {
  if (data === undefined) return []
  if (run.config.hasAssignees && !assignees) throw refused('assignees', 'is needed with data: each item of this run is for particular people')
  const { blueprint, schemaHash } = blueprints.get(run.blueprintType)
  if (schemaHash !== run.schemaHash) {
    throw new MephistoError('conflict', `Task run ${run.id} was launched with another version of blueprint "${run.blueprintType}" than this instance has; launch a new run with this data.`)
  }
  const rule: RowRule = { blueprint, priority, assignees: assignees && { of: assignees, unitsPerAssignment }, consequence: 'Nothing was added.' }
  const rows: CheckedRow[] = []
  for await (const row of data) {
    if (rows.length === MOST_ROWS) throw refused('data', `has more than ${String(MOST_ROWS)} rows; add them in several top-ups, or launch another run`)
    rows.push(await checkRow(rule, row, rows.length + 1))
  }
  if (rows.length === 0) throw refused('data', 'has no rows; give at least one')
  return rows
}
