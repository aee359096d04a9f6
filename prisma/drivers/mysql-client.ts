import { createPool, type Pool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise'
import { MephistoError } from '../../sdk/errors.js'
import type { RawStatements } from '../raw-client.js'
import { DriverFailure, networkKind, type FailureKind } from './driver-failure.js'
import type { ServerClient } from './server-client.js'
import { runTransaction, type OpenTransaction } from './transaction.js'

/** How to reach a MariaDB (10.6 or newer) or MySQL (8 or newer) server. */
export interface MysqlClientOptions {
  /** `mysql://user:password@host:3306/database`. */
  readonly url: string
  /** Most connections open at once; more are no faster. @default 10 */
  readonly connections?: number
}

/**
 * Every connection reads what was committed last, as the other databases do, waits for a row at most 10 s, and takes
 * texts as they are written. The last one is MariaDB's alone: a process that stands still in a transaction loses it.
 */
const SETTINGS = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  'SET SESSION innodb_lock_wait_timeout = 10',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION idle_transaction_timeout = 30',
]

/**
 * A pool of connections to MariaDB or MySQL. Nothing is connected until the first statement.
 * @throws MephistoError `invalid_options` when the address is not one of MySQL
 */
export function openMysqlClient({ url, connections = 10 }: MysqlClientOptions): ServerClient {
  const { hostname, port, username, password, pathname } = addressOf(url)
  const pool = createPool({
    host: hostname, port: port === '' ? 3306 : Number(port), user: decodeURIComponent(username), password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)), connectionLimit: connections, charset: 'utf8mb4', connectTimeout: 10_000,
    supportBigNumbers: true, maxPreparedStatements: 500, enableKeepAlive: true,
  })
  // Sent ahead of the connection's first statement. A setting that this server does not know is left out.
  pool.pool.on('connection', connection => { for (const setting of SETTINGS) connection.query(setting, () => undefined) })
  const begin = async (): Promise<OpenTransaction> => {
    const connection = await pool.getConnection().catch((error: unknown) => { throw failure(error) })
    const end = async (sql: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      try {
        await connection.query(sql)
        connection.release()
      } catch (error) {
        connection.destroy()
        throw failure(error)
      }
    }
    try {
      await connection.query('START TRANSACTION')
    } catch (error) {
      connection.destroy()
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

function addressOf(url: string): URL {
  if (!/^(?:mysql|mariadb):\/\//.test(url) || !URL.canParse(url)) {
    throw new MephistoError('invalid_options', 'url: must look like mysql://user:password@host:3306/database.')
  }
  const address = new URL(url)
  if (address.pathname.length <= 1) throw new MephistoError('invalid_options', 'url: must name a database, as in mysql://user:password@host:3306/database.')
  return address
}

function statementsOn(connection: Pool | PoolConnection): RawStatements {
  const run = async (sql: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      // Whole numbers as texts: the driver would send a number as DOUBLE, which no index on BIGINT is read with.
      const [result] = await connection.execute(sql, values.map(value => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value ?? null)) as string[])
      return result
    } catch (error) {
      throw failure(error)
    }
  }
  return {
    $executeRawUnsafe: async (sql, ...values) => (await run(sql, values) as ResultSetHeader).affectedRows,
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => await run(sql, values) as Rows,
  }
}

/** Error numbers (MySQL and MariaDB error reference). */
const KINDS: Readonly<Record<number, FailureKind>> = {
  1062: 'UniqueConstraintViolation', 1169: 'UniqueConstraintViolation', 1452: 'ForeignKeyConstraintViolation', 1451: 'ForeignKeyConstraintViolation',
  1216: 'ForeignKeyConstraintViolation', 1217: 'ForeignKeyConstraintViolation', 1048: 'NullConstraintViolation', 1364: 'NullConstraintViolation',
  1264: 'ValueOutOfRange', 1406: 'ValueOutOfRange', 1366: 'InvalidInputValue', 1146: 'TableDoesNotExist', 1049: 'DatabaseDoesNotExist',
  1045: 'AuthenticationFailed', 1044: 'AuthenticationFailed', 1698: 'AuthenticationFailed', 1251: 'AuthenticationFailed',
  1205: 'TransactionWriteConflict', 1213: 'TransactionWriteConflict', 1020: 'TransactionWriteConflict', 3572: 'TransactionWriteConflict',
  1040: 'TooManyConnections', 1203: 'TooManyConnections', 1226: 'TooManyConnections', 1021: 'StorageFull', 1114: 'StorageFull', 1290: 'ReadOnly', 1792: 'ReadOnly', 1836: 'ReadOnly',
  1053: 'ConnectionClosed', 1927: 'ConnectionClosed', 1317: 'ConnectionClosed', 2006: 'ConnectionClosed', 2013: 'ConnectionClosed', 1160: 'ConnectionClosed', 4031: 'ConnectionClosed',
}

function failure(error: unknown): DriverFailure {
  if (error instanceof DriverFailure) return error
  const { errno, code, message } = (typeof error === 'object' && error !== null ? error : {}) as { errno?: unknown; code?: unknown; message?: unknown }
  const known = (typeof errno === 'number' ? KINDS[errno] : undefined) ?? networkKind(error)
  if (known !== undefined) return new DriverFailure(known, error)
  const isClosed = code === 'PROTOCOL_CONNECTION_LOST' || (typeof message === 'string' && /closed state|Connection lost|server closed the connection/i.test(message))
  return new DriverFailure(isClosed ? 'ConnectionClosed' : 'Other', error)
}
