import { setTimeout as pause } from 'node:timers/promises'
import { quoted, tableName, type Dialect, type TableNames } from './dialect.js'
import { isAlreadyThere } from './migration-error.js'
import { migratorTables } from './migration-list.js'
import { checksumOf, ownStatement, type Migration } from './migration-sql.js'
import { databaseFailure, isDuplicate, type RawClient, type RawStatements } from './raw-client.js'

/** What the database remembers of a migration that was begun. */
export interface MigrationRecord {
  readonly name: string
  readonly checksum: string
  /** How many statements it has, and how many of them have been run. No statements: others made what it makes. */
  readonly steps: number
  readonly done: number
  /** When the last one was run, epoch milliseconds; 0 before that, {@link REFUSED} after the database refused one. */
  readonly finishedMs: number
}

/** Marks that the statement after the last one done is known not to have been run by us. */
export const REFUSED = -1

/** Where the tables are that a migration changes, and how to write to them. */
export interface MigrationTarget {
  readonly client: RawClient
  readonly dialect: Dialect
  readonly names: TableNames
}

/** The migrations that were begun on a database, none where nothing was ever migrated. */
export async function readRecords({ client, dialect, names }: MigrationTarget, on: RawStatements = client): Promise<MigrationRecord[]> {
  const sql = ownStatement(dialect, 'SELECT name, checksum, steps, done, finished_ms FROM {t:migration} ORDER BY name', names)
  try {
    const rows = await on.$queryRawUnsafe<{ name: string; checksum: string; steps: unknown; done: unknown; finished_ms: unknown }[]>(sql)
    return rows.map(({ name, checksum, steps, done, finished_ms }) =>
      ({ name, checksum, steps: Number(steps), done: Number(done), finishedMs: Number(finished_ms) }))
  } catch (error) {
    if (databaseFailure(error).kind === 'TableDoesNotExist') return []
    throw error
  }
}

/** True when nothing of a migration is left to be done. */
export function isFinished({ done, steps }: MigrationRecord): boolean {
  return done >= steps
}

/** Notes a migration of which `done` of `steps` statements have been run. */
export async function addRecord(
  { dialect, names }: MigrationTarget, on: RawStatements, record: { migration: Migration; steps: number; done: number; finishedMs: number },
): Promise<void> {
  const { migration, steps, done, finishedMs } = record
  await on.$executeRawUnsafe(
    ownStatement(dialect, 'INSERT INTO {t:migration} (name, checksum, steps, done, finished_ms) VALUES (?, ?, ?, ?, ?)', names),
    migration.name, checksumOf(dialect, migration), steps, done, finishedMs,
  )
}

/** Notes that one more statement was run. False when the note is no longer as it was: another process is at work. */
export async function advanceRecord(
  { client, dialect, names }: MigrationTarget, name: string, { from, finishedMs }: { from: number; finishedMs: number },
): Promise<boolean> {
  const sql = ownStatement(dialect, 'UPDATE {t:migration} SET done = ?, finished_ms = ? WHERE name = ? AND done = ?', names)
  return await client.$executeRawUnsafe(sql, from + 1, finishedMs, name, from) === 1
}

/** Notes that the database refused the next statement, so that nobody takes what it found there for ours. */
export async function markRefused({ client, dialect, names }: MigrationTarget, name: string): Promise<void> {
  await client.$executeRawUnsafe(ownStatement(dialect, 'UPDATE {t:migration} SET finished_ms = ? WHERE name = ?', names), REFUSED, name)
}

/** Forgets a migration that was only begun. */
export async function removeUnfinished({ dialect, names }: MigrationTarget, on: RawStatements, name: string): Promise<void> {
  await on.$executeRawUnsafe(ownStatement(dialect, 'DELETE FROM {t:migration} WHERE name = ? AND done < steps', names), name)
}

/** Makes the migrator's own two tables, and on PostgreSQL and CockroachDB the schema they are to be in. */
export async function createOwnTables(target: MigrationTarget): Promise<void> {
  if (await isSchemaMissing(target)) await untilThere(target.client, `CREATE SCHEMA IF NOT EXISTS ${quoted(target.dialect, target.names.schema ?? '')}`)
  for (const table of await migratorTables(target.dialect)) await untilThere(target.client, ifMissing(target, table))
}

/** Asked first: `CREATE SCHEMA IF NOT EXISTS` needs the right to make schemas even where there is nothing to make. */
async function isSchemaMissing({ client, dialect, names: { schema } }: MigrationTarget): Promise<boolean> {
  if (schema === undefined || (dialect !== 'postgresql' && dialect !== 'cockroachdb')) return false
  const found = await client.$queryRawUnsafe<unknown[]>('SELECT 1 AS found FROM pg_catalog.pg_namespace WHERE nspname = $1', schema)
  return found.length === 0
}

function ifMissing({ dialect, names }: MigrationTarget, createTable: string): string {
  if (dialect === 'sqlserver') {
    const table = /\{t:(\w+)\}/.exec(createTable)?.[1] ?? ''
    const literal = tableName(dialect, table, names).replaceAll("'", "''")
    return `IF OBJECT_ID(N'${literal}', N'U') IS NULL ${ownStatement(dialect, createTable, names)}`
  }
  return ownStatement(dialect, createTable.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'), names)
}

const TRIES = 20

/** Processes that make the same thing at once get in each other's way: PostgreSQL reports it as a unique violation. */
async function untilThere(client: RawClient, sql: string): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await client.$executeRawUnsafe(sql)
      return
    } catch (error) {
      if (left === 0 || !isRace(error)) throw error
      await pause(25 + Math.random() * 50)
    }
  }
}

/** XX000: "tuple concurrently updated". */
function isRace(error: unknown): boolean {
  const { kind, nativeCode } = databaseFailure(error)
  return isDuplicate(error) || isAlreadyThere(error) || kind === 'TransactionWriteConflict' || nativeCode === 'XX000'
}
