import type { TaskRun } from '../data-model/entities.js'
import { formatMoney } from '../data-model/money.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { checkRow, type CheckedRow, type RowRule } from './data-check.js'
import { addMoreUnits } from './more-units.js'
import { addRows } from './more-rows.js'
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
export async function topUpRun(parts: Parts, runId: string, options: TopUpOptions): Promise<Omit<TopUpReport, 'run'>> {
  const parsed = topUpSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Top-up options: ${describeProblems(problems)}`, { problems })
  }
  const asked = parsed.data
  const run = await requireRun(parts.db, runId)
  checkAgainst(run, asked)
  const rows = await readRows(parts, run, asked)
  await holdRuns(parts, [runId], hold => {
    changeSettings(hold, runId, asked)
    return Promise.resolve()
  })
  const unitsAdded = asked.unitsPerAssignment === undefined ? 0 : await addMoreUnits(parts, runId)
  const added = asked.topUpId === undefined || rows.length === 0 ? { rows: 0, units: 0 } : await addRows(parts, { runId, topUpId: asked.topUpId, rows })
  return { rowsAdded: added.rows, unitsAdded: unitsAdded + added.units }
}

/** What can be said before any data is read; said again where it is written, for whatever happens between. */
function checkAgainst(run: TaskRun, { budget, unitsPerAssignment }: ParsedTopUp): void {
  if (budget && budget.currency !== run.currency) throw refused('budget', `must be in ${run.currency}, the currency of the run`)
  const spent = run.reservedMinor + run.owedMinor + run.paidMinor
  if (budget && budget.minor < spent) {
    throw refused('budget', `must be at least ${formatMoney({ minor: spent, currency: run.currency })}, which the run has spent or reserved`)
  }
  if (unitsPerAssignment !== undefined && unitsPerAssignment < run.unitsPerAssignment) {
    throw refused('unitsPerAssignment', `must be at least ${String(run.unitsPerAssignment)}, which is what the run has`)
  }
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

/** All rows, read and checked: where one is wrong, none is added. */
async function readRows({ blueprints }: Parts, run: TaskRun, { data, priority }: ParsedTopUp): Promise<readonly CheckedRow[]> {
  if (data === undefined) return []
  const { blueprint, schemaHash } = blueprints.get(run.blueprintType)
  if (schemaHash !== run.schemaHash) {
    throw new MephistoError('conflict', `Task run ${run.id} was launched with another version of blueprint "${run.blueprintType}" than this instance has; launch a new run with this data.`)
  }
  const rule: RowRule = { blueprint, priority, consequence: 'Nothing was added.' }
  const rows: CheckedRow[] = []
  for await (const row of data) rows.push(await checkRow(rule, row, rows.length + 1))
  if (rows.length === 0) throw refused('data', 'has no rows; give at least one')
  return rows
}
