import { createPool, type ResultSetHeader } from 'mysql2/promise'
import { MephistoError } from '../../sdk/errors.js'
import { DriverFailure, networkKind } from './driver-failure.js'
import { mysqlKind } from './native-codes.js'
import { pooledClient } from './pooled-client.js'
import type { ServerClient } from './server-client.js'

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
  const { hostname, port, user, password, database } = addressOf(url)
  const pool = createPool({
    host: hostname, port: port === '' ? 3306 : Number(port), user, password, database, connectionLimit: connections, charset: 'utf8mb4', connectTimeout: 10_000,
    supportBigNumbers: true, maxPreparedStatements: 500, enableKeepAlive: true,
  })
  // Sent ahead of the connection's first statement. A setting that this server does not know is left out.
  pool.pool.on('connection', connection => { for (const setting of SETTINGS) connection.query(setting, () => undefined) })
  return pooledClient({
    begin: 'START TRANSACTION',
    async acquire() {
      const connection = await pool.getConnection().catch((error: unknown) => { throw failure(error) })
      return {
        async run(sql, values) {
          try {
            // Whole numbers as texts: the driver would send a number as DOUBLE, which no index on BIGINT is read with.
            const [result] = await connection.execute(sql, values.map(value => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value ?? null)) as string[])
            return { rows: result, changed: (result as ResultSetHeader).affectedRows }
          } catch (error) {
            throw failure(error)
          }
        },
        async control(sql) {
          await connection.query(sql).catch((error: unknown) => { throw failure(error) })
        },
        release(isBroken) {
          if (isBroken) connection.destroy()
          else connection.release()
        },
      }
    },
    end: () => pool.end(),
  })
}

interface Address { readonly hostname: string; readonly port: string; readonly user: string; readonly password: string; readonly database: string }

function addressOf(url: string): Address {
  if (!/^(?:mysql|mariadb):\/\//.test(url) || !URL.canParse(url)) {
    throw new MephistoError('invalid_options', 'url: must look like mysql://user:password@host:3306/database.')
  }
  const { hostname, port, username, password, pathname } = new URL(url)
  if (pathname.length <= 1) throw new MephistoError('invalid_options', 'url: must name a database, as in mysql://user:password@host:3306/database.')
  try {
    return { hostname, port, user: decodeURIComponent(username), password: decodeURIComponent(password), database: decodeURIComponent(pathname.slice(1)) }
  } catch {
    throw new MephistoError('invalid_options', 'url: has a % that begins no escape; write a % in a user, password or database as %25.')
  }
}

function failure(error: unknown): DriverFailure {
  if (error instanceof DriverFailure) return error
  const { errno, message } = (typeof error === 'object' && error !== null ? error : {}) as { readonly errno?: unknown; readonly message?: unknown }
  return new DriverFailure(mysqlKind(String(errno), String(message)) ?? networkKind(error) ?? 'Other', error)
}
