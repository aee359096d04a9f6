import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunConfig, RunGates, RunRequirement, RunSupply, TaskRun } from '../data-model/entities.js'
import { HIGHEST_PRIORITY, rankIn } from '../data-model/rank.js'
import { describeProblems, isMephistoError, MephistoError, problemsOf } from '../errors.js'
import type { MephistoDb, NewAssignment, NewRun } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { isTooDeep, jsonText, MOST_LEVELS } from './json-text.js'
import { launchFeatures } from './launch-features.js'
import { optionsSchema, type LaunchOptions, type ParsedOptions } from './launch-options.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { holdRuns } from './run-hold.js'
import { admitWorkers } from './workers.js'

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
}

/** Units that are written in one transaction, and after how many characters of data it is enough. */
const BATCH = 2_000
const BATCH_CHARACTERS = 2_000_000

/** A launch that has shown no sign of life for this long has lost its process, ms. Ten minutes bear a clock that jumps. */
export const LAUNCH_SILENCE_MS = 600_000
const SIGN_OF_LIFE_MS = 10_000

/** Checks the options and the data, writes the run with its assignments and units, and opens it. See `Operator.launch`. */
export async function launchRun(parts: Parts, blueprint: AnyBlueprint, options: LaunchOptions<unknown, unknown, unknown>): Promise<TaskRun> {
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
  const { features, items } = await launchFeatures(parts, implementation, parsed.data)
  const config: RunConfig = {
    title: parsed.data.title ?? parsed.data.task, description: parsed.data.description, gates: await gatesOf(db, parsed.data), supply: supplyOf(parsed.data, parts.runtime), features,
  }
  const run = await newRun(parts, { implementation, options: parsed.data, config })
  const runId = run.id
  // Slow data must not look like a dead process.
  const signOfLife = setInterval(() => void db.now().then(at => db.runs.touch(runId, at)).catch(() => undefined), SIGN_OF_LIFE_MS)
  try {
    await db.runs.insert(run)
    await admitWorkers(parts, { runId, provider: parsed.data.provider, externalIds: parsed.data.workers ?? [] })
    await db.special.addItems(runId, items, run.at)
    await addData(parts, { runId, blueprint, supply: config.supply, options: parsed.data })
    await openRun(parts, runId)
  } catch (error) {
    const opened = await removeUnopened(db, runId)
    if (opened) return opened
    throw isMephistoError(error) && error.code === 'unavailable' ? lostInLaunch(error) : error
  } finally {
    clearInterval(signOfLife)
  }
  const launched = await db.runs.get(runId)
  if (!launched) throw new MephistoError('conflict', `Task run ${runId} was removed while it was being launched.`)
  return launched
}

/** Leaves nothing of a run, unless it was opened and only the reply to that was lost: then it is returned. */
async function removeUnopened(db: MephistoDb, runId: string): Promise<TaskRun | null> {
  await db.transaction(tx => tx.runs.remove(runId))
  const run = await db.runs.get(runId)
  return run?.startedAt === null ? null : run
}

function lostInLaunch(cause: MephistoError): MephistoError {
  return new MephistoError('unavailable', 'The database was lost while the run was being launched, and nothing of it stays. Launch again in a moment.', { cause })
}

interface Launch { readonly implementation: BlueprintImplementation; readonly options: ParsedOptions; readonly config: RunConfig }

/** The run's row, with the task, requester and schemas that it names found or made. */
async function newRun({ db, runtime }: Parts, { implementation, options, config }: Launch): Promise<NewRun> {
  const at = await db.now()
  const { blueprint, inputSchema, outputSchema, schemaHash } = implementation
  const taskId = await db.tasks.ensureTask({ id: runtime.newId(), name: options.task, blueprintType: blueprint.type, at })
  const requesterId = await db.tasks.ensureRequester({ id: runtime.newId(), provider: options.provider, name: options.requester, at })
  await db.tasks.ensureBlueprintVersion({ id: runtime.newId(), type: blueprint.type, schemaHash, inputSchema, outputSchema, at })
  return {
    id: runtime.newId(), taskId, requesterId, provider: options.provider, blueprintType: blueprint.type, schemaHash, config,
    unitsPerAssignment: options.unitsPerAssignment, leaseMs: options.leaseMs, currency: options.pay.currency,
    payMinor: options.pay.minor, budgetMinor: options.budget?.minor ?? null, at,
  }
}

/** Who may work. @throws MephistoError `invalid_input` for a qualification that does not exist: nobody could say who has it */
async function gatesOf(db: MephistoDb, options: ParsedOptions): Promise<RunGates> {
  const requirements: RunRequirement[] = []
  for (const [index, requirement] of options.requirements.entries()) {
    const qualification = await db.qualifications.byName(requirement.qualification)
    if (!qualification) throw new MephistoError('invalid_input', `Launch options: requirements[${String(index)}].qualification: there is no qualification "${requirement.qualification}". Make it first, or check its name.`)
    requirements.push({ ...requirement, qualificationId: qualification.id })
  }
  return {
    requirements, isByInvitation: options.workers !== undefined, unitsPerWorker: options.unitsPerWorker ?? null,
    unitsPerWorkerOfTask: options.unitsPerWorkerOfTask ?? null, earningsPerDayMinor: options.earningsPerDay?.minor ?? null,
  }
}

function supplyOf({ order, seed, maxLiveUnits }: ParsedOptions, runtime: Runtime): RunSupply {
  return { order, seed: seed ?? (order === 'random' ? Math.floor(runtime.random() * 2 ** 29) : 0), maxLiveUnits: maxLiveUnits ?? null }
}

async function openRun(parts: Parts, runId: string): Promise<void> {
  await holdRuns(parts, [runId], async hold => {
    const run = hold.run(runId)
    if (run?.status !== 'launching') throw new MephistoError('conflict', `Task run ${runId} was ended while it was being launched; launch again.`)
    hold.move(runId, 'run')
    if (run.config.supply.maxLiveUnits !== null) await hold.tx.units.publish(runId, run.config.supply.maxLiveUnits)
  })
}

interface Load {
  readonly runId: string
  readonly blueprint: AnyBlueprint
  readonly supply: RunSupply
  readonly options: ParsedOptions
}

/** Writes the data in batches; the next one is read and checked while one is being written. */
async function addData({ db, runtime }: Parts, { runId, blueprint, supply, options }: Load): Promise<void> {
  const { unitsPerAssignment, pay, data, priority, onProgress } = options
  let batch: NewAssignment[] = []
  let characters = 0
  let position = 0
  let writing: Promise<void> = Promise.resolve()
  const write = async (rows: readonly NewAssignment[], written: number): Promise<void> => {
    const at = await db.now()
    await db.transaction(tx => tx.runs.addAssignments({ id: runId, payMinor: pay.minor, isHeldBack: supply.maxLiveUnits !== null }, rows, at))
    onProgress?.({ runId, rows: written, units: written * unitsPerAssignment })
  }
  const flush = async (): Promise<void> => {
    await writing
    writing = write(batch, position)
    // It is awaited before the next one and at the end; until then its failure is nobody's surprise.
    writing.catch(() => undefined)
    batch = []
    characters = 0
  }
  try {
    for await (const row of data) {
      const input = await checkRow(blueprint, row, position + 1)
      const urgency = priority === undefined ? 0 : checkPriority(priority(row), position + 1)
      const unitIds = Array.from({ length: unitsPerAssignment }, () => runtime.newId())
      batch.push({ id: runtime.newId(), position, input, unitIds, ranks: unitIds.map((_, unitIndex) => rankIn(supply, { position, unitIndex, priority: urgency })) })
      position += 1
      characters += input.length
      if (batch.length * unitsPerAssignment >= BATCH || characters >= BATCH_CHARACTERS) await flush()
    }
    if (batch.length > 0) await flush()
  } finally {
    // Nothing may be written any more when what failed is cleaned up.
    await writing
  }
  if (position * unitsPerAssignment * pay.minor > Number.MAX_SAFE_INTEGER) {
    throw new MephistoError('invalid_input', `Launch options: pay: is too large for ${String(position * unitsPerAssignment)} units; their sum cannot be kept exactly.`)
  }
  if (position === 0) throw new MephistoError('invalid_input', 'Launch options: data: has no rows; give at least one.')
}

function checkPriority(priority: unknown, number: number): number {
  if (typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= HIGHEST_PRIORITY) return priority
  throw new MephistoError('invalid_input', `Launch options: priority: must give a whole number from 0 to ${String(HIGHEST_PRIORITY)} for data row ${String(number)}, not ${String(priority)}. Nothing was launched.`)
}

async function checkRow(blueprint: AnyBlueprint, row: unknown, number: number): Promise<string> {
  if (isTooDeep(row)) throw new MephistoError('invalid_input', `Data row ${String(number)} is nested more than ${String(MOST_LEVELS)} levels deep. Nothing was launched.`)
  const parsed = await blueprint.input.safeParseAsync(row)
  if (parsed.success) return jsonText(parsed.data, `row ${String(number)}`)
  const problems = problemsOf(parsed.error.issues, `row ${String(number)}`)
  throw new MephistoError('invalid_input', `Data row ${String(number)} does not fit the input schema of "${blueprint.type}": ${describeProblems(problems)}. Nothing was launched.`, { problems })
}
