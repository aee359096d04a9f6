import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { loadDriver } from './drivers/load-driver.js'
import { openServerDb } from './open-server-db.js'

/** Where the MariaDB or MySQL database is and how it is used. */
export interface MysqlDbOptions {
  /** `mysql://user:password@host:3306/database`. Best a database of its own. */
  readonly url: string
  /** Prefix of our tables. @default 'mephisto_' */
  readonly prefix?: string
  /** Most connections open at once; more are no faster. @default 10 */
  readonly connections?: number
  /** Whether to make and upgrade the tables now. Turn it off where `npx mephisto migrate` does it. @default true */
  readonly migrate?: boolean
}

/**
 * A MariaDB (10.6 or newer) or MySQL (8 or newer) database without a Prisma project of your own; needs the package
 * `mysql2`. Any number of processes may share it. A server that does not answer is tried for 10 s, now and whenever it is
 * lost later; then calls fail with `unavailable`.
 * @throws MephistoError `invalid_options` for an address that is none, `unavailable` when the server cannot be reached,
 * refuses the user, or lacks the tables that `migrate: false` left out, `database_newer`, `database_locked`,
 * `database_unwritable` for a user or a database that may only read
 */
export async function mysqlDb({ url, prefix, connections, migrate = true }: MysqlDbOptions): Promise<MephistoDb> {
  const { openMysqlClient } = await loadDriver('mysql2', () => import('./drivers/mysql-client.js'))
  const client = openMysqlClient({ url, ...(connections === undefined ? {} : { connections }) })
  return openServerDb(client, { dialect: 'mysql', names: prefix === undefined ? {} : { prefix }, migrate })
}
