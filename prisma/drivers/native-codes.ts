import type { FailureKind } from './driver-failure.js'

/** SQLSTATE codes (PostgreSQL documentation, appendix A) and classes, first two characters. */
const POSTGRES: Readonly<Record<string, FailureKind>> = {
  '23505': 'UniqueConstraintViolation', '23503': 'ForeignKeyConstraintViolation', '23502': 'NullConstraintViolation',
  '22001': 'LengthMismatch', '22003': 'ValueOutOfRange', '22P05': 'InvalidInputValue', '22021': 'InvalidInputValue', '54000': 'StatementTooLarge',
  '42P01': 'TableDoesNotExist', '42703': 'ColumnNotFound', '3F000': 'TableDoesNotExist', '3D000': 'DatabaseDoesNotExist',
  '40000': 'TransactionWriteConflict', '40001': 'TransactionWriteConflict', '40P01': 'TransactionWriteConflict', '55P03': 'TransactionWriteConflict',
  '53300': 'TooManyConnections', '53100': 'StorageFull', '25006': 'ReadOnly', '42501': 'ReadOnly', '25P03': 'ConnectionClosed', '25P04': 'ConnectionClosed',
  '57P01': 'ConnectionClosed', '57P02': 'ConnectionClosed', '57P03': 'DatabaseNotReachable', '57P05': 'ConnectionClosed',
}
const POSTGRES_CLASSES: Readonly<Record<string, FailureKind>> = { '08': 'ConnectionClosed', '28': 'AuthenticationFailed' }

/** Error numbers (MySQL and MariaDB error references); those from 45000 are of the driver `mariadb`, which Prisma uses. */
const MYSQL: Readonly<Record<string, FailureKind>> = {
  1062: 'UniqueConstraintViolation', 1169: 'UniqueConstraintViolation', 1452: 'ForeignKeyConstraintViolation', 1451: 'ForeignKeyConstraintViolation',
  1216: 'ForeignKeyConstraintViolation', 1217: 'ForeignKeyConstraintViolation', 1048: 'NullConstraintViolation', 1364: 'NullConstraintViolation',
  1264: 'ValueOutOfRange', 1406: 'LengthMismatch', 1153: 'StatementTooLarge', 45046: 'StatementTooLarge', 1366: 'InvalidInputValue', 1146: 'TableDoesNotExist', 1054: 'ColumnNotFound', 1049: 'DatabaseDoesNotExist',
  1045: 'AuthenticationFailed', 1044: 'AuthenticationFailed', 1698: 'AuthenticationFailed', 1251: 'AuthenticationFailed',
  1205: 'TransactionWriteConflict', 1213: 'TransactionWriteConflict', 1020: 'TransactionWriteConflict', 3572: 'TransactionWriteConflict',
  1040: 'TooManyConnections', 1203: 'TooManyConnections', 1226: 'TooManyConnections', 45012: 'DatabaseNotReachable', 45028: 'DatabaseNotReachable', 1021: 'StorageFull', 1114: 'StorageFull',
  1290: 'ReadOnly', 1792: 'ReadOnly', 1836: 'ReadOnly', 1142: 'ReadOnly', 1143: 'ReadOnly', 1227: 'ReadOnly',
  1053: 'ConnectionClosed', 1927: 'ConnectionClosed', 1317: 'ConnectionClosed', 2006: 'ConnectionClosed', 2013: 'ConnectionClosed', 1160: 'ConnectionClosed', 4031: 'ConnectionClosed',
  45001: 'ConnectionClosed', 45004: 'ConnectionClosed', 45009: 'ConnectionClosed', 45013: 'ConnectionClosed', 45019: 'ConnectionClosed', 45026: 'ConnectionClosed',
}

/** A full disk behind a number that says only what could not be done: ENOSPC, and the storage engines' own "no more room". */
const FULL_IN_WORDS = /err(?:no|code): (?:28|135)\b|got error (?:28|135)\b/i

/** An error of PostgreSQL's, as far as its kind shows in it. */
export interface PostgresError {
  readonly code?: unknown
  /** In the server's language. */
  readonly severity?: unknown
  /** Of the server's source, in which it came up. */
  readonly file?: unknown
}

/** The kind of failure that an error of PostgreSQL's means; undefined for one that means nothing to us. */
export function postgresKind({ code, severity, file }: PostgresError): FailureKind | undefined {
  // The whole server stops when its log cannot be written, whatever the code: what was being saved may be there when it is back.
  if (severity === 'PANIC' || file === 'xlog.c') return 'ConnectionClosed'
  return typeof code === 'string' ? POSTGRES[code] ?? POSTGRES_CLASSES[code.slice(0, 2)] : undefined
}

/** The kind of failure that a number of MySQL's or MariaDB's means, with its words; undefined for one that means nothing to us. */
export function mysqlKind(code: string, message: string): FailureKind | undefined {
  return MYSQL[code] ?? (FULL_IN_WORDS.test(message) ? 'StorageFull' : undefined)
}
