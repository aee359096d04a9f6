import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MephistoError } from '../sdk/errors.js'
import initial from './ddl/sqlite/0001_initial.json' with { type: 'json' }
import { migrate } from './migrate.js'
import type { RawClient } from './raw-client.js'
import { sqliteAdapter } from './sqlite/adapter.js'
import type { SqliteAdapterOptions } from './sqlite/adapter.js'
import { isInMemory, pathOf } from './sqlite/open.js'

/** The built-in database's client: raw statements, and the models under their names (`client.mephistoUnit`). */
export type EmbeddedPrismaClient = RawClient & { readonly [model: string]: unknown }

/** An open built-in database. */
export interface EmbeddedClient {
  readonly client: EmbeddedPrismaClient
  /** Ends what is running and closes the file. May be called more than once. */
  close(): Promise<void>
}

/** One writer at a time: a transaction may have to wait for those before it. Prisma's own limits are 2 s and 5 s. */
const TRANSACTION_LIMITS = { maxWait: 15_000, timeout: 15_000 }

/**
 * Opens the SQLite database in `file` with the client that comes with this package, making the folder and the file if
 * they are missing, and brings its tables up to date. `:memory:` gives a database that is gone when it is closed.
 *
 * Throws `database_unwritable`, `database_locked`, `database_newer`, or `unavailable` when this Node has no SQLite.
 */
export async function openEmbeddedClient(options: SqliteAdapterOptions): Promise<EmbeddedClient> {
  makeFolder(pathOf(options.file))
  const { PrismaClient } = await import('./generated/sqlite/client.js')
  // 'minimal': looking for the line that made a call, for Prisma's long messages, costs more than the call itself.
  const settings = { errorFormat: 'minimal', transactionOptions: TRANSACTION_LIMITS } as const
  const prisma = new PrismaClient({ ...settings, adapter: sqliteAdapter(options) })
  const client = prisma as unknown as EmbeddedPrismaClient
  try {
    await prisma.$connect()
    await migrate(client, { dialect: 'sqlite', migrations: [initial] })
  } catch (error) {
    await prisma.$disconnect()
    throw error
  }
  return { client, close: () => prisma.$disconnect() }
}

function makeFolder(file: string): void {
  if (isInMemory(file)) return
  const folder = dirname(resolve(file))
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MephistoError(
      'database_unwritable',
      `The folder ${folder} of the database cannot be made (${why}). Name a folder that this process may write.`,
      { cause: error },
    )
  }
}
