import { openDatabase } from '../../prisma/open-database.js'
import type { Mephisto } from '../create-mephisto.js'
import { isFeedReference } from '../data-model/data-feed.js'
import { isMephistoError } from '../errors.js'
import type { RunPlan } from '../operations/run-plan.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { withDatabaseAsItIs } from './database-choice.js'
import { atPlace } from './desks.js'
import { checkPage, type HealthCheck } from './health-checks.js'
import { appLaunchDesk, databaseLaunchDesk } from './launch-desk.js'
import { costText } from './plan-text.js'
import type { PlaceChoice } from './place-choice.js'
import { loadModule, optionsOf, runOf, type RunFile } from './run-module.js'

/** Where a run is planned: at a place that was chosen and is well; nowhere, when it has `failed`, or `none` was chosen. */
export type PlanPlace = PlaceChoice | 'failed' | 'none'

/** What is looked at. */
export interface CheckedFile {
  readonly path: string
  /** Of a run. @default none */
  readonly profile?: string | undefined
}

/** Whether a file loads, and what it exports can be used: a run at this place, or an app with its own database. */
export async function* checkFile({ path, profile }: CheckedFile, place: PlanPlace): AsyncGenerator<HealthCheck> {
  try {
    const module = await loadModule(path)
    const app = [module['default'], module['mephisto']].find(isApp)
    if (app) yield* checkOwnApp(path, app)
    else yield* checkRun({ path, definition: runOf(path, module), profile }, place)
  } catch (error) {
    yield failed('file', error)
  }
}

function isApp(value: unknown): value is Mephisto {
  return typeof value === 'object' && value !== null && 'architect' in value && 'operator' in value && 'handler' in value
}

/** What is wrong, when it is something that we say. */
function failed(name: HealthCheck['name'], error: unknown): HealthCheck {
  if (!isMephistoError(error)) throw error
  return { name, status: 'failed', message: error.message }
}

/** Plans the run: its blueprint, options, page, provider and all of its data. */
async function* checkRun(file: RunFile, place: PlanPlace): AsyncGenerator<HealthCheck> {
  const { blueprint, schemaHash } = file.definition.implementation
  yield { name: 'file', status: 'ok', message: `${file.path} defines a run of the blueprint "${blueprint.type}", version ${schemaHash}` }
  if (place === 'failed') {
    yield { name: 'plan', status: 'warning', message: 'The run was not planned, for what failed above.' }
    return
  }
  try {
    const plan = place === 'none' ? await planAlone(file) : await planAt(file, place)
    if (plan === null) {
      yield { name: 'plan', status: 'warning', message: 'The run was not planned: its data is a feed, which may read in the database. Give --db or --url to plan it there.' }
      return
    }
    yield { name: 'plan', status: 'ok', message: `Its options, provider and data are right: ${String(plan.items)} items, ${String(plan.units)} units, ${costText(plan)}` }
    for (const { message } of plan.warnings) yield { name: 'plan', status: 'warning', message }
    if (place === 'none') yield { name: 'database', status: 'warning', message: NOT_LOOKED_AT }
  } catch (error) {
    yield failed('plan', error)
  }
}

/** What a plan does not know without a database. */
const NOT_LOOKED_AT = 'No database or app was looked at. Give --db or --url to check as well that the qualifications are there which the run requires, that its task is of this blueprint and in this project, what the budget of the project has left, and how long its units took before.'

async function planAt(file: RunFile, choice: PlaceChoice): Promise<RunPlan | null> {
  let plan: RunPlan | null = null
  await atPlace(choice, async place => { plan = await ('db' in place ? databaseLaunchDesk(place.db, file) : appLaunchDesk(place.client, file)).plan() }, withDatabaseAsItIs)
  return plan
}

/** Plans a run on a database in memory that has whatever qualification it asks for; null for one with a feed, which may read in its own database. */
async function planAlone(file: RunFile): Promise<RunPlan | null> {
  if (isFeedReference((await optionsOf(file)).data)) return null
  const db = await openDatabase({ at: ':memory:' }, { migrate: true })
  try {
    const qualifications: MephistoDb['qualifications'] = { ...db.qualifications, byName: name => Promise.resolve({ id: name, name, description: '', createdAt: 0 }) }
    return await databaseLaunchDesk({ ...db, qualifications }, file).plan()
  } finally {
    await db.close()
  }
}

/** What an app says of itself: its options were checked when it was made. */
async function* checkOwnApp(path: string, app: Mephisto): AsyncGenerator<HealthCheck> {
  const { baseUrl, taskUrl } = app.architect
  yield { name: 'file', status: 'ok', message: `${path} makes an app for ${baseUrl} with options that are right` }
  try {
    await app.operator.runs({ limit: 1 })
    yield { name: 'database', status: 'ok', message: 'The database of the app answers, with its tables.' }
  } catch (error) {
    // Any client of the host's may be behind it.
    yield { name: 'database', status: 'failed', message: `The database of the app: ${error instanceof Error ? error.message : String(error)}` }
  }
  if (taskUrl !== null) yield await checkPage(taskUrl)
  await app.close({ withinMs: 0 })
}
