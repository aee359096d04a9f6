import type { StoreLevels } from '../../ports/level-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Logger } from '../../ports/runtime.js'
import type { Level, ReadLevels } from '../../ports/telemetry.js'
import { withinMs } from '../time-limit.js'

/** Whoever asks again so soon is told the same. A scrape must be answered within seconds, also when the database is not. */
const FRESH_MS = 5_000
const LONGEST_MS = 5_000
const MOST = 10_000

/** Reads the levels of a database. Everybody who asks at once shares one reading, and the next few seconds have the same. */
export function createLevels({ db, logger }: { readonly db: MephistoDb; readonly logger: Logger }): ReadLevels {
  let latest: { readonly until: number; readonly levels: Promise<readonly Level[]> } | null = null
  let wasUp = true
  /** One that takes longer than anybody waits is still the only one. */
  let reading: Promise<readonly Level[]> | null = null

  async function fromDatabase(): Promise<readonly Level[]> {
    const at = await db.now()
    return levelsOf(await db.levels.read(at, MOST), at)
  }

  async function read(): Promise<readonly Level[]> {
    try {
      const levels = await withinMs(LONGEST_MS, () => (reading ??= fromDatabase().finally(() => { reading = null })))
      wasUp = true
      return levels
    } catch (err) {
      if (wasUp) logger.warn({ err }, 'the levels could not be read from the database; they are left out of the metrics until they can')
      wasUp = false
      return [{ name: 'mephisto.database.up', value: 0, attributes: {} }]
    }
  }

  return () => {
    // A stopwatch, not a clock: nothing is decided by what time it is.
    const now = performance.now()
    if (latest === null || now >= latest.until) latest = { until: now + FRESH_MS, levels: read() }
    return latest.levels
  }
}

/** What the database says as values of instruments. Pure. */
export function levelsOf({ runs, underWay, leases, unreviewed, onboardings, calls }: StoreLevels, at: number): readonly Level[] {
  const level = (name: Level['name'], value: number, attributes: Level['attributes'] = {}): Level => ({ name, value, attributes })
  const openUnits = summed(underWay.map(work => [work.blueprintType, work.unitsOpen]))
  const money = summed(underWay.flatMap(({ currency, reservedMinor, owedMinor, paidMinor }) =>
    [[`reserved/${currency}`, reservedMinor], [`owed/${currency}`, owedMinor], [`paid/${currency}`, paidMinor]] as const))
  return [
    level('mephisto.database.up', 1),
    ...runs.map(({ status, runs }) => level('mephisto.runs', runs, { status })),
    ...[...openUnits].map(([blueprint, units]) => level('mephisto.units.open', units, { blueprint })),
    level('mephisto.units.unreviewed', unreviewed),
    ...leases.map(({ kind, leases }) => level('mephisto.leases', leases, { kind })),
    level('mephisto.leases.overdue', leases.reduce((sum, { overdue }) => sum + overdue, 0)),
    ...onboardings.map(({ status, agents }) => level('mephisto.onboardings', agents, { status })),
    ...[...money].map(([key, minor]) => {
      const [account = '', currency = ''] = key.split('/')
      return level('mephisto.money', minor, { account, currency })
    }),
    ...calls.map(({ topic, status, calls }) => level('mephisto.outbox.calls', calls, { topic, status })),
    ...calls.filter(({ status }) => status === 'pending').map(({ topic, dueSince }) => level('mephisto.outbox.overdue', dueSince === null ? 0 : Math.max(0, at - dueSince) / 1000, { topic })),
  ]
}

function summed(values: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [key, value] of values) sums.set(key, (sums.get(key) ?? 0) + value)
  return sums
}
