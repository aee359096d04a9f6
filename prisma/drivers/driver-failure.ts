/** What kind of failure a driver reported, in the words that Prisma's driver adapters use too. */
export type FailureKind =
  | 'TransactionWriteConflict' | 'UniqueConstraintViolation' | 'ForeignKeyConstraintViolation' | 'NullConstraintViolation'
  | 'ValueOutOfRange' | 'LengthMismatch' | 'StatementTooLarge' | 'InvalidInputValue' | 'TableDoesNotExist' | 'ColumnNotFound' | 'DatabaseDoesNotExist' | 'AuthenticationFailed'
  | 'DatabaseNotReachable' | 'ConnectionClosed' | 'TooManyConnections' | 'ReadOnly' | 'StorageFull' | 'TransactionAlreadyClosed' | 'CommitUnknown' | 'Other'

/** A driver's error in the shape in which Prisma's clients report theirs, so that one reader understands both. */
export class DriverFailure extends Error {
  override readonly name = 'DriverFailure'
  override readonly cause: { readonly kind: FailureKind; readonly originalCode: string; readonly originalMessage: string }
  /** The driver's own error. */
  readonly driverError: unknown

  constructor(kind: FailureKind, driverError: unknown) {
    const { code, message } = codeAndMessage(driverError)
    super(message)
    this.cause = { kind, originalCode: code, originalMessage: message }
    this.driverError = driverError
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOENT'])
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_DESTROYED', 'PROTOCOL_CONNECTION_LOST'])

/** What drivers say of a lost connection without a code. */
const CLOSED_IN_WORDS = /connection terminated|connection lost|connection error|closed the connection|closed state|not queryable|read timeout|socket has unexpectedly been closed/i
const UNREACHABLE_IN_WORDS = /timeout exceeded when trying to connect/i
/** What `pg` says where a server wants a password and the address has none. */
const REFUSED_IN_WORDS = /^SASL\b|password must be a string/

/** The kind of a driver's error that is about its connection, the same for every driver; undefined for any other. */
export function networkKind(error: unknown): FailureKind | undefined {
  const { code, message } = codeAndMessage(error)
  if (REFUSED_IN_WORDS.test(message)) return 'AuthenticationFailed'
  if (UNREACHABLE.has(code) || UNREACHABLE_IN_WORDS.test(message)) return 'DatabaseNotReachable'
  return CLOSED.has(code) || CLOSED_IN_WORDS.test(message) ? 'ConnectionClosed' : undefined
}

function codeAndMessage(error: unknown): { code: string; message: string } {
  const like = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; message?: unknown; errors?: readonly unknown[] }
  // Node tries each address of a host name and reports an AggregateError whose own message is empty.
  const [first] = like.errors ?? []
  if (first !== undefined && (like.message === undefined || like.message === '')) return codeAndMessage(first)
  const code = typeof like.code === 'string' || typeof like.code === 'number' ? String(like.code) : ''
  return { code, message: typeof like.message === 'string' ? like.message : String(error) }
}
