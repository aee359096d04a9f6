import * as z from 'zod'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { isFeedReference } from '../data-model/data-feed.js'
import type { Money } from '../data-model/money.js'
import { moneySchema } from '../data-model/money-schema.js'
import { describeProblems, MephistoError, problemsOf, type Problem } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { checkLaunch, checkSize, type CheckedLaunch, type LaunchPlace } from './launch-checks.js'
import { openFeedRows } from './feeds/feed-rows.js'
import { checkedRows } from './launch-data.js'
import type { AnyLaunchOptions, LaunchOptions } from './launch-options.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { forecastOf, unitFeeOf, type Forecast } from './plan-forecast.js'
import { pageWarning, warningsOf, type PlanWarning } from './plan-warnings.js'
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
export interface RunPlan extends Forecast {
  /** Who says how long one unit takes; null when nobody does. */
  readonly minutesFrom: 'estimate' | 'earlier_runs' | null
  readonly warnings: readonly PlanWarning[]
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
  const warnings = [...warningsOf(launch, forecast, { ...settings, goesOn: data.goesOn }), ...await pageWarning(launch, parts.architect)]
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
