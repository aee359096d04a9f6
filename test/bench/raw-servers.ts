import { createPool, type Pool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise'
import pg from 'pg'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'

/** A raw driver behind the store's own interface: the same statements with nothing around them. */
export type RawDriver = RawClient & { close(): Promise<void> }

/** `pg` with statements prepared under names. */
export function rawPostgres(url: string): RawDriver {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => undefined)
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    const name = names.get(sql) ?? `s${String(names.size)}`
    names.set(sql, name)
    return name
  }
  const on = (connection: pg.Pool | pg.PoolClient): RawStatements => ({
    $executeRawUnsafe: async (text, ...values) => (await connection.query({ text, values, name: nameOf(text) })).rowCount ?? 0,
    $queryRawUnsafe: async <Rows>(text: string, ...values: unknown[]) => (await connection.query({ text, values, name: nameOf(text) })).rows as Rows,
  })
  return {
    ...on(pool),
    async $transaction(work) {
      const connection = await pool.connect()
      try {
        await connection.query('BEGIN')
        const result = await work(on(connection))
        await connection.query('COMMIT')
        return result
      } finally {
        connection.release()
      }
    },
    close: () => pool.end(),
  }
}

/** `mysql2` with prepared statements. */
export function rawMysql(url: string): RawDriver {
  const pool = createPool({ uri: url, connectionLimit: 10, supportBigNumbers: true })
  const on = (connection: Pool | PoolConnection): RawStatements => {
    const run = async (text: string, values: readonly unknown[]): Promise<unknown> =>
      (await connection.execute(text, values.map(value => (typeof value === 'bigint' ? String(value) : value)) as string[]))[0]
    return {
      $executeRawUnsafe: async (text, ...values) => (await run(text, values) as ResultSetHeader).affectedRows,
      $queryRawUnsafe: async <Rows>(text: string, ...values: unknown[]) => await run(text, values) as Rows,
    }
  }
  pool.pool.on('connection', connection => { connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', () => undefined) })
  return {
    ...on(pool),
    async $transaction(work) {
      const connection = await pool.getConnection()
      try {
        await connection.query('START TRANSACTION')
        const result = await work(on(connection))
        await connection.query('COMMIT')
        return result
      } finally {
        connection.release()
      }
    },
    close: () => pool.end(),
  }
}
