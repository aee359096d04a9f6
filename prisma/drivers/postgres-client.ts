import pg from 'pg'
import { DriverFailure, networkKind } from './driver-failure.js'
import { postgresKind, type PostgresError } from './native-codes.js'
import { pooledClient } from './pooled-client.js'
import { checkPostgresUrl } from './postgres-url.js'
import type { ServerClient } from './server-client.js'

/** How to reach a PostgreSQL server. */
export interface PostgresClientOptions {
  /** `postgresql://user:password@host:5432/database`. */
  readonly url: string
  /** Most connections open at once; more are no faster. @default 10 */
  readonly connections?: number
  /**
   * Whether statements are prepared once a connection under a name, and the connection's planner is told to go by indexes.
   * Turn it off behind a pooler that gives each transaction another connection: what is set there stays with whoever comes next. Limits of
   * 10 s for a lock and 30 s for a transaction that stands still are set all the same.
   * @default true
   */
  readonly preparedStatements?: boolean
}

const MOST_NAMES = 2_000
const CONNECT_MS = 10_000

/** A process that stands still in the middle of a transaction must not keep others from its rows for longer than this. */
const TIMEOUTS = "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '10s'"
/**
 * The plan of a prepared statement is kept until somebody counts the rows anew, and one that was made while a table had a page reads all of
 * it when it has thousands. Each statement about a table that grows has its index, which is as good as reading the page
 * (docs/decisions/0035-kept-plans.md). A plan that must read a table whole all the same is not to be compiled for what it seems to cost.
 */
const BY_INDEX = 'SET enable_seqscan = off; SET jit = off'
/** What is handed out in transactions comes in the order of one index; one that has a part of it looks as good while there is little. */
const IN_ORDER = 'SET LOCAL enable_incremental_sort = off'
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED'

/**
 * A pool of connections to PostgreSQL. Nothing is connected until the first statement.
 * @throws MephistoError `invalid_options` when the address is not one of PostgreSQL
 */
export function openPostgresClient({ url, connections = 10, preparedStatements = true }: PostgresClientOptions): ServerClient {
  checkPostgresUrl(url)
  const settings: pg.QueryConfig & { readonly query_timeout: number } = { text: preparedStatements ? `${TIMEOUTS}; ${BY_INDEX}` : TIMEOUTS, query_timeout: CONNECT_MS }
  const pool = new pg.Pool({
    connectionString: url, max: connections, connectionTimeoutMillis: CONNECT_MS, keepAlive: true, types: { getTypeParser },
    verify: (connection, done) => { connection.query(settings).then(() => { done() }, done) },
  })
  // A connection that is lost leaves the pool by itself, and what is under way on it fails with the same error. Without
  // listeners it would end the process: that of the pool hears of idle connections only.
  pool.on('error', ignore).on('connect', connection => { connection.on('error', ignore) })
  const names = new Map<string, string>()
  const nameOf = (sql: string): string | undefined => {
    const known = names.get(sql)
    if (known !== undefined || !preparedStatements || names.size >= MOST_NAMES) return known
    const name = `mephisto_${String(names.size)}`
    names.set(sql, name)
    return name
  }
  return pooledClient({
    begin: preparedStatements ? `${BEGIN}; ${IN_ORDER}` : BEGIN,
    async acquire() {
      const connection = await pool.connect().catch((error: unknown) => { throw failure(error) })
      const query = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
        try {
          return await connection.query(config)
        } catch (error) {
          throw failure(error)
        }
      }
      return {
        async run(text, values) {
          const name = nameOf(text)
          const { rows, rowCount } = await query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
          return { rows, changed: rowCount ?? 0 }
        },
        async control(text) {
          const { command } = await query({ text })
          if (text === 'COMMIT' && command !== text) throw failure(Object.assign(new Error('the transaction had failed before its commit and was rolled back'), { code: '40000' }))
        },
        release(isBroken) {
          connection.release(isBroken)
        },
      }
    },
    end: () => pool.end(),
  })
}

function ignore(): void { /* see above */ }

const INT8 = 20
const types = pg.types as { getTypeParser(oid: number, format?: string): unknown }

/** BIGINT comes as text; ours are numbers below 2^53 and larger ones stay exact as BigInt. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 && format !== 'binary') return text => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text))
  return types.getTypeParser(oid, format) as (value: string) => unknown
}

function failure(error: unknown): DriverFailure {
  if (error instanceof DriverFailure) return error
  const like = (typeof error === 'object' && error !== null ? error : {}) as PostgresError
  return new DriverFailure(postgresKind(like) ?? networkKind(error) ?? 'Other', error)
}
