import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MephistoError } from '../sdk/errors.js'
import type { TableNames } from './dialect.js'
import { migrate } from './migrate.js'
import type { RawClient } from './raw-client.js'
import { sqliteAdapter } from './sqlite/adapter.js'
import type { SqliteAdapterOptions } from './sqlite/adapter.js'
import { isInMemory, pathOf } from './sqlite/open.js'
import { rawSqliteClient } from './sqlite/raw-client.js'

/** An open built-in database. */
export interface EmbeddedClient {
  readonly client: RawClient
  /** Ends what is running and closes the file. May be called more than once. */
  close(): Promise<void>
}

/**
 * Opens the SQLite database in `file`, making the folder and the file if they are missing, and brings its tables up to
 * date. `:memory:` gives a database that is gone when it is closed.
 *
 * Throws `database_unwritable`, `database_locked`, `database_newer`, or `unavailable` when this Node has no SQLite.
 */
export async function openEmbeddedClient(options: SqliteAdapterOptions, names: TableNames = {}): Promise<EmbeddedClient> {
  makeFolder(pathOf(options.file))
  const adapter = await sqliteAdapter(options).connect()
  const client = rawSqliteClient(adapter)
  try {
    await migrate(client, { dialect: 'sqlite', names })
  } catch (error) {
    await adapter.dispose()
    throw error
  }
  return { client, close: () => adapter.dispose() }
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
