import { ColumnType } from './contract.js'
import type { ArgumentType, SqlResultSet } from './contract.js'
import type { DriverColumn, SqliteValue } from './drivers.js'
import { invalidValue } from './errors.js'

const DECLARED: Readonly<Record<string, ColumnType>> = {
  INT: ColumnType.Int32,
  INTEGER: ColumnType.Int32,
  BIGINT: ColumnType.Int64,
  REAL: ColumnType.Double,
  DOUBLE: ColumnType.Double,
  FLOAT: ColumnType.Float,
  NUMERIC: ColumnType.Double,
  DECIMAL: ColumnType.Numeric,
  BOOLEAN: ColumnType.Boolean,
  DATETIME: ColumnType.DateTime,
  DATE: ColumnType.Date,
  TEXT: ColumnType.Text,
  VARCHAR: ColumnType.Text,
  JSONB: ColumnType.Json,
  BLOB: ColumnType.Bytes,
}

/** A result column whose type is known, or undefined where only the values can tell. */
export interface ResultColumn {
  readonly name: string
  readonly type: ColumnType | undefined
}

/** Reads what a driver says about a column. A declared length is ignored: `VARCHAR(64)` is text. */
export function resultColumn(column: DriverColumn): ResultColumn {
  const declared = column.type?.replace(/\s*\(.*/, '').toUpperCase()
  return { name: column.name, type: declared === undefined ? undefined : DECLARED[declared] }
}

/**
 * Turns Prisma's parameters into SQLite's. Whole numbers are bound as integers, as the other databases do. Throws an
 * adapter error for a value that cannot be stored as it is.
 */
export function toSqlite(args: readonly unknown[], types: readonly ArgumentType[]): SqliteValue[] {
  const values: SqliteValue[] = new Array<SqliteValue>(args.length)
  for (let i = 0; i < args.length; i++) values[i] = valueToSqlite(args[i], types[i])
  return values
}

function valueToSqlite(arg: unknown, type: ArgumentType | undefined): SqliteValue {
  switch (typeof arg) {
    case 'string': return textToSqlite(arg, type?.scalarType)
    case 'number': return Number.isSafeInteger(arg) ? BigInt(arg) : arg
    case 'bigint': return within64Bits(arg)
    case 'boolean': return arg ? 1n : 0n
    case 'undefined': return null
    default:
      if (arg === null || arg instanceof Uint8Array) return arg
      if (arg instanceof Date) return dateText(arg)
      if (arg instanceof ArrayBuffer) return new Uint8Array(arg)
      if (ArrayBuffer.isView(arg)) return new Uint8Array(arg.buffer, arg.byteOffset, arg.byteLength)
      throw invalidValue('SQLite takes null, booleans, numbers, bigints, texts, dates and bytes as parameters')
  }
}

function textToSqlite(text: string, scalarType: string | undefined): SqliteValue {
  switch (scalarType) {
    case 'string': return withoutNul(text)
    case 'int':
    case 'bigint': return within64Bits(BigInt(text))
    case 'float':
    case 'decimal': return Number.parseFloat(text)
    case 'datetime': return dateText(new Date(text))
    case 'bytes': return Buffer.from(text, 'base64')
    default: return withoutNul(text)
  }
}

/** libsql would cut the text off there without a word, and PostgreSQL refuses it. JSON writes it as an escape. */
function withoutNul(text: string): string {
  if (text.includes('\0')) throw invalidValue('A text must not contain the character NUL (U+0000)')
  return text
}

/** Drivers refuse larger ones, each in its own words. */
function within64Bits(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw invalidValue(`SQLite has no integer as large as ${String(value)}`)
  return value
}

/** Prisma's own text form of an instant on SQLite, so that texts sort as instants do. */
const dateText = (date: Date): string => date.toISOString().replace('Z', '+00:00')

/** Turns SQLite's rows into Prisma's. Changes the rows in place: nobody else holds them. */
export function toResultSet(columns: readonly ResultColumn[], rows: SqliteValue[][]): SqlResultSet {
  const columnNames: string[] = []
  const columnTypes: ColumnType[] = []
  for (const [i, column] of columns.entries()) {
    columnNames.push(column.name)
    columnTypes.push(column.type ?? typeOfValues(rows, i))
  }
  for (const row of rows as unknown[][]) {
    for (let i = 0; i < row.length; i++) {
      const value = row[i]
      if (typeof value === 'bigint') row[i] = fromInteger(value, columnTypes[i])
      else if (typeof value === 'number') row[i] = fromReal(value, columnTypes[i])
    }
  }
  return { columnNames, columnTypes, rows }
}

/** The type of an expression: that of its first value that is not null. */
function typeOfValues(rows: readonly SqliteValue[][], index: number): ColumnType {
  for (const row of rows) {
    const value = row[index]
    if (value === null || value === undefined) continue
    if (typeof value === 'bigint') {
      return rows.some(other => typeof other[index] === 'number') ? ColumnType.Double : ColumnType.Int64
    }
    if (typeof value === 'string') return ColumnType.Text
    return typeof value === 'number' ? ColumnType.Double : ColumnType.Bytes
  }
  return ColumnType.Int32
}

function fromInteger(value: bigint, type: ColumnType | undefined): unknown {
  const number = Number(value)
  if (type === ColumnType.DateTime) return new Date(number).toISOString()
  return Number.isSafeInteger(number) ? number : value.toString()
}

function fromReal(value: number, type: ColumnType | undefined): unknown {
  if (type === ColumnType.DateTime) return new Date(value).toISOString()
  return type === ColumnType.Int32 || type === ColumnType.Int64 ? Math.trunc(value) : value
}
