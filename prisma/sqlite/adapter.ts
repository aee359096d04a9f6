import { whileBusy } from './busy.js'
import type { Connection } from './connection.js'
import type { SqlAdapter, SqlAdapterFactory, SqlQuery, SqlResultSet, SqlTransaction } from './contract.js'
import { DriverAdapterError, adapterError } from './errors.js'
import { FifoLock } from './lock.js'
import { openDatabase } from './open.js'
import type { OpenDatabase } from './open.js'
import { isRead, changesTables } from '../statement-kind.js'
import { SqliteTransaction } from './transaction.js'
import type { TransactionHost } from './transaction.js'

/** Where the database is and how it is kept. */
export interface SqliteAdapterOptions {
  /** Path of the database file, made if it is missing (its folder is not); `:memory:` for one that is never written. */
  readonly file: string
  /**
   * `normal` (the default) keeps everything when the process dies and may lose the last moments when the machine loses
   * power; `full` keeps those too and makes each write about three times slower.
   */
  readonly synchronous?: 'normal' | 'full'
  /** How long to wait while another program holds the database, in milliseconds; 5000 unless said otherwise. */
  readonly busyMs?: number
}

const ADAPTER_NAME = 'mephisto-sqlite'
const DEFAULT_BUSY_MS = 5000
/** SQLite's own limit of parameters in one statement. */
const MAX_BIND_VALUES = 32_766

/**
 * A driver adapter of Prisma 7 for SQLite: `new PrismaClient({ adapter: sqliteAdapter({ file: 'data/mephisto.db' }) })`.
 *
 * Transactions and writes take turns, in the order in which they came, so that nothing runs inside another's transaction;
 * reads outside transactions have a connection of their own and never wait. Waiting leaves the event loop free. When
 * another program holds the database for longer than `busyMs`, the error is Prisma's P2034 (try again).
 *
 * Opening happens at the client's first use and fails with `database_unwritable`, `database_locked` or `unavailable`.
 */
export function sqliteAdapter(options: SqliteAdapterOptions): SqlAdapterFactory {
  const { file, synchronous = 'normal', busyMs = DEFAULT_BUSY_MS } = options
  return {
    provider: 'sqlite',
    adapterName: ADAPTER_NAME,
    connect: async () => new SqliteAdapter(await openDatabase({ file, synchronous, busyMs }), busyMs),
  }
}

class SqliteAdapter implements SqlAdapter, TransactionHost {
  readonly provider = 'sqlite' as const
  readonly adapterName = ADAPTER_NAME
  readonly writer: Connection
  readonly #reader: Connection
  readonly #busyMs: number
  readonly #lock = new FifoLock()
  #open = true

  constructor(database: OpenDatabase, busyMs: number) {
    this.writer = database.writer
    this.#reader = database.reader
    this.#busyMs = busyMs
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    if (this.#reader === this.writer || !isRead(query.sql)) return this.#write(query.sql, () => this.writer.query(query))
    try {
      return await this.whileBusy(() => this.#reader.query(query))
    } catch (error) {
      throw adapterError(error)
    }
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.#write(query.sql, () => this.writer.execute(query))
  }

  async executeScript(script: string): Promise<void> {
    await this.#write(script, () => { this.writer.run(script) })
    this.#forgetStatements()
  }

  async startTransaction(isolationLevel?: string): Promise<SqlTransaction> {
    if (isolationLevel !== undefined && isolationLevel !== 'SERIALIZABLE') throw unknownLevel(isolationLevel)
    await this.#lock.acquire()
    try {
      await this.whileBusy(() => { this.writer.run('BEGIN IMMEDIATE') })
    } catch (error) {
      this.#lock.release()
      throw adapterError(error)
    }
    return new SqliteTransaction(this)
  }

  getConnectionInfo(): { maxBindValues: number; supportsRelationJoins: boolean } {
    return { maxBindValues: MAX_BIND_VALUES, supportsRelationJoins: false }
  }

  async dispose(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    if (this.#reader !== this.writer) this.#reader.close()
    this.#emptyLog()
    this.writer.close()
  }

  /** A file that nobody uses any more is whole by itself, so that it can be copied: libsql would leave all in its log. */
  #emptyLog(): void {
    try {
      this.writer.run('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch { /* Somebody else still uses the file, or its disk is full: whoever opens it next reads the log. */ }
  }

  whileBusy<Result>(work: () => Result): Promise<Result> {
    return whileBusy(this.#busyMs, work)
  }

  release(): void {
    this.#lock.release()
  }

  async #write<Result>(sql: string, work: () => Result): Promise<Result> {
    const turn = this.#lock.acquire()
    if (turn !== undefined) await turn
    try {
      const result = await this.whileBusy(work)
      if (changesTables(sql)) this.#forgetStatements()
      return result
    } catch (error) {
      throw adapterError(error)
    } finally {
      this.#lock.release()
    }
  }

  #forgetStatements(): void {
    this.writer.forgetStatements()
    this.#reader.forgetStatements()
  }
}

function unknownLevel(level: string): DriverAdapterError {
  const text = `SQLite knows no isolation level ${level}`
  return new DriverAdapterError({ kind: 'InvalidIsolationLevel', level, originalCode: '', originalMessage: text })
}
