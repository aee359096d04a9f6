/** What a SQLite driver's error says, whichever driver it is from. */
interface DriverErrorLike {
  readonly message?: unknown
  /** libsql: `SQLITE_BUSY`; node:sqlite: always `ERR_SQLITE_ERROR`. */
  readonly code?: unknown
  /** libsql's extended result code. */
  readonly rawCode?: unknown
  /** node:sqlite's extended result code. */
  readonly errcode?: unknown
}

/** A failure in the words that Prisma's client understands; it makes P2002, P2034 and so on of them. */
export type SqliteFailure = { readonly originalCode: string; readonly originalMessage: string } & (
  | { readonly kind: 'TransactionWriteConflict' }
  | { readonly kind: 'UniqueConstraintViolation'; readonly constraint?: { readonly fields: string[] } }
  | { readonly kind: 'NullConstraintViolation'; readonly constraint?: { readonly fields: string[] } }
  | { readonly kind: 'ForeignKeyConstraintViolation'; readonly constraint: { readonly foreignKey: object } }
  | { readonly kind: 'TableDoesNotExist'; readonly table?: string }
  | { readonly kind: 'ColumnNotFound'; readonly column?: string }
  | { readonly kind: 'TransactionAlreadyClosed'; readonly cause: string }
  | { readonly kind: 'InvalidInputValue'; readonly message: string }
  | { readonly kind: 'InvalidIsolationLevel'; readonly level: string }
  | { readonly kind: 'sqlite'; readonly extendedCode: number; readonly message: string }
)

/** The error class that Prisma's client recognises, by its name. */
export class DriverAdapterError extends Error {
  override readonly name = 'DriverAdapterError'
  override readonly cause: SqliteFailure

  constructor(cause: SqliteFailure, options?: ErrorOptions) {
    super(cause.originalMessage, options)
    this.cause = cause
  }
}

/** The error for a parameter that cannot be stored. */
export function invalidValue(message: string): DriverAdapterError {
  return new DriverAdapterError({ kind: 'InvalidInputValue', message, originalCode: '', originalMessage: message })
}

/** SQLite's primary result codes that this adapter tells apart. */
export const SqliteCode = {
  busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26,
} as const

/** SQLite's extended result code of a driver's error, or 1 (`SQLITE_ERROR`) when it has none. */
export function extendedCodeOf(error: unknown): number {
  const { rawCode, errcode } = asDriverError(error)
  if (typeof rawCode === 'number') return rawCode
  return typeof errcode === 'number' ? errcode : codeInText(messageOf(error))
}

/** SQLite's primary result code: the low byte of {@link extendedCodeOf}. */
export function primaryCodeOf(error: unknown): number {
  return extendedCodeOf(error) & 0xff
}

/** True when another connection holds the lock that a statement needs. */
export function isBusy(error: unknown): boolean {
  const code = primaryCodeOf(error)
  return code === SqliteCode.busy || code === SqliteCode.locked
}

/** The driver's own words. */
export function messageOf(error: unknown): string {
  const { message } = asDriverError(error)
  return typeof message === 'string' ? message : String(error)
}

/** Turns a driver's error into the one that Prisma's client understands. An error that is one already stays as it is. */
export function adapterError(error: unknown): unknown {
  if (error instanceof DriverAdapterError) return error
  return new DriverAdapterError(failureOf(error))
}

function failureOf(error: unknown): SqliteFailure {
  const extendedCode = extendedCodeOf(error)
  const message = messageOf(error)
  const original = { originalCode: String(extendedCode), originalMessage: message }
  if (isBusy(error)) return { ...original, kind: 'TransactionWriteConflict' }
  const constraint = /^(UNIQUE|NOT NULL|FOREIGN KEY) constraint failed(?:: (.*))?/.exec(message)
  if (constraint?.[1] === 'FOREIGN KEY') {
    return { ...original, kind: 'ForeignKeyConstraintViolation', constraint: { foreignKey: {} } }
  }
  if (constraint !== null) {
    const fields = constraint[2]?.split(', ').map(field => field.slice(field.lastIndexOf('.') + 1))
    const kind = constraint[1] === 'UNIQUE' ? 'UniqueConstraintViolation' : 'NullConstraintViolation'
    return { ...original, kind, ...(fields === undefined ? {} : { constraint: { fields } }) }
  }
  const missing = /^no such (table|column): (.*)/.exec(message)
  if (missing?.[1] === 'table') return { ...original, kind: 'TableDoesNotExist', table: missing[2] ?? '' }
  if (missing !== null) return { ...original, kind: 'ColumnNotFound', column: missing[2] ?? '' }
  return { ...original, kind: 'sqlite', extendedCode, message }
}

const asDriverError = (error: unknown): DriverErrorLike => (typeof error === 'object' && error !== null ? error : {})

/** libsql says `ConnectionFailed("Unable to open connection to local database …: 14")` and no code. */
function codeInText(message: string): number {
  const opening = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(message)
  return opening === null ? 1 : Number(opening[1])
}
