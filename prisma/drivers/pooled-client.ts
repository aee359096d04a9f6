import type { RawStatements } from '../raw-client.js'
import { changesTables } from '../statement-kind.js'
import { DriverFailure } from './driver-failure.js'
import { inTime } from './in-time.js'
import type { ServerClient } from './server-client.js'
import { runTransaction, type OpenTransaction } from './transaction.js'

/** What a statement brought. */
export interface StatementResult {
  readonly rows: unknown
  /** How many rows it changed. */
  readonly changed: number
}

/** A connection while somebody has it. Errors are {@link DriverFailure}s. */
export interface PooledConnection {
  run(sql: string, values: readonly unknown[]): Promise<StatementResult>
  /** Runs `BEGIN` in the database's words, `COMMIT` or `ROLLBACK`. */
  control(sql: string): Promise<void>
  /** Gives the connection back to the pool, or cuts it: what is still under way on it need not settle. */
  release(isBroken: boolean): void
}

/** A driver's pool of connections. */
export interface ConnectionPool {
  /** How a transaction begins here. */
  readonly begin: string
  /** A connection that nobody else has. Rejects with a {@link DriverFailure}. */
  acquire(): Promise<PooledConnection>
  end(): Promise<void>
}

/** Nobody waits longer for a connection to be free or made, ms. */
const ACQUIRE_MS = 12_000
/** A statement without an answer for this long has lost its server, ms. Longer than the longest wait for a lock. */
const ANSWER_MS = 15_000
/** The same for a statement that changes tables, which may have many rows to read. */
const CHANGE_TABLES_MS = 300_000
const CLOSE_MS = 5_000

/** Raw statements on a pool. Each gets an answer or an error: a connection that says nothing for 15 s is cut. */
export function pooledClient(pool: ConnectionPool): ServerClient {
  const acquire = async (): Promise<PooledConnection> => {
    try {
      return await inTime(pool.acquire(), { ms: ACQUIRE_MS, tooLate: () => silence('no connection', ACQUIRE_MS), onLate: late => { late.release(false) } })
    } catch (error) {
      // Nothing was sent yet.
      throw isLost(error) ? new DriverFailure('DatabaseNotReachable', error.driverError) : error
    }
  }
  const alone = async (sql: string, values: readonly unknown[]): Promise<StatementResult> => {
    const connection = await acquire()
    try {
      const result = await answered(connection.run(sql, values), sql)
      connection.release(false)
      return result
    } catch (error) {
      connection.release(isOver(error))
      throw error
    }
  }
  const begin = async (): Promise<OpenTransaction> => {
    const connection = await acquire()
    let isCut = false
    const cut = (): void => {
      if (!isCut) connection.release(true)
      isCut = true
    }
    const run = async <T>(sql: string, answer: Promise<T>): Promise<T> => {
      try {
        return await answered(answer, sql)
      } catch (error) {
        if (isOver(error)) cut()
        throw error
      }
    }
    const control = async (sql: string): Promise<void> => {
      if (isCut) throw lost()
      await run(sql, connection.control(sql)).catch((error: unknown) => {
        cut()
        throw error
      })
    }
    const end = async (sql: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      await control(sql)
      connection.release(false)
    }
    await control(pool.begin)
    const statements = statementsOf(async (sql, values) => {
      if (isCut) throw lost()
      return run(sql, connection.run(sql, values))
    })
    return { ...statements, commit: () => end('COMMIT'), rollback: () => end('ROLLBACK') }
  }
  let ending: Promise<void> | undefined
  return {
    client: { ...statementsOf(alone), $transaction: (work, options) => runTransaction(begin, work, options) },
    // A server that is gone does not say goodbye.
    close: () => ending ??= inTime(pool.end(), { ms: CLOSE_MS, tooLate: () => silence('no goodbye', CLOSE_MS) }).catch(() => undefined),
  }
}

function statementsOf(run: (sql: string, values: readonly unknown[]) => Promise<StatementResult>): RawStatements {
  return {
    $executeRawUnsafe: async (sql, ...values) => (await run(sql, values)).changed,
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => (await run(sql, values)).rows as Rows,
  }
}

function answered<T>(answer: Promise<T>, sql: string): Promise<T> {
  const ms = changesTables(sql) ? CHANGE_TABLES_MS : ANSWER_MS
  return inTime(answer, { ms, tooLate: () => silence('no answer', ms) })
}

function silence(what: string, ms: number): DriverFailure {
  return new DriverFailure('ConnectionClosed', new Error(`${what} for ${String(ms / 1000)} s`))
}

function lost(): DriverFailure {
  return new DriverFailure('ConnectionClosed', new Error('the connection was lost before'))
}

/** The connection is gone, or the server is about to close it: it does not read a statement that is too large to its end. */
function isOver(error: unknown): boolean {
  return isLost(error) || (error instanceof DriverFailure && error.cause.kind === 'StatementTooLarge')
}

function isLost(error: unknown): error is DriverFailure {
  return error instanceof DriverFailure && error.cause.kind === 'ConnectionClosed'
}
