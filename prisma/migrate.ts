import { createHash } from 'node:crypto'
import { MephistoError } from '../sdk/errors.js'
import { withLock } from './migration-lock.js'
import { migrationError } from './migration-error.js'
import { databaseFailure } from './raw-client.js'
import type { RawClient, RawStatements } from './raw-client.js'

/** One step of the database's structure. Never changed once released. */
export interface Migration {
  /** Sorts in the order in which migrations are applied: `0001_initial`. */
  readonly name: string
  /** Single statements, without semicolons. */
  readonly statements: readonly string[]
}

/** What {@link migrate} applies, and how it waits. Times are milliseconds. */
export interface MigrateOptions {
  /** Only SQLite so far: its placeholders, and DDL that belongs to the transaction it runs in. */
  readonly dialect: 'sqlite'
  /** All migrations there are, oldest first. */
  readonly migrations: readonly Migration[]
  /** Starts the names of the two tables this keeps; `mephisto_` unless said otherwise. */
  readonly prefix?: string
  /** How long to wait for another process that is migrating; 120 000 unless said otherwise. */
  readonly waitMs?: number
  /** After how long without a sign of life another process counts as dead; 60 000 unless said otherwise. */
  readonly lockMs?: number
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

interface AppliedRow {
  readonly name: string
  readonly checksum: string
}

/** A migration of thousands of statements may take its time; Prisma's own limit is 5 s. */
const TRANSACTION_LIMITS = { maxWait: 60_000, timeout: 300_000 }

/**
 * Brings the database up to date and returns the names of the migrations that this call applied. Safe to call from any
 * number of processes at once: one applies, the others wait for it and return an empty list. Each migration is applied
 * whole or not at all, so a call after a crash continues where the last one stopped. With nothing to do it costs one
 * `SELECT`.
 *
 * Throws `database_newer` when the database has migrations that are not in the list, `unavailable` when one was changed
 * after it was applied or fails, `database_locked` and `database_unwritable` as their names say.
 */
export async function migrate(client: RawClient, options: MigrateOptions): Promise<readonly string[]> {
  try {
    return await new Migrator(client, options).run()
  } catch (error) {
    throw migrationError(error)
  }
}

class Migrator {
  readonly #client: RawClient
  readonly #migrations: readonly Migration[]
  readonly #table: string
  readonly #lockTable: string
  readonly #waits: { readonly lockMs: number; readonly waitMs: number; readonly now: () => number }

  constructor(client: RawClient, options: MigrateOptions) {
    const { prefix = 'mephisto_', waitMs = 120_000, lockMs = 60_000, now = Date.now } = options
    this.#client = client
    this.#migrations = options.migrations
    this.#table = `"${prefix}migration"`
    this.#lockTable = `"${prefix}lock"`
    this.#waits = { lockMs, waitMs, now }
  }

  async run(): Promise<readonly string[]> {
    if ((await this.#missing()).length === 0) return []
    await this.#createTables()
    const isFinished = async (): Promise<boolean> => (await this.#missing()).length === 0
    return await withLock(this.#client, { table: this.#lockTable, ...this.#waits, isFinished }, () => this.#applyMissing()) ?? []
  }

  async #applyMissing(): Promise<string[]> {
    const applied: string[] = []
    for (const migration of await this.#missing()) {
      if (await this.#apply(migration)) applied.push(migration.name)
    }
    return applied
  }

  /** False when another process was faster, which can only be if this one lost the lock by standing still. */
  #apply(migration: Migration): Promise<boolean> {
    return this.#client.$transaction(async transaction => {
      if ((await this.#applied(transaction)).some(row => row.name === migration.name)) return false
      for (const statement of migration.statements) await transaction.$executeRawUnsafe(statement)
      const steps = migration.statements.length
      await transaction.$executeRawUnsafe(
        `INSERT INTO ${this.#table} (name, checksum, steps, done, finished_ms) VALUES (?, ?, ?, ?, ?)`,
        migration.name, checksumOf(migration), steps, steps, this.#waits.now(),
      )
      return true
    }, TRANSACTION_LIMITS)
  }

  async #missing(): Promise<readonly Migration[]> {
    const applied = new Map((await this.#applied(this.#client)).map(row => [row.name, row.checksum]))
    for (const migration of this.#migrations) {
      const checksum = applied.get(migration.name)
      if (checksum !== undefined && checksum !== checksumOf(migration)) throw changed(migration)
    }
    const names = new Set(this.#migrations.map(migration => migration.name))
    const unknown = [...applied.keys()].filter(name => !names.has(name))
    if (unknown.length > 0) throw newer(unknown)
    return this.#migrations.filter(migration => !applied.has(migration.name))
  }

  async #applied(client: RawStatements): Promise<AppliedRow[]> {
    try {
      return await client.$queryRawUnsafe<AppliedRow[]>(`SELECT name, checksum FROM ${this.#table} ORDER BY name`)
    } catch (error) {
      if (databaseFailure(error).kind === 'TableDoesNotExist') return []
      throw error
    }
  }

  /** `steps` and `done` count statements, for databases where a migration cannot be one transaction. */
  async #createTables(): Promise<void> {
    await this.#client.$executeRawUnsafe(
      `CREATE TABLE IF NOT EXISTS ${this.#lockTable} (name VARCHAR(64) NOT NULL PRIMARY KEY, `
        + 'owner VARCHAR(64) NOT NULL, until_ms BIGINT NOT NULL)',
    )
    await this.#client.$executeRawUnsafe(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (name VARCHAR(128) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, `
        + 'steps INTEGER NOT NULL, done INTEGER NOT NULL, finished_ms BIGINT NOT NULL)',
    )
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join(';\n')).digest('hex')
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
