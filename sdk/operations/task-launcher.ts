import * as z from 'zod'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { TaskRun } from '../data-model/entities.js'
import type { LaunchSettings } from '../data-model/launch-settings.js'
import { moneySchema } from '../data-model/money-schema.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { MephistoDb, NewAssignment } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { nameText, writtenText } from '../protocol/text.js'
import { jsonText } from './json-text.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { holdRuns } from './run-hold.js'

/** How a run is launched. */
export interface LaunchOptions<TRow = unknown> extends LaunchSettings {
  /** One row for each assignment, checked against the blueprint's input schema. Read once, in batches. */
  readonly data: Iterable<TRow> | AsyncIterable<TRow>
  /** Called after each batch that was written. What it throws ends the launch, and nothing stays behind. */
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** How far a launch has come. */
export interface LaunchProgress {
  readonly runId: string
  /** Rows of data written so far, each with its units. */
  readonly rows: number
  readonly units: number
}

const name = nameText(200)

const optionsSchema = z.strictObject({
  task: name,
  requester: name,
  provider: name,
  data: z.custom<Iterable<unknown> | AsyncIterable<unknown>>(
    value => typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value),
    'must be an array, an iterable or an async iterable of rows',
  ),
  onProgress: z.custom<(progress: LaunchProgress) => void>(value => typeof value === 'function', 'must be a function').optional(),
  unitsPerAssignment: z.int().min(1).max(1000).default(1),
  pay: moneySchema.default({ minor: 0, currency: 'USD' }),
  budget: moneySchema.optional(),
  leaseMs: z.int().min(5_000).max(30 * 86_400_000).default(600_000),
  title: writtenText(200).optional(),
  description: writtenText(5_000).default(''),
}).refine(options => options.budget === undefined || options.budget.currency === options.pay.currency, {
  path: ['budget'], message: 'must be in the currency of pay',
}).refine(options => options.budget === undefined || options.budget.minor >= options.pay.minor, {
  path: ['budget'], message: 'must cover at least one unit',
})

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
}

/** Units that are written in one transaction. */
const BATCH = 2_000

/** A launch that has shown no sign of life for this long has lost its process, ms. Ten minutes bear a clock that jumps. */
export const LAUNCH_SILENCE_MS = 600_000
const SIGN_OF_LIFE_MS = 10_000

/** Checks the options and the data, writes the run with its assignments and units, and opens it. See `Operator.launch`. */
export async function launchRun(parts: Parts, blueprint: AnyBlueprint, options: LaunchOptions): Promise<TaskRun> {
  const { db } = parts
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Launch options: ${describeProblems(problems)}`, { problems })
  }
  const implementation = parts.blueprints.get(blueprint.type)
  if (implementation.blueprint !== blueprint) {
    throw new MephistoError('invalid_input', `Blueprint "${blueprint.type}" is not the one this instance implements; pass the same object to implement() and launch().`)
  }
  parts.providers.get(parsed.data.provider)
  const runId = await insertRun(parts, implementation, parsed.data)
  // Slow data must not look like a dead process.
  const signOfLife = setInterval(() => void db.now().then(at => db.runs.touch(runId, at)).catch(() => undefined), SIGN_OF_LIFE_MS)
  try {
    await addData(parts, { runId, blueprint, unitsPerAssignment: parsed.data.unitsPerAssignment, payMinor: parsed.data.pay.minor, data: parsed.data.data, onProgress: parsed.data.onProgress })
    await openRun(parts, runId)
  } catch (error) {
    await db.transaction(tx => tx.runs.remove(runId))
    throw error
  } finally {
    clearInterval(signOfLife)
  }
  const run = await db.runs.get(runId)
  if (!run) throw new MephistoError('conflict', `Task run ${runId} was removed while it was being launched.`)
  return run
}

async function insertRun({ db, runtime }: Parts, implementation: BlueprintImplementation, options: z.output<typeof optionsSchema>): Promise<string> {
  const at = await db.now()
  const { blueprint, inputSchema, outputSchema, schemaHash } = implementation
  const id = runtime.newId()
  const taskId = await db.tasks.ensureTask({ id: runtime.newId(), name: options.task, blueprintType: blueprint.type, at })
  const requesterId = await db.tasks.ensureRequester({ id: runtime.newId(), provider: options.provider, name: options.requester, at })
  await db.tasks.ensureBlueprintVersion({ id: runtime.newId(), type: blueprint.type, schemaHash, inputSchema, outputSchema, at })
  await db.runs.insert({
    id, taskId, requesterId, provider: options.provider, blueprintType: blueprint.type, schemaHash,
    config: { title: options.title ?? options.task, description: options.description },
    unitsPerAssignment: options.unitsPerAssignment, leaseMs: options.leaseMs, currency: options.pay.currency,
    payMinor: options.pay.minor, budgetMinor: options.budget?.minor ?? null, at,
  })
  return id
}

async function openRun(parts: Parts, runId: string): Promise<void> {
  await holdRuns(parts, [runId], hold => {
    if (hold.run(runId)?.status !== 'launching') throw new MephistoError('conflict', `Task run ${runId} was ended while it was being launched; launch again.`)
    hold.move(runId, 'run')
    return Promise.resolve()
  })
}

interface Load {
  readonly runId: string
  readonly blueprint: AnyBlueprint
  readonly unitsPerAssignment: number
  readonly payMinor: number
  readonly data: Iterable<unknown> | AsyncIterable<unknown>
  readonly onProgress: ((progress: LaunchProgress) => void) | undefined
}

async function addData({ db, runtime }: Parts, load: Load): Promise<void> {
  let batch: NewAssignment[] = []
  let position = 0
  const flush = async (): Promise<void> => {
    const at = await db.now()
    const rows = batch
    batch = []
    await db.transaction(tx => tx.runs.addAssignments({ id: load.runId, payMinor: load.payMinor }, rows, at))
    load.onProgress?.({ runId: load.runId, rows: position, units: position * load.unitsPerAssignment })
  }
  for await (const row of load.data) {
    const input = await checkRow(load.blueprint, row, position + 1)
    const unitIds = Array.from({ length: load.unitsPerAssignment }, () => runtime.newId())
    batch.push({ id: runtime.newId(), position, input, unitIds })
    position += 1
    if (batch.length * load.unitsPerAssignment >= BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  if (position * load.unitsPerAssignment * load.payMinor > Number.MAX_SAFE_INTEGER) {
    throw new MephistoError('invalid_input', `Launch options: pay: is too large for ${String(position * load.unitsPerAssignment)} units; their sum cannot be kept exactly.`)
  }
  if (position === 0) throw new MephistoError('invalid_input', 'Launch options: data: has no rows; give at least one.')
}

async function checkRow(blueprint: AnyBlueprint, row: unknown, number: number): Promise<string> {
  const parsed = await blueprint.input.safeParseAsync(row)
  if (parsed.success) return jsonText(parsed.data, `row ${String(number)}`)
  const problems = problemsOf(parsed.error.issues, `row ${String(number)}`)
  throw new MephistoError('invalid_input', `Data row ${String(number)} does not fit the input schema of "${blueprint.type}": ${describeProblems(problems)}. Nothing was launched.`, { problems })
}
