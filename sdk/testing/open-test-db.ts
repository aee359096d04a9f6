import { openClient, openOver } from '../../prisma/open-database.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { FaultableClient } from './faults.js'
import type { PlainQuery, PlainTables } from './promises/plain-rows.js'

/** Which database a test opens, and how. */
export interface TestDbOptions {
  /** `postgresql://…`, `mysql://…`, or the path of an SQLite file in a folder that is there; `:memory:` for one that vanishes at its close. */
  readonly at: string
  /** @default 'mephisto_' */
  readonly prefix?: string
  /** The schema of the tables on PostgreSQL. @default what the address says (`?schema=…`), else 'mephisto' */
  readonly schema?: string
  /** What is put between the SDK and the driver, when the tables are there: `client => withFaults(client, plan)`. @default nothing */
  readonly around?: (client: FaultableClient) => FaultableClient
  /** The clock leases are compared with, epoch ms. @default the database's own; the host's for SQLite */
  readonly now?: () => number
}

/** A database that a test has open. */
export interface TestDb {
  /** For `createMephisto`, over what was put around the client. Its `close()` ends `query` too. */
  readonly db: MephistoDb
  /** Runs a plain statement beside what was put around the client: to look, or to break something. */
  readonly query: PlainQuery
  /** Where the tables are, for `checkPromises(query, tables)`. */
  readonly tables: PlainTables
}

/**
 * Opens a database for a test by its address, as `embeddedDb`, `postgresDb` and `mysqlDb` would, its tables made or
 * upgraded; with a way to its driver, which those keep to themselves. A host with a Prisma client of its own has that way:
 * `prismaDb(withFaults(prisma, plan))`.
 * @throws MephistoError as those do
 */
export async function openTestDb({ at, prefix, schema, around, now }: TestDbOptions): Promise<TestDb> {
  const opened = await openClient({ at, ...(prefix === undefined ? {} : { prefix }), ...(schema === undefined ? {} : { schema }) })
  const { client, dialect, names } = opened
  const db = await openOver(opened, { migrate: true, ...(around === undefined ? {} : { around }), ...(now === undefined ? {} : { now }) })
  return {
    db,
    query: sql => client.$queryRawUnsafe(sql),
    tables: { dialect: dialect === 'sqlite' || dialect === 'mysql' ? dialect : 'postgresql', ...names },
  }
}
