import type { Connection } from './connection.js'
import type { SqlQuery, SqlResultSet, SqlTransaction } from './contract.js'
import { DriverAdapterError, adapterError } from './errors.js'

/** What a transaction needs from the adapter it belongs to. */
export interface TransactionHost {
  readonly adapterName: string
  /** The connection on which `BEGIN` has been run. */
  readonly writer: Connection
  /** Ends the transaction's turn; called once. */
  release(): void
  /** Runs `work` until no other connection is in its way. */
  whileBusy<Result>(work: () => Result): Promise<Result>
}

/** One open transaction. It owns the writing connection until `commit` or `rollback`, which always give it back. */
export class SqliteTransaction implements SqlTransaction {
  readonly provider = 'sqlite' as const
  readonly adapterName: string
  /** Prisma must not send COMMIT and ROLLBACK itself. */
  readonly options = { usePhantomQuery: true }
  readonly #host: TransactionHost
  readonly #connection: Connection
  #closed = false
  #broken = false

  constructor(host: TransactionHost) {
    this.adapterName = host.adapterName
    this.#host = host
    this.#connection = host.writer
  }

  /** Prisma awaits what it gets, so the statement's work can be done at once. */
  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    this.#check()
    try {
      return this.#connection.query(query)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    this.#check()
    try {
      return this.#connection.execute(query)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  createSavepoint(name: string): Promise<void> {
    return this.#run(`SAVEPOINT ${name}`)
  }

  rollbackToSavepoint(name: string): Promise<void> {
    return this.#run(`ROLLBACK TO ${name}`)
  }

  releaseSavepoint(name: string): Promise<void> {
    return this.#run(`RELEASE SAVEPOINT ${name}`)
  }

  async commit(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      if (this.#broken) throw endedBySqlite()
      await this.#host.whileBusy(() => { this.#connection.run('COMMIT') })
    } catch (error) {
      this.#undo()
      throw adapterError(error)
    } finally {
      this.#host.release()
    }
  }

  async rollback(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#undo()
    } finally {
      this.#host.release()
    }
  }

  async #run(sql: string): Promise<void> {
    this.#check()
    try {
      this.#connection.run(sql)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #undo(): void {
    if (this.#connection.inTransaction()) this.#connection.run('ROLLBACK')
  }

  /** A statement after the end would run in nobody's transaction, or in somebody else's. */
  #check(): void {
    if (this.#broken) throw endedBySqlite()
    if (this.#closed) throw closed('the transaction has ended')
  }

  /** On a full disk and the like, SQLite rolls the whole transaction back by itself. */
  #failed(error: unknown): unknown {
    if (!this.#connection.inTransaction()) this.#broken = true
    return adapterError(error)
  }
}

const endedBySqlite = (): DriverAdapterError => closed('SQLite rolled the transaction back after an error')

function closed(text: string): DriverAdapterError {
  return new DriverAdapterError({ kind: 'TransactionAlreadyClosed', cause: text, originalCode: '', originalMessage: text })
}
