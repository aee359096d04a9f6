import { MephistoError } from '../sdk/errors.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { Dialect, TableNames } from './dialect.js'
import { loadDriver } from './drivers/load-driver.js'
import type { ServerClient } from './drivers/server-client.js'
import { openServerDb, type OpenDbOptions } from './open-server-db.js'
import { postgresSchema } from './postgres-schema.js'
import { sqliteAdapter } from './sqlite/adapter.js'
import { rawSqliteClient } from './sqlite/raw-client.js'

export { OWN_MIGRATIONS } from './typed-error.js'

/** Where a database is: an address of PostgreSQL or MySQL, or the path of an SQLite file; and where our tables are in it. */
export interface DatabaseAddress extends TableNames {
  /** `postgresql://…`, `cockroachdb://…`, `mysql://…`, `mariadb://…`, `file:…` or a path. */
  readonly at: string
  /** As for `postgresDb`; never on CockroachDB, which does not know what is set for them. @default true */
  readonly preparedStatements?: boolean
}

/** A database that is open for raw statements. */
export interface OpenedClient extends ServerClient {
  readonly dialect: Dialect
  readonly names: TableNames
}

/** Opens a database by its address, without looking at its tables. On PostgreSQL they are in the schema `mephisto` unless said otherwise. */
export async function openClient({ at, schema, prefix, preparedStatements = true }: DatabaseAddress): Promise<OpenedClient> {
  const named = { ...(prefix === undefined ? {} : { prefix }), ...(schema === undefined ? {} : { schema }) }
  if (/^(?:postgres(?:ql)?|cockroachdb):/.test(at)) {
    const { openPostgresClient } = await loadDriver('pg', () => import('./drivers/postgres-client.js'))
    const dialect = at.startsWith('cockroachdb:') ? 'cockroachdb' : 'postgresql'
    return { ...openPostgresClient({ url: at.replace(/^cockroachdb:/, 'postgresql:'), preparedStatements: preparedStatements && dialect === 'postgresql' }), dialect, names: { ...named, schema: postgresSchema(at, schema) } }
  }
  if (/^(?:mysql|mariadb):/.test(at)) {
    if (schema !== undefined) throw new MephistoError('invalid_options', 'schema: on MySQL a schema is a database; name it in the address.')
    const { openMysqlClient } = await loadDriver('mysql2', () => import('./drivers/mysql-client.js'))
    return { ...openMysqlClient({ url: at }), dialect: 'mysql', names: named }
  }
  const kind = /^(?!file:)([a-z][a-z\d+.-]+):\/\//i.exec(at)?.[1]
  if (kind !== undefined) throw new MephistoError('invalid_options', `There is no way to a ${kind} database here; give postgresql://…, cockroachdb://…, mysql://… or the path of an SQLite file.`)
  const adapter = await sqliteAdapter({ file: at.replace(/^file:(?:\/\/)?/, '') }).connect()
  return { client: rawSqliteClient(adapter), close: () => adapter.dispose(), dialect: 'sqlite', names: named }
}

/** The data operations on a database by its address; with `migrate`, its tables are made or upgraded first. */
export async function openDatabase(address: DatabaseAddress, options: OpenDbOptions): Promise<MephistoDb> {
  return openOver(await openClient(address), options)
}

/** The data operations over an open client, which is closed when that fails. */
export async function openOver({ dialect, names, ...opened }: OpenedClient, options: OpenDbOptions): Promise<MephistoDb> {
  return openServerDb(opened, { dialect, names, ...options })
}
