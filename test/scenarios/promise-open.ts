import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import type { RawClient } from '../../prisma/raw-client.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import type { ServerKind } from '../databases.js'

/** The databases that the promises are tested on. */
export type TargetKind = 'sqlite' | ServerKind

/** A database that several processes open. */
export interface Target {
  readonly kind: TargetKind
  /** A path, or the address of a server's database. */
  readonly at: string
}

/** What {@link openTarget} puts around the database. */
export interface OpenOptions {
  /** Between the store and the driver: faults, or a mutation. */
  readonly around?: (client: RawClient) => RawClient
  /** A clock that stands in for the database's. */
  readonly now?: () => number
}

/** A database's driver, below everything that is tested. Only the one that is needed is loaded: processes start by the hundred. */
export async function openClient({ kind, at }: Target): Promise<{ client: RawClient; close(): Promise<void> }> {
  switch (kind) {
    case 'sqlite': return openEmbeddedClient({ file: at, busyMs: 20_000 })
    case 'mysql': return (await import('../../prisma/drivers/mysql-client.js')).openMysqlClient({ url: at, connections: 4 })
    case 'postgresql': return (await import('../../prisma/drivers/postgres-client.js')).openPostgresClient({ url: at, connections: 4 })
  }
}

/** Where the tables are: `postgresDb` has a schema for them. */
export function schemaOf(kind: TargetKind): { readonly schema?: string } {
  return kind === 'postgresql' ? { schema: 'mephisto' } : {}
}

/** The store over a database. */
export async function openTarget(target: Target, { around = client => client, now }: OpenOptions = {}): Promise<MephistoDb> {
  const { client, close } = await openClient(target)
  return prismaDb(around(client), { provider: target.kind, ...schemaOf(target.kind), onClose: close, ...(now === undefined ? {} : { now }) })
}
