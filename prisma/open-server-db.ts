import { MephistoError } from '../sdk/errors.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { Dialect, TableNames } from './dialect.js'
import type { ServerClient } from './drivers/server-client.js'
import { migrate as bringUpToDate, pendingMigrations } from './migrate.js'
import { prismaDb } from './prisma-db.js'
import type { RawClient } from './raw-client.js'
import { retrying } from './retrying.js'
import { OWN_MIGRATIONS } from './typed-error.js'

/** How an open pool becomes the data operations. */
export interface OpenDbOptions {
  /** Whether the tables are made and upgraded now; where they are not, they must be up to date. */
  readonly migrate: boolean
  /** Put around the client when the tables are there; tests put faults there. @default nothing */
  readonly around?: (client: RawClient) => RawClient
  /** See `PrismaDbOptions`. */
  readonly now?: () => number
}

/** How a server's database is opened. */
export interface OpenServerOptions extends OpenDbOptions {
  readonly dialect: Dialect
  readonly names: TableNames
}

/** The data operations over an open pool, with its tables made or checked. The pool is closed when that fails. */
export async function openServerDb({ client, close }: ServerClient, { dialect, names, migrate, around = client => client, ...clock }: OpenServerOptions): Promise<MephistoDb> {
  try {
    // The first statement waits for a server that is just starting; what comes later does not need to.
    await retrying(() => client.$queryRawUnsafe('SELECT 1'))
    const pending = migrate ? await bringUpToDate(client, { dialect, names }).then(() => []) : await pendingMigrations(client, { dialect, names })
    if (pending.length > 0) {
      const place = names.schema === undefined ? '' : ` in the schema "${names.schema}"`
      const elsewhere = names.schema === undefined ? '' : ' (If they are in another schema, name it: --db-schema, or the option schema.)'
      throw new MephistoError('unavailable', `The Mephisto tables of this database lack ${pending.join(', ')}${place}. Run: npx mephisto migrate${elsewhere}${OWN_MIGRATIONS}`)
    }
  } catch (error) {
    await close()
    throw error
  }
  return prismaDb(around(client), { provider: dialect, ...names, ...clock, onClose: close })
}
