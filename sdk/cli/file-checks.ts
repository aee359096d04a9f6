import type { Mephisto } from '../create-mephisto.js'
import { formatMoney } from '../data-model/money.js'
import { isMephistoError } from '../errors.js'
import type { RunDefinition } from '../operations/run-definition.js'
import type { RunPlan } from '../operations/run-plan.js'
import { withDatabaseAsItIs } from './database-choice.js'
import { atPlace } from './desks.js'
import { checkPage, type HealthCheck } from './health-checks.js'
import { appLaunchDesk, databaseLaunchDesk } from './launch-desk.js'
import type { PlaceChoice } from './place-choice.js'
import { loadModule, runOf } from './run-module.js'

/** Whether a file loads, and what it exports can be used: a run at this place, null for one that cannot be had; or an app with its own database. */
export async function* checkFile(path: string, choice: PlaceChoice | null): AsyncGenerator<HealthCheck> {
  try {
    const module = await loadModule(path)
    const app = [module['default'], module['mephisto']].find(isApp)
    if (app) yield* checkOwnApp(path, app)
    else yield* checkRun({ path, definition: runOf(path, module) }, choice)
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
async function* checkRun(file: { readonly path: string; readonly definition: RunDefinition }, choice: PlaceChoice | null): AsyncGenerator<HealthCheck> {
  const { blueprint, schemaHash } = file.definition.implementation
  yield { name: 'file', status: 'ok', message: `${file.path} defines a run of the blueprint "${blueprint.type}", version ${schemaHash}` }
  if (choice === null) {
    yield { name: 'plan', status: 'warning', message: 'The run was not planned, for what failed above.' }
    return
  }
  try {
    const plans: RunPlan[] = []
    await atPlace(choice, async place => { plans.push(await ('db' in place ? databaseLaunchDesk(place.db, file) : appLaunchDesk(place.client, file)).plan()) }, withDatabaseAsItIs)
    for (const { items, units, cost, warnings } of plans) {
      yield { name: 'plan', status: 'ok', message: `Its options, provider and data are right: ${String(items)} items, ${String(units)} units, at most ${formatMoney(cost)}` }
      for (const { message } of warnings) yield { name: 'plan', status: 'warning', message }
    }
  } catch (error) {
    yield failed('plan', error)
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
