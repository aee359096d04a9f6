import { MephistoError } from '../sdk/errors.js'
import type { Dialect, TableNames } from './dialect.js'
import { migrationError } from './migration-error.js'
import { committedMigrations } from './migration-list.js'
import { withLock, type IsHeld } from './migration-lock.js'
import { createOwnTables, readRecords, type MigrationTarget } from './migration-records.js'
import { checkTableNames, checksumOf, type Migration } from './migration-sql.js'
import { applyMigration } from './migration-steps.js'
import type { RawClient } from './raw-client.js'

export type { Migration } from './migration-sql.js'

/** Which tables {@link pendingMigrations} looks at. */
export interface PendingOptions {
  /** What database it is. */
  readonly dialect: Dialect
  /** Where the tables are. @default the prefix `mephisto_`, in the connection's own schema */
  readonly names?: TableNames
  /** All migrations there are, oldest first. @default those of this version of the SDK */
  readonly migrations?: readonly Migration[]
}

/** What {@link migrate} applies, and how it waits. Times are milliseconds. */
export interface MigrateOptions extends PendingOptions {
  /** How long to wait for another process that is migrating. @default 120_000 */
  readonly waitMs?: number
  /** After how long without a sign of life another process counts as dead. @default 60_000 */
  readonly lockMs?: number
  /** The clock, in epoch milliseconds. @default Date.now */
  readonly now?: () => number
}

/**
 * Brings the database up to date and returns the names of the migrations that this call applied. Safe to call from any
 * number of processes at once: one applies, the others wait for it and return an empty list. On SQLite, PostgreSQL and
 * SQL Server each migration is applied whole or not at all; on MySQL, MariaDB and CockroachDB a call after a crash
 * continues behind the last statement. With nothing to do it costs one `SELECT`.
 *
 * Throws `database_newer` when the database has migrations that are not in the list, `unavailable` when one was changed
 * after it was applied or fails, `database_locked` and `database_unwritable` as their names say, `invalid_options` for
 * names that no table can have.
 */
export async function migrate(client: RawClient, options: MigrateOptions): Promise<readonly string[]> {
  try {
    return await bringUpToDate(await planOf(client, options), options)
  } catch (error) {
    throw migrationError(error)
  }
}

/**
 * The names of the migrations that the database lacks, or has only in part, oldest first. Writes nothing.
 * Throws as {@link migrate} does.
 */
export async function pendingMigrations(client: RawClient, options: PendingOptions): Promise<readonly string[]> {
  try {
    return (await missing(await planOf(client, options))).map(({ name }) => name)
  } catch (error) {
    throw migrationError(error)
  }
}

interface Plan extends MigrationTarget {
  readonly migrations: readonly Migration[]
}

async function planOf(client: RawClient, { dialect, names = {}, migrations }: PendingOptions): Promise<Plan> {
  checkTableNames(dialect, names)
  return { client, dialect, names, migrations: migrations ?? await committedMigrations(dialect) }
}

async function bringUpToDate(plan: Plan, options: MigrateOptions): Promise<readonly string[]> {
  if ((await missing(plan)).length === 0) return []
  const { waitMs = 120_000, lockMs = 60_000, now = Date.now } = options
  const end = performance.now() + waitMs
  const isLate = (): boolean => performance.now() >= end
  const applied: string[] = []
  const applyMissing = async (isHeld: IsHeld): Promise<'done' | 'lost'> => {
    for (const migration of await missing(plan)) {
      const outcome = await applyMigration(plan, migration, { isHeld, now, isLate })
      if (outcome === 'lost') return 'lost'
      if (outcome === 'applied') applied.push(migration.name)
    }
    return 'done'
  }
  await createOwnTables(plan)
  const lock = { waitMs, lockMs, now, isFinished: async () => (await missing(plan)).length === 0 }
  while (await withLock(plan, lock, applyMissing) === 'lost') continue
  return applied
}

async function missing(plan: Plan): Promise<readonly Migration[]> {
  const { dialect, migrations } = plan
  const records = new Map((await readRecords(plan)).map(record => [record.name, record]))
  for (const migration of migrations) {
    const checksum = records.get(migration.name)?.checksum
    if (checksum !== undefined && checksum !== checksumOf(dialect, migration)) throw changed(migration)
  }
  const names = new Set(migrations.map(migration => migration.name))
  const unknown = [...records.keys()].filter(name => !names.has(name))
  if (unknown.length > 0) throw newer(unknown)
  return migrations.filter(({ name }) => {
    const record = records.get(name)
    return record === undefined || record.done < record.steps
  })
}

function changed(migration: Migration): MephistoError {
  return new MephistoError(
    'unavailable',
    `The migration ${migration.name} was changed after it was applied to this database. `
      + 'Use the version of mephisto-sdk that the database was made with, or a later released one.',
  )
}

function newer(names: readonly string[]): MephistoError {
  return new MephistoError(
    'database_newer',
    `The database was used by a newer version of mephisto-sdk: this one does not know ${names.join(', ')}. Update mephisto-sdk.`,
  )
}
