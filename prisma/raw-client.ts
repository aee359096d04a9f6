import { mysqlKind, postgresKind } from './drivers/native-codes.js'

/** Raw statements on a database, as a Prisma client and its transactions offer them. Placeholders are the database's own. */
export interface RawStatements {
  /** Runs one statement and returns how many rows it changed. */
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
  /** Runs one statement and returns its rows as objects. */
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): PromiseLike<Rows>
}

/** Limits of an interactive transaction, in milliseconds. */
export interface RawTransactionOptions {
  /** How long to wait for the transaction to begin. */
  readonly maxWait?: number
  /** How long it may take before it is rolled back. */
  readonly timeout?: number
  readonly isolationLevel?: 'ReadUncommitted' | 'ReadCommitted' | 'RepeatableRead' | 'Snapshot' | 'Serializable'
}

/** The part of a Prisma client that the SDK uses: any generated client fits, ours and a user's own. */
export interface RawClient extends RawStatements {
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. */
  $transaction<Result>(work: (transaction: RawStatements) => Promise<Result>, options?: RawTransactionOptions): Promise<Result>
}

/** What the database said went wrong, found inside the three shapes in which Prisma reports it. */
export interface DatabaseFailure {
  /** Prisma's name for the failure, such as `UniqueConstraintViolation`; undefined for errors that are not from a database. */
  readonly kind: string | undefined
  /** The database's own code: SQLite's number, SQLSTATE, MySQL's number. */
  readonly nativeCode: string | undefined
  /** The database's own words. */
  readonly message: string
}

interface PrismaErrorLike {
  readonly code?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: unknown } }
}

interface AdapterCause {
  readonly kind?: unknown
  readonly originalCode?: unknown
  readonly originalMessage?: unknown
  readonly severity?: unknown
}

const KINDS: Readonly<Record<string, string>> = {
  P2002: 'UniqueConstraintViolation',
  P2003: 'ForeignKeyConstraintViolation',
  P2021: 'TableDoesNotExist',
  P2022: 'ColumnNotFound',
  P2028: 'TransactionAlreadyClosed',
  P2034: 'TransactionWriteConflict',
  P1000: 'AuthenticationFailed',
  P1001: 'DatabaseNotReachable',
  P1003: 'DatabaseDoesNotExist',
  P1017: 'ConnectionClosed',
  P2037: 'TooManyConnections',
}

/** Reads an error of a Prisma client. Never throws, whatever `error` is. */
export function databaseFailure(error: unknown): DatabaseFailure {
  const prismaError = (typeof error === 'object' && error !== null ? error : {}) as PrismaErrorLike
  const cause = (prismaError.meta?.driverAdapterError?.cause ?? prismaError.cause ?? {}) as AdapterCause
  const nativeCode = textOf(cause.originalCode)
  return {
    kind: kindOf(cause) ?? KINDS[textOf(prismaError.code) ?? ''],
    nativeCode,
    // Prisma's own messages begin with the place in the code.
    message: textOf(cause.originalMessage) ?? textOf(prismaError.message)?.trim().split('\n').at(-1) ?? String(error),
  }
}

/** Prisma's adapters know fewer codes than we do, and name the database where they know none. */
function kindOf({ kind, originalCode, originalMessage, severity }: AdapterCause): string | undefined {
  const own = textOf(kind)
  if (own === 'postgres') return postgresKind({ code: originalCode, severity }) ?? own
  return own === 'mysql' ? mysqlKind(textOf(originalCode) ?? '', textOf(originalMessage) ?? '') ?? own : own
}

/** Failures of a statement that cannot have had an effect. */
const UNSENT: ReadonlySet<string> = new Set(['TransactionWriteConflict', 'DatabaseNotReachable', 'TooManyConnections'])

const LOST: ReadonlySet<string> = new Set(['ConnectionClosed', 'DatabaseNotReachable', 'TooManyConnections', 'SocketTimeout'])

/** True when the database could not be asked, or its reply was lost. */
export function isConnectionLoss(error: unknown): boolean {
  return LOST.has(databaseFailure(error).kind ?? '')
}

/** True when the same transaction, before its commit, may succeed if it is tried again: it lost a race for a lock, or its connection. */
export function isRetryable(error: unknown): boolean {
  return databaseFailure(error).kind === 'TransactionWriteConflict' || isConnectionLoss(error)
}

/** True when the same statement, alone, may succeed if it is tried again, and had no effect before. */
export function isUnsent(error: unknown): boolean {
  return UNSENT.has(databaseFailure(error).kind ?? '')
}

/** True when a row with the same unique value is there already. */
export function isDuplicate(error: unknown): boolean {
  return databaseFailure(error).kind === 'UniqueConstraintViolation'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
