import { randomBytes } from 'node:crypto'
import { createConnection as createMysqlConnection } from 'mysql2/promise'
import pg from 'pg'

/** Servers that tests use when they answer. `MEPHISTO_CI` makes their absence a failure. */
export const SERVERS = {
  postgresql: process.env['MEPHISTO_TEST_POSTGRES'] ?? 'postgresql://root@127.0.0.1:5432/test',
  mysql: process.env['MEPHISTO_TEST_MARIADB'] ?? 'mysql://root@127.0.0.1:3306/test',
} as const
/** Kinds of servers in {@link SERVERS}. */
export type ServerKind = keyof typeof SERVERS

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Whether the server answers; where it must, a missing one fails the test file. */
export async function isServing(kind: ServerKind): Promise<boolean> {
  try {
    await onServer(kind, 'SELECT 1')
    return true
  } catch (error) {
    if (process.env['MEPHISTO_CI'] === '1') throw error
    return false
  }
}

/** Makes an empty database on a server; `settings` are PostgreSQL's own words, such as a locale. */
export async function createDatabase(kind: ServerKind, settings = ''): Promise<TestDatabase> {
  const name = `mephisto_test_${randomBytes(6).toString('hex')}`
  await onServer(kind, kind === 'mysql' ? `CREATE DATABASE ${name}` : `CREATE DATABASE ${name} TEMPLATE template0 ${settings}`)
  const url = new URL(SERVERS[kind])
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => onServer(kind, kind === 'mysql' ? `DROP DATABASE IF EXISTS ${name}` : `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function onServer(kind: ServerKind, sql: string): Promise<void> {
  if (kind === 'mysql') {
    const connection = await createMysqlConnection({ uri: SERVERS.mysql, connectTimeout: 5_000 })
    await connection.query(sql).finally(() => connection.end())
    return
  }
  const client = new pg.Client({ connectionString: SERVERS.postgresql, connectionTimeoutMillis: 5_000 })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
