import { pendingMigrations } from '../../prisma/migrate.js'
import { openClient, openDatabase, OWN_MIGRATIONS, type DatabaseAddress } from '../../prisma/open-database.js'
import { pageStatus } from '../blueprints/open-page.js'
import { isMephistoError } from '../errors.js'
import { appClient, appTrouble, type AppAddress } from './app-client.js'

/** What came of a look at one thing that an installation needs. */
export interface HealthCheck {
  readonly name: 'node' | 'database' | 'tables' | 'clock' | 'app' | 'login' | 'page' | 'file' | 'plan'
  readonly status: 'ok' | 'warning' | 'failed'
  /** One sentence, with what to do where it is not `ok`. */
  readonly message: string
}

/** The oldest Node that the SDK runs on. */
const OLDEST_NODE = [20, 19] as const
/** The clocks of hosts and databases differ by so much without meaning anything, ms. */
const CLOCK_TOLERANCE_MS = 2_000
const PAGE_TIMEOUT_MS = 10_000

/** Whether this Node is new enough. Pure. */
export function checkNode(version: string): HealthCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  if (isEnough) return { name: 'node', status: 'ok', message: `Node ${version}` }
  return { name: 'node', status: 'failed', message: `Node ${version} is too old; use ${OLDEST_NODE.join('.')} or newer.` }
}

/** Whether the database answers, has its tables, and what its clock says. Changes no table; opening an SQLite file sets its journal, also in an empty one. */
export async function checkDatabase(address: DatabaseAddress): Promise<readonly HealthCheck[]> {
  try {
    const { client, dialect, names, close } = await openClient(address)
    try {
      const pending = await pendingMigrations(client, { dialect, names })
      const database: HealthCheck = { name: 'database', status: 'ok', message: `${dialect} answers` }
      if (pending.length === 0) return [database, { name: 'tables', status: 'ok', message: 'The tables are up to date.' }, await checkClock(address)]
      return [database, { name: 'tables', status: 'failed', message: `The tables lack ${pending.join(', ')}; run mephisto migrate with the same address.${OWN_MIGRATIONS}` }]
    } finally {
      await close()
    }
  } catch (error) {
    if (!isMephistoError(error)) throw error
    return [{ name: 'database', status: 'failed', message: error.message }]
  }
}

async function checkClock(address: DatabaseAddress): Promise<HealthCheck> {
  const db = await openDatabase(address, { migrate: false })
  try {
    const [before, at, after] = [Date.now(), await db.now(), Date.now()]
    const skew = at < before ? at - before : Math.max(0, at - after)
    if (Math.abs(skew) <= CLOCK_TOLERANCE_MS) return { name: 'clock', status: 'ok', message: 'The clocks of this host and of the database agree.' }
    const seconds = String(Math.round(Math.abs(skew) / 1000))
    return { name: 'clock', status: 'warning', message: `This host's clock is ${seconds} s ${skew > 0 ? 'behind' : 'ahead of'} the database's. Leases go by the database's; links and tokens by the host's: set it right.` }
  } finally {
    await db.close()
  }
}

/** Whether Mephisto answers in an app, and as whom its login knows us. */
export async function checkApp(app: AppAddress): Promise<readonly HealthCheck[]> {
  const answers: HealthCheck = { name: 'app', status: 'ok', message: `Mephisto answers at ${app.url}` }
  try {
    const { name, roles } = await appClient(app).principal.me.query()
    return [answers, { name: 'login', status: 'ok', message: `The app knows you as ${name}: ${roles.join(', ')}` }]
  } catch (error) {
    const trouble = appTrouble(error)
    if (!isMephistoError(trouble)) throw error
    if (trouble.code !== 'unauthenticated' && trouble.code !== 'forbidden') return [{ name: 'app', status: 'failed', message: trouble.message }]
    return [answers, { name: 'login', status: 'failed', message: trouble.message }]
  }
}

/** Whether a page can be opened from here. */
export async function checkPage(url: string): Promise<HealthCheck> {
  if (!URL.canParse(url)) return { name: 'page', status: 'failed', message: `"${url}" is no address; give it whole, as in https://app.example/work.` }
  try {
    const status = await pageStatus(url, { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS), fetch })
    return { name: 'page', status: 'ok', message: `${url} answers with ${String(status)}` }
  } catch (error) {
    return { name: 'page', status: 'failed', message: (error as Error).message }
  }
}
