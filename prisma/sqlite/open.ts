import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMephistoError, MephistoError } from '../../sdk/errors.js'
import { whileBusy } from './busy.js'
import { Connection } from './connection.js'
import { chooseDriver } from './drivers.js'
import { SqliteCode, isBusy, messageOf, primaryCodeOf } from './errors.js'

/** How a database is opened; see `SqliteAdapterOptions`. */
export interface OpenOptions {
  readonly file: string
  readonly synchronous: 'normal' | 'full'
  readonly busyMs: number
}

/** The connections of one open database. `reader` is `writer` where a second connection cannot read beside it. */
export interface OpenDatabase {
  readonly writer: Connection
  readonly reader: Connection
}

/**
 * How long one statement may block inside SQLite for a lock. Short: the event loop stands still meanwhile, and
 * `whileBusy` waits on with the loop free.
 */
const BLOCKING_WAIT_MS = 5

/** Pages that each connection keeps. With SQLite's own 2 MiB, reading a large run spends a fifth of its time fetching pages again. */
const CACHE_KIB = 8_192

/** True for a database that lives only as long as its connection. */
export function isInMemory(file: string): boolean {
  return file === ':memory:' || file === ''
}

/** The path in `file`, which may also be written as Prisma writes it: `file:./data.db` or a `file://` address. */
export function pathOf(file: string): string {
  if (file.startsWith('file://')) return fileURLToPath(file)
  return file.startsWith('file:') ? file.slice('file:'.length) : file
}

/**
 * Opens a database, makes it use a write-ahead log and checks that it can be written. Throws `database_unwritable` for a
 * path that cannot be used and for a file that is something else, `database_locked` when another program keeps it locked
 * for longer than `busyMs`, `unavailable` when there is no SQLite driver.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { open } = chooseDriver()
  const path = pathOf(options.file)
  const connections: Connection[] = []
  const connect = (): Connection => {
    const connection = new Connection(open(path, BLOCKING_WAIT_MS))
    connections.push(connection)
    connection.run(`PRAGMA synchronous = ${options.synchronous === 'full' ? 'FULL' : 'NORMAL'}`)
    connection.run('PRAGMA foreign_keys = ON')
    connection.run(`PRAGMA cache_size = -${String(CACHE_KIB)}`)
    return connection
  }
  try {
    const writer = await whileBusy(options.busyMs, connect)
    if (isInMemory(path)) return { writer, reader: writer }
    const mode = await whileBusy(options.busyMs, () => setWriteAheadLog(writer))
    checkWritable(writer)
    if (mode !== 'wal') return { writer, reader: writer }
    const reader = await whileBusy(options.busyMs, connect)
    reader.run('PRAGMA query_only = ON')
    return { writer, reader }
  } catch (error) {
    for (const connection of connections) connection.close()
    throw openingError(resolve(path), options.busyMs, error)
  }
}

function setWriteAheadLog(connection: Connection): unknown {
  return connection.query({ sql: 'PRAGMA journal_mode = WAL', args: [], argTypes: [] }).rows[0]?.[0]
}

/** SQLite opens a file it may only read without a word. Somebody else's lock is fine here: the file can be written. */
function checkWritable(connection: Connection): void {
  try {
    connection.run('BEGIN IMMEDIATE')
    connection.run('ROLLBACK')
  } catch (error) {
    if (!isBusy(error)) throw error
  }
}

/** The error of this package for a driver's error while opening `path`. Errors of the package stay as they are. */
export function openingError(path: string, busyMs: number, error: unknown): unknown {
  if (isMephistoError(error)) return error
  const failed = (code: 'database_unwritable' | 'database_locked', ...sentences: string[]): MephistoError =>
    new MephistoError(code, `${sentences.join(' ')} (SQLite: ${messageOf(error)})`, { cause: error })
  if (isBusy(error)) {
    const held = `Another program has kept the database ${path} locked for ${String(busyMs / 1000)} s.`
    return failed('database_locked', held, 'Close that program, or wait longer (busyMs).')
  }
  switch (primaryCodeOf(error)) {
    case SqliteCode.notADatabase:
    case SqliteCode.corrupt:
      return failed('database_unwritable', `${path} is not a SQLite database, or is damaged.`,
        'Name another file, or restore a backup.')
    case SqliteCode.full:
      return failed('database_unwritable', `There is no room left on the disk for the database ${path}.`, 'Free some space.')
    case SqliteCode.readOnly:
      return failed('database_unwritable', `The database ${path} cannot be written.`,
        `Let this process write the file and its folder ${dirname(path)}.`)
    default:
      return failed('database_unwritable', `The database ${path} cannot be opened.`,
        'Name a file, not a folder, in a folder that exists and that this process may write.')
  }
}
