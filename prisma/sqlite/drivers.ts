import { createRequire } from 'node:module'
import { MephistoError } from '../../sdk/errors.js'

/** A value as SQLite takes and gives it; integers come back as bigint. */
export type SqliteValue = null | number | bigint | string | Uint8Array

/** A result column: its name and the type its table declares, if it is a table's column. */
export interface DriverColumn {
  readonly name: string
  readonly type: string | null
}

/** One prepared statement. Everything is synchronous and throws the driver's own errors. */
export interface DriverStatement {
  /** True when the statement returns rows. */
  readonly returnsRows: boolean
  columns(): readonly DriverColumn[]
  /** Runs the statement and returns its rows as lists of values. */
  all(values: SqliteValue[]): SqliteValue[][]
  /** Runs a statement without rows and returns how many rows it changed. */
  run(values: SqliteValue[]): number
}

/** One open connection. Everything is synchronous and throws the driver's own errors. */
export interface DriverDatabase {
  /** Runs one or more statements without parameters. */
  exec(sql: string): void
  prepare(sql: string): DriverStatement
  /** True between `BEGIN` and the end of the transaction, also when SQLite ended it by itself. */
  inTransaction(): boolean
  close(): void
}

/** A way to reach SQLite. */
export interface Driver {
  readonly name: 'node:sqlite' | 'libsql'
  /** @param waitMs how long one statement may block for a lock, in milliseconds */
  open(path: string, waitMs: number): DriverDatabase
}

/** Loads a module by name or throws, as `require` does. */
export type Load = (name: string) => unknown

const WAYS: readonly ((load: Load) => Driver | undefined)[] = [nodeDriver, libsqlDriver]
let chosen: Driver | undefined

/**
 * The SQLite that is there: Node's own where it is complete (Node 22.16 and later), else the package `libsql`.
 * Throws `unavailable` when there is neither.
 *
 * @param load replaces `require` in tests
 */
export function chooseDriver(load?: Load): Driver {
  if (load === undefined) return chosen ??= firstOf(createRequire(import.meta.url) as Load)
  return firstOf(load)
}

function firstOf(load: Load): Driver {
  const failures: unknown[] = []
  for (const way of WAYS) {
    try {
      const driver = way(load)
      if (driver !== undefined) return driver
    } catch (error) {
      failures.push(error)
    }
  }
  throw new MephistoError(
    'unavailable',
    `No SQLite found: Node ${process.versions.node} has no complete node:sqlite, and the package libsql cannot be loaded. `
      + 'Either run on Node 24 (or 22.16 and later), or install it: npm install libsql',
    { cause: new AggregateError(failures, 'neither node:sqlite nor libsql could be loaded') },
  )
}

interface NodeStatement {
  setReadBigInts(enabled: boolean): void
  setReturnArrays(enabled: boolean): void
  columns(): readonly DriverColumn[]
  all(...values: SqliteValue[]): SqliteValue[][]
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
}

interface NodeDatabase {
  readonly isTransaction?: boolean
  exec(sql: string): void
  prepare(sql: string): NodeStatement
  close(): void
}

interface NodeModule {
  readonly DatabaseSync: new (path: string, options: { timeout: number }) => NodeDatabase
  readonly StatementSync: { readonly prototype: object }
}

function nodeDriver(load: Load): Driver | undefined {
  const { DatabaseSync, StatementSync } = load('node:sqlite') as NodeModule
  if (!('setReturnArrays' in StatementSync.prototype)) return undefined
  if (!tellsTransactions(DatabaseSync)) return undefined
  return {
    name: 'node:sqlite',
    open: (path, waitMs) => {
      const database = new DatabaseSync(path, { timeout: waitMs })
      return {
        exec: sql => { database.exec(sql) },
        inTransaction: () => database.isTransaction === true,
        close: () => { database.close() },
        prepare: sql => {
          const statement = database.prepare(sql)
          statement.setReadBigInts(true)
          statement.setReturnArrays(true)
          return {
            returnsRows: statement.columns().length > 0,
            columns: () => statement.columns(),
            all: values => statement.all(...values),
            run: values => Number(statement.run(...values).changes),
          }
        },
      }
    },
  }
}

/** The property is made with each database, so that only an open one can say whether it is there. */
function tellsTransactions(DatabaseSync: NodeModule['DatabaseSync']): boolean {
  const database = new DatabaseSync(':memory:', { timeout: 0 })
  try {
    return typeof database.isTransaction === 'boolean'
  } finally {
    database.close()
  }
}

interface LibsqlStatement {
  readonly reader: boolean
  raw(): unknown
  safeIntegers(): unknown
  columns(): readonly DriverColumn[]
  all(values: SqliteValue[]): SqliteValue[][]
  run(values: SqliteValue[]): { readonly changes: number }
}

interface LibsqlDatabase {
  readonly inTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): LibsqlStatement
  close(): void
}

type LibsqlModule = new (path: string, options: { timeout: number }) => LibsqlDatabase

function libsqlDriver(load: Load): Driver {
  const Database = load('libsql') as LibsqlModule
  return {
    name: 'libsql',
    open: (path, waitMs) => {
      const database = new Database(path, { timeout: waitMs })
      return {
        exec: sql => { database.exec(sql) },
        inTransaction: () => database.inTransaction,
        close: () => { database.close() },
        prepare: sql => {
          const statement = database.prepare(sql)
          statement.safeIntegers()
          const returnsRows = statement.reader
          if (returnsRows) statement.raw()
          return {
            returnsRows,
            columns: () => statement.columns(),
            all: values => statement.all(values),
            run: values => statement.run(values).changes,
          }
        },
      }
    },
  }
}
