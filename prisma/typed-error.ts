import { MephistoError } from '../sdk/errors.js'
import { databaseFailure, isDuplicate } from './raw-client.js'
import { SqliteCode } from './sqlite/errors.js'

/** What those do whose tables do not come from our migrator. */
export const OWN_MIGRATIONS = ' Where your own migrations make the tables (Prisma Migrate, prisma db push), run those, then: npx mephisto migrate --baseline'

/** The typed form of a database's error; an error that is not from the database stays what it is. */
export function typedError(error: unknown): unknown {
  const { kind, nativeCode, message } = databaseFailure(error)
  if (kind === undefined && !isPrismaError(error)) return error
  const failed = (code: MephistoError['code'], text: string): MephistoError => new MephistoError(code, text, { cause: error })
  if (isDuplicate(error)) return failed('already_exists', 'A row with the same unique value is there already.')
  switch (kind) {
    case 'TransactionWriteConflict':
      return failed('database_locked', 'The database was busy for too long; try again in a moment.')
    case 'InvalidInputValue':
      return failed('invalid_input', 'A text holds a character that cannot be stored (U+0000 or half of a character).')
    case 'ForeignKeyConstraintViolation':
      return failed('not_found', 'What this belongs to does not exist, or something still belongs to it.')
    case 'ValueOutOfRange': case 'LengthMismatch':
      return failed('invalid_input', `A value is too long or too large for its column (${message}).`)
    case 'StatementTooLarge':
      return failed('too_large', `This is more than the database takes at once (${message}). Send less, or raise the server's limit.`)
    case 'TableDoesNotExist':
      return failed('unavailable', 'The Mephisto tables are missing in this database, or only half made. Run: npx mephisto migrate' + OWN_MIGRATIONS)
    case 'ColumnNotFound':
      return failed('unavailable', `The Mephisto tables of this database are older than this version of mephisto-sdk, or were changed by hand (${message}). Run: npx mephisto migrate${OWN_MIGRATIONS}`)
    case 'AuthenticationFailed':
      return failed('unavailable', `The database refused the user or the password (${message}). Check the address of the database.`)
    case 'DatabaseDoesNotExist':
      return failed('unavailable', `There is no such database (${message}). Make it, or check the address of the database.`)
    case 'DatabaseNotReachable':
      return failed('unavailable', `The database cannot be reached (${message}). Check its address and that it is running.`)
    case 'TooManyConnections':
      return failed('unavailable', `The database has no connection free (${message}). Lower \`connections\` of each process, or raise the server's limit.`)
    case 'ReadOnly':
      return failed('database_unwritable', `The database does not let anything be written (${message}). Check that it is not read-only, and that its user may read and write the tables.`)
    case 'StorageFull':
      return failed('database_unwritable', `The disk of the database is full (${message}). Nothing was changed.`)
    case 'CommitUnknown':
      return failed('unavailable', `The connection was lost while this was being saved (${message}), so it may have been saved or not. Send it again: the same id is applied once.`)
    case 'TransactionAlreadyClosed':
      return failed('unavailable', `The database took too long (${message}), and nothing was changed. Try again in a moment.`)
    case 'ConnectionClosed': case 'SocketTimeout':
      return failed('unavailable', `The database was lost in the middle (${message}); nothing was changed. Try again in a moment.`)
    default:
      return isUnwritable(kind, nativeCode)
        ? failed('database_unwritable', `The database cannot be written (${message}). Check the disk, the file and its folder.`)
        : failed('unavailable', 'The database could not do this; its code is in the log. Try again in a moment.')
  }
}

const UNWRITABLE: ReadonlySet<number> = new Set([SqliteCode.readOnly, SqliteCode.ioError, SqliteCode.corrupt, SqliteCode.full, SqliteCode.cannotOpen, SqliteCode.notADatabase])

function isUnwritable(kind: string | undefined, nativeCode: string | undefined): boolean {
  return kind === 'sqlite' && nativeCode !== undefined && UNWRITABLE.has(Number(nativeCode) & 0xff)
}

function isPrismaError(error: unknown): boolean {
  return error instanceof Error && (error.name.startsWith('PrismaClient') || error.name === 'DriverAdapterError')
}
