import { MephistoError, isMephistoError } from '../sdk/errors.js'
import type { MephistoErrorCode } from '../sdk/errors.js'
import { databaseFailure } from './raw-client.js'
import { SqliteCode } from './sqlite/errors.js'
import { typedError } from './typed-error.js'

const UNWRITABLE: ReadonlySet<number> = new Set([
  SqliteCode.readOnly, SqliteCode.ioError, SqliteCode.corrupt, SqliteCode.full, SqliteCode.cannotOpen, SqliteCode.notADatabase,
])

/** Failures that have a sentence of their own, the same for a migration and for everything else. */
const KNOWN: ReadonlySet<string> = new Set([
  'AuthenticationFailed', 'DatabaseDoesNotExist', 'DatabaseNotReachable', 'TooManyConnections', 'ReadOnly',
])

/** Prisma's code for a transaction that could not begin in time. */
const NO_TRANSACTION = 'P2028'

/** PostgreSQL and CockroachDB; MySQL and MariaDB, whose drivers give either the number or its name; SQL Server. */
const THERE: ReadonlySet<string> = new Set([
  '42P06', '42P07', '42701', '42710',
  '1050', '1060', '1061', '1022', '1826', 'ER_TABLE_EXISTS_ERROR', 'ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME', 'ER_DUP_KEY', 'ER_FK_DUP_NAME', 'ER_DUP_CONSTRAINT_NAME',
  '2714', '2705', '1913',
])
const NOT_THERE: ReadonlySet<string> = new Set(['42P01', '1051', 'ER_BAD_TABLE_ERROR', '3701'])

/** SQLite has no code for it. MariaDB says of a foreign key's name only that a table cannot be made, with InnoDB's number. */
const THERE_IN_WORDS = /already exists|duplicate column name|errno: 121/i

/** True when a statement was refused because what it would make is there already. */
export function isAlreadyThere(error: unknown): boolean {
  const { nativeCode = '', message } = databaseFailure(error)
  return THERE.has(nativeCode) || THERE_IN_WORDS.test(message)
}

/** True when a statement was refused because what it would drop is not there. */
export function isNotThere(error: unknown): boolean {
  const { kind, nativeCode = '' } = databaseFailure(error)
  return kind === 'TableDoesNotExist' || NOT_THERE.has(nativeCode)
}

/** The error of this package for whatever stopped a migration. Errors of the package stay as they are. */
export function migrationError(error: unknown): MephistoError {
  if (isMephistoError(error)) return error
  const { kind, nativeCode, message } = databaseFailure(error)
  const failed = (code: MephistoErrorCode, text: string): MephistoError => new MephistoError(code, text, { cause: error })
  if (kind === 'TransactionWriteConflict' || (error as { code?: unknown }).code === NO_TRANSACTION) {
    return failed('database_locked', `Another program keeps the database locked (${message}). Close it and start again.`)
  }
  if (kind === 'sqlite' && nativeCode !== undefined && UNWRITABLE.has(Number(nativeCode) & 0xff)) {
    return failed('database_unwritable', `The database cannot be written (${message}). Check the disk, the file and its folder.`)
  }
  if (kind === 'StorageFull') return failed('database_unwritable', `The disk of the database is full (${message}). Make room and start again: the tables that are missing are made then.`)
  const known = kind !== undefined && KNOWN.has(kind) ? typedError(error) : undefined
  if (isMephistoError(known)) return known
  if (isAlreadyThere(error)) {
    return failed('unavailable', `The tables could not be made: ${message}, and no migration of mephisto-sdk made it. If your own `
      + 'migrations did (Prisma Migrate, prisma db push), have it recorded: npx mephisto migrate --baseline. Otherwise name another prefix or schema, or remove what is there.')
  }
  return failed('unavailable', `The database could not be prepared: ${message}`)
}
