import * as z from 'zod'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { unreachablePage } from '../blueprints/host-page.js'
import { isFeedReference } from '../data-model/data-feed.js'
import { formatMoney, type Money } from '../data-model/money.js'
import { moneySchema } from '../data-model/money-schema.js'
import { describeProblems, MephistoError, problemsOf, type Problem } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { refusedLaunch } from './launch-refusal.js'
import { checkLaunch, checkSize, type CheckedLaunch, type LaunchPlace } from './launch-checks.js'
import { freeIn, shortProject } from './caps.js'
import { openFeedRows } from './feeds/feed-rows.js'
import { checkedRows } from './launch-data.js'
import type { AnyLaunchOptions, LaunchOptions } from './launch-options.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { medianOf } from './run-progress.js'

/** What a plan is told beside what a launch is told. */
export interface PlanSettings {
  /** Most rows that are read: for data without an end. @default 1000000, and 10000 of a feed */
  readonly rows?: number
  /** Most wrong rows that are named, 1 to 100. @default 10 */
  readonly mostProblems?: number
  /** How long one unit takes, in minutes, as you expect it, from 0.001 to 43200. @default the median of what was accepted in earlier runs of the task */
  readonly minutesPerUnit?: number
  /** Less pay an hour than this is warned of, in the currency of `pay`. @default no floor */
  readonly hourlyPayFloor?: Money
}

/** How a launch is planned: as it is launched, and what else a plan is told. */
export type PlanOptions<TRow = unknown, TAnswer = never, TOnboardingInput = never, TArgs = Record<string, never>> = LaunchOptions<TRow, TAnswer, TOnboardingInput, TArgs> & PlanSettings

/** What a launch would be. */
export interface RunPlan {
  /** Rows of data. */
  readonly items: number
  /** Whether there is more data than the plan has read. */
  readonly isCut: boolean
  /** Ordinary units. Training, screening and gold units come on top; see `checks`. */
  readonly units: number
  /** Pay of all ordinary units. */
  readonly pay: Money
  /** What the provider takes for them beside the pay; it does not count towards the budget. */
  readonly fees: Money
  /** Pay and fees together: the most that its ordinary units can cost. */
  readonly cost: Money
  /** What training, screening and gold come to. */
  readonly checks: PlannedChecks
  /** Units that the budget, and that of the project, cover now; all of them at most. */
  readonly unitsCovered: number
  /** How long one unit takes, and who says so; null when nobody knows. */
  readonly minutesPerUnit: number | null
  readonly minutesFrom: 'estimate' | 'earlier_runs' | null
  /** What somebody earns who works for an hour at that; null when nobody knows. */
  readonly hourlyPay: Money | null
  readonly warnings: readonly PlanWarning[]
}

/** Training, screening and gold units, which are paid as the others are: how many there will be depends on who comes. */
export interface PlannedChecks {
  /** Of one person, who gets each item once at most. */
  readonly unitsPerWorker: number
  /** Of all: what `mostUnits` and the number of people who are invited (`workers`) allow; null where nothing bounds them. */
  readonly mostUnits: number | null
  /** Pay and fees of one person's, and of all. */
  readonly costPerWorker: Money
  readonly mostCost: Money | null
}

/** Something that a launch would do all the same, and that is worth a second look. */
export interface PlanWarning {
  readonly code: 'budget_short' | 'project_budget_short' | 'lease_short' | 'hourly_pay_low' | 'data_cut' | 'feed_goes_on' | 'paid_checks' | 'gold_short' | 'page_unreachable'
  /** One sentence with the numbers and what to do. */
  readonly message: string
}

/** The settings that are data themselves. */
export const PLAN_SHAPE = {
  rows: z.int().min(1).max(100_000_000).optional(),
  mostProblems: z.int().min(1).max(100).default(10),
  minutesPerUnit: z.number().min(0.001).max(43_200).optional(),
  hourlyPayFloor: moneySchema.optional(),
} as const
const planSchema = z.object(PLAN_SHAPE)
const [MOST_ROWS, MOST_FEED_ROWS] = [1_000_000, 10_000]

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
  readonly architect: LaunchPlace | null
}

/** Checks a launch with all of its data as `launch` does, writes nothing, and forecasts it; see `Operator.plan`. */
export async function planRun(parts: Parts, blueprint: AnyBlueprint, { rows, mostProblems, minutesPerUnit, hourlyPayFloor, ...options }: AnyLaunchOptions & PlanSettings): Promise<RunPlan> {
  const given = Object.entries({ rows, mostProblems, minutesPerUnit, hourlyPayFloor }).filter(([, value]) => value !== undefined)
  const parsed = planSchema.safeParse(Object.fromEntries(given))
  if (!parsed.success) throw wrong(problemsOf(parsed.error.issues, ''))
  const settings = { ...parsed.data, rows: parsed.data.rows ?? (isFeedReference(options.data) ? MOST_FEED_ROWS : MOST_ROWS) }
  const launch = await checkLaunch(parts, blueprint, { options, reading: { consequence: '', rows: settings.rows, mostProblems: settings.mostProblems } })
  try {
    return await planChecked(parts, launch, settings)
  } finally {
    await launch.data?.close()
  }
}

async function planChecked(parts: Parts, launch: CheckedLaunch, settings: Settings): Promise<RunPlan> {
  if (settings.hourlyPayFloor && settings.hourlyPayFloor.currency !== launch.options.pay.currency) {
    throw wrong([{ path: 'hourlyPayFloor', rule: 'custom', message: 'must be in the currency of pay' }])
  }
  // Before the data is read, which may take long.
  const unitFee = unitFeeOf(launch)
  const data = await countRows(parts.db, launch, settings)
  if (!launch.feed) checkSize(launch.options, data.items)
  const minutes = settings.minutesPerUnit ?? await minutesBefore(parts.db, launch.options.task)
  const source = settings.minutesPerUnit === undefined ? 'earlier_runs' : 'estimate'
  const forecast = forecastOf(launch, { ...data, minutesPerUnit: minutes, unitFee })
  const warnings = [...warningsOf(launch, { ...forecast, goesOn: data.goesOn }, settings), ...await pageWarning(launch, parts.architect)]
  return { ...forecast, minutesFrom: minutes === null ? null : source, warnings }
}

function wrong(problems: readonly Problem[]): MephistoError {
  return new MephistoError('invalid_input', `Plan options: ${describeProblems(problems)}`, { problems })
}

/** Reads and checks the data up to the limit of rows. @throws MephistoError `invalid_input`, naming the first wrong rows */
async function countRows(db: MephistoDb, { implementation: { blueprint }, feed, data }: CheckedLaunch, { rows, mostProblems }: Settings): Promise<{ items: number; isCut: boolean; goesOn: boolean }> {
  const fed = feed ? openFeedRows(db, feed) : null
  // How many rows a feed has in all is no matter: it is read as they are wanted.
  const reading = fed ? checkedRows(fed.rows, { blueprint, mostRows: Infinity, rows, mostProblems, consequence: '' }) : data
  let items = 0
  while (reading && (await reading.rows.next()).done !== true) items += 1
  return { items, isCut: reading?.isCut() ?? false, goesOn: fed?.goesOn() ?? false }
}

/** A page that a builder found has been opened, and those that a blueprint brings are ours; the architect's is looked at here. */
async function pageWarning({ implementation, config }: CheckedLaunch, architect: LaunchPlace | null): Promise<PlanWarning[]> {
  const url = implementation.pages || config.page ? null : architect?.taskUrl ?? null
  const reason = url === null ? null : await unreachablePage(url)
  return reason === null ? [] : [{ code: 'page_unreachable', message: `The page where workers do the task may not be there: from here, ${reason}` }]
}

/** Runs and accepted answers that are looked at, the latest first. */
const EARLIER_RUNS = 20
const SAMPLE = 1_000

/** The median of what accepted units of the task took, in minutes; null without any. */
async function minutesBefore(db: MephistoDb, taskName: string): Promise<number | null> {
  const durations: number[] = []
  for (const { id } of await db.runs.list({ taskName, limit: EARLIER_RUNS })) {
    if (durations.length < SAMPLE) durations.push(...await db.runs.durations(id, { limit: SAMPLE - durations.length, areAccepted: true }))
  }
  const median = medianOf(durations)
  return median === null ? null : median / 60_000
}

/** What a plan is told, with its defaults. */
type Settings = z.output<typeof planSchema> & { readonly rows: number }

/** What the provider takes for one unit, 0 where it takes nothing. @throws MephistoError `invalid_input` where that is no amount */
function unitFeeOf({ options: { pay }, provider }: CheckedLaunch): number {
  if (!provider.fees) return 0
  const forUnit = `its fees for a unit that pays ${formatMoney(pay)}`
  let given: unknown
  try {
    given = provider.fees(pay.minor, pay.currency)
  } catch (cause) {
    throw refusedLaunch('provider', `"${provider.type}" could not say ${forUnit}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
  if (Number.isSafeInteger(given) && Number(given) >= 0) return Number(given)
  // One that rejects must not end the process.
  if (given instanceof Promise) given.catch(() => undefined)
  const shown = typeof given === 'string' ? JSON.stringify(given.slice(0, 100)) : typeof given === 'number' ? String(given) : typeof given
  throw refusedLaunch('provider', `"${provider.type}" gave ${shown} as ${forUnit}; fees() must give whole minor units of ${pay.currency}, 0 or more`)
}

type Forecast = Omit<RunPlan, 'minutesFrom' | 'warnings'>

/** How many special units one person gets at most, and how many there can be; null for no bound. */
function checkUnits(options: CheckedLaunch['options'], { items }: CheckedLaunch['features']): { readonly perWorker: number; readonly most: number | null } {
  const people = options.workers === undefined || options.assignees !== undefined ? Infinity : new Set(options.workers).size
  const kinds = [
    { each: items.training.length, most: Infinity },
    { each: Math.min(1, items.screening.length), most: options.screening?.mostUnits ?? Infinity },
    { each: items.gold.length, most: options.gold?.mostUnits ?? Infinity },
  ].filter(({ each }) => each > 0)
  const most = kinds.reduce((sum, kind) => sum + Math.min(kind.most, kind.each * people), 0)
  return { perWorker: kinds.reduce((sum, { each }) => sum + each, 0), most: most === Infinity ? null : most }
}

function forecastOf({ options, features, provider, projectBudget }: CheckedLaunch, { items, isCut, minutesPerUnit, unitFee }: Pick<RunPlan, 'items' | 'isCut' | 'minutesPerUnit'> & { readonly unitFee: number }): Forecast {
  const { pay, budget, unitsPerAssignment } = options
  const { currency } = pay
  const units = items * unitsPerAssignment
  const fees = units * unitFee
  const { perWorker, most } = checkUnits(options, features)
  const unitCost = pay.minor + unitFee
  if (![units, perWorker, most ?? 0].every(count => Number.isSafeInteger(count * unitCost))) {
    throw refusedLaunch('provider', `"${provider.type}" takes ${String(unitFee)} minor units of ${currency} for each unit, which is more than can be counted for ${String(Math.max(units, perWorker, most ?? 0))} units`)
  }
  // Somebody who is done in no time earns without limit, which is no number.
  const hourlyPay = minutesPerUnit === null || minutesPerUnit === 0 ? null : Math.floor(pay.minor * 60 / minutesPerUnit)
  const bounds = [...(budget ? [budget.minor] : []), ...(projectBudget ? [freeIn(projectBudget, currency)] : [])]
  const unitsCovered = pay.minor === 0 ? units : Math.min(units, ...bounds.map(minor => Math.floor(minor / pay.minor)))
  return {
    items, isCut, units, unitsCovered, minutesPerUnit,
    pay: { minor: units * pay.minor, currency }, fees: { minor: fees, currency }, cost: { minor: units * unitCost, currency },
    checks: { unitsPerWorker: perWorker, mostUnits: most, costPerWorker: { minor: perWorker * unitCost, currency }, mostCost: most === null ? null : { minor: most * unitCost, currency } },
    hourlyPay: hourlyPay !== null && Number.isSafeInteger(hourlyPay) ? { minor: hourlyPay, currency } : null,
  }
}

function warningsOf({ options, features, projectBudget }: CheckedLaunch, { items, units, minutesPerUnit, hourlyPay, pay, checks, isCut, goesOn }: Forecast & { readonly goesOn: boolean }, { hourlyPayFloor, rows }: Settings): PlanWarning[] {
  const { budget, leaseMs } = options
  const inBudget = budget ? Math.floor(budget.minor / Math.max(1, options.pay.minor)) : units
  const short = shortProject(projectBudget, pay)
  const minutes = String(Math.round((minutesPerUnit ?? 0) * 10) / 10)
  return [
    ...(isCut ? [{ code: 'data_cut' as const, message: `The plan has read ${String(rows)} rows, and there are more; raise "rows" to plan with all of them.` }] : []),
    ...(goesOn ? [{ code: 'feed_goes_on' as const, message: `The feed has ${String(items)} rows so far and may have more later; this is what those would be.` }] : []),
    ...(short === null ? [] : [{ code: 'project_budget_short' as const, message: short }]),
    ...(budget && budget.minor < pay.minor ? [{
      code: 'budget_short' as const, message: `The budget of ${formatMoney(budget)} covers ${String(inBudget)} of ${String(units)} units; all of them need ${formatMoney(pay)}.`,
    }] : []),
    ...(checks.mostCost === null && checks.costPerWorker.minor > 0 ? [{
      code: 'paid_checks' as const, message: `Training, screening and gold come on top, up to ${formatMoney(checks.costPerWorker)} for each person who comes, and nothing says how many that are${budget ? '; they are paid out of the same budget' : '; set a "budget" to bound them'}.`,
    }] : []),
    ...goldWarning(options, features.items.gold.length),
    ...(minutesPerUnit !== null && leaseMs < minutesPerUnit * 60_000 ? [{
      code: 'lease_short' as const, message: `A lease of ${String(leaseMs / 60_000)} minutes is shorter than a unit takes, which is ${minutes} minutes; raise "leaseMs".`,
    }] : []),
    ...(hourlyPay && hourlyPayFloor && hourlyPay.minor < hourlyPayFloor.minor ? [{
      code: 'hourly_pay_low' as const, message: `At ${minutes} minutes a unit, an hour pays ${formatMoney(hourlyPay)}, less than ${formatMoney(hourlyPayFloor)}; raise "pay".`,
    }] : []),
  ]
}

/** Whether there is gold for everybody who must have some right before other work: items for who is wrong as often as one may be, and units for who is invited. */
function goldWarning({ gold, workers }: CheckedLaunch['options'], items: number): PlanWarning[] {
  if (!gold || gold.minimumRight === 0) return []
  const { minimumRight, mostWrong, mostUnits } = gold
  const needed = minimumRight * (workers ? new Set(workers).size : 1)
  return [
    ...(items < minimumRight + mostWrong ? [{
      code: 'gold_short' as const, message: `There are ${String(items)} gold items, and somebody may need ${String(minimumRight + mostWrong)}: ${String(minimumRight)} right ones after ${String(mostWrong)} wrong ones, which "mostWrong" allows. Who has answered all of them with fewer right ones is refused; give more gold items, or lower "mostWrong".`,
    }] : []),
    ...(mostUnits !== undefined && mostUnits < needed ? [{
      code: 'gold_short' as const, message: `"gold.mostUnits" allows ${String(mostUnits)} gold units, and ${workers ? `the ${String(new Set(workers).size)} people who are invited need ${String(needed)} right ones` : `each person needs ${String(needed)} right ones`} before other work: somebody will get none. Raise it, or lower "minimumRight".`,
    }] : []),
  ]
}
