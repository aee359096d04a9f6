import pg from 'pg'
import { MephistoError } from '../../sdk/errors.js'
import type { RawStatements } from '../raw-client.js'
import { DriverFailure, networkKind, type FailureKind } from './driver-failure.js'
import type { ServerClient } from './server-client.js'
import { runTransaction, type OpenTransaction } from './transaction.js'

/** How to reach a PostgreSQL server. */
export interface PostgresClientOptions {
  /** `postgresql://user:password@host:5432/database`. */
  readonly url: string
  /** Most connections open at once; more are no faster. @default 10 */
  readonly connections?: number
  /**
   * Whether statements are prepared once a connection under a name. Turn it off behind a pooler that gives each
   * transaction another connection and cannot follow prepared statements. @default true
   */
  readonly preparedStatements?: boolean
}

const MOST_NAMES = 2_000

/**
 * A pool of connections to PostgreSQL. Nothing is connected until the first statement.
 * @throws MephistoError `invalid_options` when the address is not one of PostgreSQL
 */
export function openPostgresClient({ url, connections = 10, preparedStatements = true }: PostgresClientOptions): ServerClient {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new MephistoError('invalid_options', 'url: must look like postgresql://user:password@host:5432/database.')
  }
  const pool = new pg.Pool({
    connectionString: url, max: connections, connectionTimeoutMillis: 10_000, types: { getTypeParser },
    // A process that stands still in the middle of a transaction must not keep others from its rows for longer than this.
    verify: (connection, done) => {
      connection.query("SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '10s'").then(() => { done() }, done)
    },
  })
  // An idle connection that the server closed leaves the pool by itself; without a listener it would end the process.
  pool.on('error', () => undefined)
  const names = new Map<string, string>()
  const nameOf = (sql: string): string | undefined => {
    const known = names.get(sql)
    if (known !== undefined || !preparedStatements || names.size >= MOST_NAMES) return known
    const name = `mephisto_${String(names.size)}`
    names.set(sql, name)
    return name
  }
  const statementsOn = (connection: pg.Pool | pg.PoolClient): RawStatements => {
    const run = async (sql: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
      const name = nameOf(sql)
      try {
        return await connection.query({ text: sql, values: [...values], ...(name === undefined ? {} : { name }) })
      } catch (error) {
        throw failure(error)
      }
    }
    return {
      $executeRawUnsafe: async (sql, ...values) => (await run(sql, values)).rowCount ?? 0,
      $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => (await run(sql, values)).rows as Rows,
    }
  }
  const begin = async (): Promise<OpenTransaction> => {
    const connection = await pool.connect().catch((error: unknown) => { throw failure(error) })
    let isBroken = false
    const note = (): void => { isBroken = true }
    connection.on('error', note)
    const end = async (sql: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      try {
        const { command } = await connection.query(sql)
        if (command !== sql) throw Object.assign(new Error('the transaction had failed before its commit and was rolled back'), { code: '40000' })
      } catch (error) {
        isBroken ||= networkKind(error) !== undefined || sql === 'ROLLBACK'
        throw failure(error)
      } finally {
        connection.off('error', note)
        connection.release(isBroken)
      }
    }
    try {
      await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    } catch (error) {
      connection.off('error', note)
      connection.release(true)
      throw failure(error)
    }
    return { ...statementsOn(connection), commit: () => end('COMMIT'), rollback: () => end('ROLLBACK') }
  }
  let ending: Promise<void> | undefined
  return {
    client: { ...statementsOn(pool), $transaction: (work, options) => runTransaction(begin, work, options) },
    close: () => ending ??= pool.end(),
  }
}

const INT8 = 20
const types = pg.types as { getTypeParser(oid: number, format?: string): unknown }

/** BIGINT comes as text; ours are numbers below 2^53 and larger ones stay exact as BigInt. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 && format !== 'binary') return text => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text))
  return types.getTypeParser(oid, format) as (value: string) => unknown
}

/** SQLSTATE codes (PostgreSQL documentation, appendix A) and classes, first two characters. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  '23505': 'UniqueConstraintViolation', '23503': 'ForeignKeyConstraintViolation', '23502': 'NullConstraintViolation',
  '22003': 'ValueOutOfRange', '22P05': 'InvalidInputValue', '22021': 'InvalidInputValue',
  '42P01': 'TableDoesNotExist', '3F000': 'TableDoesNotExist', '3D000': 'DatabaseDoesNotExist',
  '40000': 'TransactionWriteConflict', '40001': 'TransactionWriteConflict', '40P01': 'TransactionWriteConflict', '55P03': 'TransactionWriteConflict',
  '53300': 'TooManyConnections', '53100': 'StorageFull', '25006': 'ReadOnly', '25P03': 'ConnectionClosed', '25P04': 'ConnectionClosed',
  '57P01': 'ConnectionClosed', '57P02': 'ConnectionClosed', '57P03': 'DatabaseNotReachable', '57P05': 'ConnectionClosed',
}
const CLASSES: Readonly<Record<string, FailureKind>> = { '08': 'ConnectionClosed', '28': 'AuthenticationFailed' }

function failure(error: unknown): DriverFailure {
  if (error instanceof DriverFailure) return error
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; message?: unknown }
  const state = typeof code === 'string' ? code : ''
  const known = KINDS[state] ?? CLASSES[state.slice(0, 2)] ?? networkKind(error)
  if (known !== undefined) return new DriverFailure(known, error)
  // The driver has no codes for these.
  if (typeof message === 'string' && /Connection terminated|connection timeout|Client has encountered a connection error|not queryable/i.test(message)) {
    return new DriverFailure(/timeout exceeded when trying to connect/.test(message) ? 'DatabaseNotReachable' : 'ConnectionClosed', error)
  }
  if (typeof message === 'string' && /SASL|password must be a string/.test(message)) return new DriverFailure('AuthenticationFailed', error)
  return new DriverFailure('Other', error)
}
