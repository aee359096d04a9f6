import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { isHeldBack, NO_GATES, type TaskRun } from '../data-model/entities.js'
import { NO_FEATURES } from '../data-model/features.js'
import { rankIn } from '../data-model/rank.js'
import { isMephistoError, MephistoError } from '../errors.js'
import type { MephistoDb, NewAssignment, NewNames } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { beginRun } from './begin-run.js'
import { shortNow } from './caps.js'
import type { CheckedRow } from './data-check.js'
import { feedCall } from './feeds/feed-call.js'
import type { HookParts } from './hook-parts.js'
import { joinProject } from './join-project.js'
import type { LaunchData } from './launch-data.js'
import { checkCurrency, checkLaunch, checkSize, gatesOf, isByInvitation, type CheckedLaunch, type LaunchPlace } from './launch-checks.js'
import { storeFeatures } from './launch-features.js'
import type { AnyLaunchOptions } from './launch-options.js'
import { launchPeople, type LaunchPeople } from './launch-people.js'
import { openAtProvider } from './publishing/follow-run.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { holdRuns } from './run-hold.js'

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
  readonly hookParts: HookParts
  readonly architect: LaunchPlace | null
}

/** Units that are written in one transaction, and after how many characters of data it is enough. */
const BATCH = 2_000
const BATCH_CHARACTERS = 2_000_000

/** A launch that has shown no sign of life for this long has lost its process, ms. Ten minutes bear a clock that jumps. */
export const LAUNCH_SILENCE_MS = 600_000
const SIGN_OF_LIFE_MS = 10_000

/** Checks the options and the data, writes the run with its assignments and units, and opens it, or has its provider do so. See `Operator.launch`. */
export async function launchRun(parts: Parts, blueprint: AnyBlueprint, options: AnyLaunchOptions): Promise<TaskRun> {
  const checked = await checkLaunch(parts, blueprint, { options, reading: { consequence: 'Nothing was launched.' } })
  try {
    return await launchChecked(parts, checked)
  } finally {
    await checked.data?.close()
  }
}

async function launchChecked(parts: Parts, checked: CheckedLaunch): Promise<TaskRun> {
  const { db, runtime } = parts
  const names: NewNames = { taskId: runtime.newId(), requesterId: runtime.newId(), projectId: runtime.newId() }
  const runId = runtime.newId()
  const people = launchPeople(parts, { runId, provider: checked.options.provider })
  // Slow data must not look like a dead process.
  const signOfLife = setInterval(() => void db.now().then(at => db.runs.touch(runId, at)).catch(() => undefined), SIGN_OF_LIFE_MS)
  try {
    const at = await insertRun(parts, { ...checked, runId, names })
    await db.special.addItems(runId, Object.values(checked.features.items).flat(), at)
    if (checked.data) await addData(parts, { ...checked, runId, people, data: checked.data })
    await people.admit(checked.options.workers ?? [])
    await openRun(parts, runId, checked)
    parts.hookParts.keep(runId, checked.hookParts)
  } catch (error) {
    const opened = await removeUnopened(db, runId)
    if (opened) return opened
    // Another run may be in them by now, or about to be.
    await db.transaction(tx => tx.tasks.removeUnused(names)).catch(() => undefined)
    await people.removeMade()
    throw isMephistoError(error) && error.code === 'unavailable' ? lostInLaunch(error) : error
  } finally {
    clearInterval(signOfLife)
  }
  const launched = await db.runs.get(runId)
  if (!launched) throw new MephistoError('conflict', `Task run ${runId} was removed while it was being launched.`)
  const short = await shortNow(db, launched)
  if (short !== null) runtime.logger.warn({ runId }, short)
  return launched
}

/** A row that is to be written, and those whom it is for. */
interface NewRow extends Pick<CheckedRow, 'assignees'> {
  readonly item: NewAssignment
}

/** Leaves nothing of a run, unless it was opened, or its provider is to open it, and only the reply to that was lost: then it is returned. */
async function removeUnopened(db: MephistoDb, runId: string): Promise<TaskRun | null> {
  await db.transaction(tx => tx.runs.remove(runId))
  return db.runs.get(runId)
}

function lostInLaunch(cause: MephistoError): MephistoError {
  return new MephistoError('unavailable', 'The database was lost while the run was being launched, and nothing of it stays. Launch again in a moment.', { cause })
}

/** A run that is to be written, and the ids of what is made for it where it is not there yet. */
interface RunToInsert extends CheckedLaunch {
  readonly runId: string
  readonly names: NewNames
}

/** Other launches, which failed, may take the names that this one found away again. */
const TRIES = 3

/** Writes the run's row, with the task, requester, project and schemas that it names found or made. Returns when. */
async function insertRun({ db, runtime }: Parts, { implementation, options, config, runId, names }: RunToInsert): Promise<number> {
  const { blueprint, inputSchema, outputSchema, schemaHash } = implementation
  const write = (): Promise<number> => db.transaction(async tx => {
    const at = await tx.now()
    const taskId = await tx.tasks.ensureTask({ id: names.taskId, name: options.task, blueprintType: blueprint.type, at })
    if (options.project !== undefined) await joinProject(tx, { taskId, task: options.task, project: options.project, newProjectId: names.projectId })
    const requesterId = await tx.tasks.ensureRequester({ id: names.requesterId, provider: options.provider, name: options.requester, at })
    await tx.tasks.ensureBlueprintVersion({ id: runtime.newId(), type: blueprint.type, schemaHash, inputSchema, outputSchema, at })
    await tx.runs.insert({
      id: runId, taskId, requesterId, provider: options.provider, blueprintType: blueprint.type, schemaHash, config: { ...config, features: NO_FEATURES, gates: { ...NO_GATES, isByInvitation: isByInvitation(options, config.hasAssignees) } },
      unitsPerAssignment: options.unitsPerAssignment, leaseMs: options.leaseMs, currency: options.pay.currency,
      payMinor: options.pay.minor, budgetMinor: options.budget?.minor ?? null, at,
    })
    return at
  })
  for (let tries = 1; ; tries += 1) {
    try {
      return await write()
    } catch (error) {
      if (tries === TRIES || !isMephistoError(error) || error.code !== 'not_found') throw error
    }
  }
}

/**
 * Begins the run; where its provider must open it first, that call is written, and the run begins when it was made. The
 * qualifications that it grants are made here: of a launch that fails before, nobody else can have come to use them.
 */
async function openRun(parts: Parts, runId: string, { config, features, options }: CheckedLaunch): Promise<void> {
  await holdRuns(parts, [runId], async hold => {
    const launching = hold.run(runId)
    const holder = { tx: hold.tx, at: hold.at, newId: () => parts.runtime.newId() }
    if (launching?.status !== 'launching') throw new MephistoError('conflict', `Task run ${runId} was ended while it was being launched; launch again.`)
    const run: TaskRun = { ...launching, config: { ...config, features: await storeFeatures(holder, features), gates: await gatesOf(hold.tx, options, config.hasAssignees) } }
    await hold.tx.runs.configure(runId, run.config)
    // Its project may have got a budget since the options were checked.
    const [budget] = run.cappedBy === null ? [] : await hold.tx.budgets.lock([run.cappedBy])
    if (budget) checkCurrency(budget, run.currency)
    if (run.config.supply.publishing?.opensRun) await openAtProvider(holder, run)
    else await beginRun(hold, run)
    if (run.config.dataFeed) await hold.tx.outbox.enqueue([feedCall(run, parts.runtime.newId())], hold.at)
  })
}

/** What a run is to have. */
interface RunData {
  readonly runId: string
  readonly people: LaunchPeople
  readonly data: LaunchData
}

/** Writes the data in batches; the next one is read and checked while one is being written. */
async function addData({ db, runtime }: Parts, { runId, people, data, options, config: { supply } }: CheckedLaunch & RunData): Promise<void> {
  const { unitsPerAssignment, pay, onProgress } = options
  let batch: NewRow[] = []
  let [characters, rows, position] = [0, 0, 0]
  let writing: Promise<void> = Promise.resolve()
  const write = async (rows: readonly NewRow[], written: number): Promise<void> => {
    const ids = await people.admit(rows.flatMap(({ assignees }) => assignees))
    const at = await db.now()
    await db.transaction(tx => tx.runs.addAssignments({ id: runId, payMinor: pay.minor, isHeldBack: isHeldBack(supply) }, rows.map(({ item, assignees }) => ({ ...item, assignees: assignees.flatMap(externalId => ids.get(externalId) ?? []) })), at))
    onProgress?.({ runId, rows: written, units: written * unitsPerAssignment })
  }
  const flush = async (): Promise<void> => {
    await writing
    writing = write(batch, position)
    // It is awaited before the next one and at the end; until then its failure is nobody's surprise.
    writing.catch(() => undefined)
    batch = []
    characters = 0
    rows = 0
  }
  try {
    for await (const { input, priority, assignees } of data.rows) {
      const unitIds = Array.from({ length: unitsPerAssignment }, () => runtime.newId())
      batch.push({ item: { id: runtime.newId(), position, input, unitIds, ranks: unitIds.map((_, unitIndex) => rankIn(supply, { position, unitIndex, priority })) }, assignees })
      position += 1
      characters += input.length
      rows += Math.max(unitsPerAssignment, assignees.length)
      if (rows >= BATCH || characters >= BATCH_CHARACTERS) await flush()
    }
    if (batch.length > 0) await flush()
    await writing
  } finally {
    // Nothing may be written any more when what failed is cleaned up; what failed first is told.
    await writing.catch(() => undefined)
  }
  checkSize(options, position)
}
