import { MephistoError } from '../sdk/errors.js'
import { collationFor, migrationsFound } from './baseline.js'
import type { Dialect, TableNames } from './dialect.js'
import { migrationError } from './migration-error.js'
import { committedMigrations } from './migration-list.js'
import { withLock, type IsHeld } from './migration-lock.js'
import { createOwnTables, isFinished, readRecords, type MigrationTarget } from './migration-records.js'
import { checkTableNames, checksumOf, type Migration } from './migration-sql.js'
import { applyMigration, recordMigration } from './migration-steps.js'
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
  /**
   * Records what others made instead of making it: for tables that come from Prisma Migrate or `prisma db push`. Old rows get
   * what the migrations have for them. From then on only others change the tables, and this is called after each upgrade.
   * @default false
   */
  readonly baseline?: boolean
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
 * With `baseline` it returns the names of those that it recorded: all that lead to the tables as they are, which need not
 * be the newest; {@link pendingMigrations} tells what they lack.
 *
 * Throws `database_newer` when the database has migrations, or with `baseline` columns, that are not in the list,
 * `unavailable` when one was changed after it was applied or fails, when others make the tables (without `baseline`), or
 * when the tables are not those of any migration (with it), `database_locked` and `database_unwritable` as their names say,
 * `invalid_options` for names that no table can have.
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
    return (await stateOf(await planOf(client, options))).lacking.map(({ name }) => name)
  } catch (error) {
    throw migrationError(error)
  }
}

/**
 * The statements that make texts compare as they are written in tables that Prisma made on MySQL; none elsewhere. Writes nothing.
 * Throws as {@link migrate} does with `baseline`.
 */
export async function collationStatements(client: RawClient, options: PendingOptions): Promise<readonly string[]> {
  try {
    const plan = await planOf(client, options)
    return await collationFor(plan, plan.migrations)
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
  const { baseline = false, waitMs = 120_000, lockMs = 60_000, now = Date.now } = options
  const todo = baseline ? unrecorded : unmade
  if ((await todo(plan)).length === 0) return []
  const end = performance.now() + waitMs
  const isLate = (): boolean => performance.now() >= end
  const applied: string[] = []
  const applyMissing = async (isHeld: IsHeld): Promise<'done' | 'lost'> => {
    for (const migration of await todo(plan)) {
      const outcome = await (baseline ? recordMigration : applyMigration)(plan, migration, { isHeld, now, isLate })
      if (outcome === 'lost') return 'lost'
      if (outcome === 'applied') applied.push(migration.name)
    }
    return 'done'
  }
  await createOwnTables(plan)
  const lock = { waitMs, lockMs, now, isFinished: async () => (await todo(plan)).length === 0 }
  while (await withLock(plan, lock, applyMissing) === 'lost') continue
  return applied
}

/** What is to be applied. @throws MephistoError `unavailable` where others make the tables */
async function unmade(plan: Plan): Promise<readonly Migration[]> {
  const { lacking, areMadeByOthers } = await stateOf(plan)
  if (lacking.length > 0 && areMadeByOthers) throw madeByOthers(lacking)
  return lacking
}

/** What is there without a record. */
async function unrecorded(plan: Plan): Promise<readonly Migration[]> {
  const { lacking } = await stateOf(plan)
  if (lacking.length === 0) return []
  const found = new Set(await migrationsFound(plan, plan.migrations))
  return lacking.filter(migration => found.has(migration))
}

interface State {
  readonly lacking: readonly Migration[]
  /** Whether others made the newest of what is there. */
  readonly areMadeByOthers: boolean
}

async function stateOf(plan: Plan): Promise<State> {
  const { dialect, migrations } = plan
  const inOrder = await readRecords(plan)
  const records = new Map(inOrder.map(record => [record.name, record]))
  for (const migration of migrations) {
    const checksum = records.get(migration.name)?.checksum
    if (checksum !== undefined && checksum !== checksumOf(dialect, migration)) throw changed(migration)
  }
  const names = new Set(migrations.map(migration => migration.name))
  const unknown = [...records.keys()].filter(name => !names.has(name))
  if (unknown.length > 0) throw newer(unknown)
  const lacking = migrations.filter(({ name }) => {
    const record = records.get(name)
    return record === undefined || !isFinished(record)
  })
  return { lacking, areMadeByOthers: inOrder.at(-1)?.steps === 0 }
}

function changed(migration: Migration): MephistoError {
  return new MephistoError(
    'unavailable',
    `The migration ${migration.name} was changed after it was applied to this database. `
      + 'Use the version of mephisto-sdk that the database was made with, or a later released one.',
  )
}

function madeByOthers(lacking: readonly Migration[]): MephistoError {
  return new MephistoError(
    'unavailable',
    `The tables of this database were made by other migrations than ours, and lack ${lacking.map(({ name }) => name).join(', ')}. `
      + 'Renew the models (npx mephisto init), upgrade the tables as you made them (npx prisma migrate dev or deploy), then run: npx mephisto migrate --baseline',
  )
}

function newer(names: readonly string[]): MephistoError {
  return new MephistoError(
    'database_newer',
    `The database was used by a newer version of mephisto-sdk: this one does not know ${names.join(', ')}. Update mephisto-sdk.`,
  )
}
