import { MephistoError, isMephistoError } from '../sdk/errors.js'
import type { MephistoErrorCode } from '../sdk/errors.js'
import { databaseFailure } from './raw-client.js'
import { SqliteCode } from './sqlite/errors.js'

const UNWRITABLE: ReadonlySet<number> = new Set([
  SqliteCode.readOnly, SqliteCode.ioError, SqliteCode.corrupt, SqliteCode.full, SqliteCode.cannotOpen, SqliteCode.notADatabase,
])

/** Prisma's code for a transaction that could not begin in time. */
const NO_TRANSACTION = 'P2028'

/** The error of this package for whatever stopped a migration. Errors of the package stay as they are. */
export function migrationError(error: unknown): MephistoError {
  if (isMephistoError(error)) return error
  const { kind, nativeCode, message } = databaseFailure(error)
  const failed = (code: MephistoErrorCode, text: string): MephistoError => new MephistoError(code, text, { cause: error })
  if (kind === 'TransactionWriteConflict' || (error as { code?: unknown }).code === NO_TRANSACTION) {
    return failed('database_locked', `Another program keeps the database locked (${message}). Close it and start again.`)
  }
  if (nativeCode !== undefined && UNWRITABLE.has(Number(nativeCode) & 0xff)) {
    return failed('database_unwritable', `The database cannot be written (${message}). Check the disk, the file and its folder.`)
  }
  return failed('unavailable', `The database could not be prepared: ${message}`)
}
