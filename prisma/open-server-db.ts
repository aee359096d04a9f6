import { MephistoError } from '../sdk/errors.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { Dialect, TableNames } from './dialect.js'
import type { ServerClient } from './drivers/server-client.js'
import { migrate as bringUpToDate, pendingMigrations } from './migrate.js'
import { prismaDb } from './prisma-db.js'
import { retrying } from './retrying.js'
import { OWN_MIGRATIONS } from './typed-error.js'

/** How a server's database is opened. */
export interface OpenServerOptions {
  readonly dialect: Dialect
  readonly names: TableNames
  readonly migrate: boolean
}

/** The data operations over an open pool, with its tables made or checked. The pool is closed when that fails. */
export async function openServerDb({ client, close }: ServerClient, { dialect, names, migrate }: OpenServerOptions): Promise<MephistoDb> {
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
  return prismaDb(client, { provider: dialect, ...names, onClose: close })
}
