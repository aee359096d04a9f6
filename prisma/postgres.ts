import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { loadDriver } from './drivers/load-driver.js'
import { openServerDb } from './open-server-db.js'
import { postgresSchema } from './postgres-schema.js'

/** Where the PostgreSQL database is and how it is used. */
export interface PostgresDbOptions {
  /** `postgresql://user:password@host:5432/database`. */
  readonly url: string
  /** The schema of our tables, made when missing: one of their own, so that a Prisma project in the same database does not see them as drift. @default what the address says (`?schema=…`), else 'mephisto' */
  readonly schema?: string
  /** Prefix of our tables. @default 'mephisto_' */
  readonly prefix?: string
  /** Most connections open at once; more are no faster. @default 10 */
  readonly connections?: number
  /** Whether statements are prepared under a name, and planned to go by indexes. Turn it off behind a pooler that gives each transaction another connection. @default true */
  readonly preparedStatements?: boolean
  /** Whether to make and upgrade the tables now. Turn it off where `npx mephisto migrate` does it. @default true */
  readonly migrate?: boolean
}

/**
 * A PostgreSQL database (13 or newer) without a Prisma project of your own; needs the package `pg`. Any number of processes may
 * share it. A server that does not answer is tried for 10 s, now and whenever it is lost later; then calls fail with `unavailable`.
 * @throws MephistoError `invalid_options` for an address that is none, `unavailable` when the server cannot be reached,
 * refuses the user, lacks the package `pg` or the tables that `migrate: false` left out, `database_newer`, `database_locked`,
 * `database_unwritable` for a user or a database that may only read
 */
export async function postgresDb({ url, schema, prefix, connections, preparedStatements, migrate = true }: PostgresDbOptions): Promise<MephistoDb> {
  const { openPostgresClient } = await loadDriver('pg', () => import('./drivers/postgres-client.js'))
  const client = openPostgresClient({
    url, ...(connections === undefined ? {} : { connections }), ...(preparedStatements === undefined ? {} : { preparedStatements }),
  })
  return openServerDb(client, { dialect: 'postgresql', names: { schema: postgresSchema(url, schema), ...(prefix === undefined ? {} : { prefix }) }, migrate })
}

export { postgresBus, type PostgresBusOptions } from './postgres-bus.js'
