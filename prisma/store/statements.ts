import { MephistoError } from '../../sdk/errors.js'
import type { RawStatements } from '../raw-client.js'

/** A row as raw SQL returns it: integers may come as number or bigint. */
export type Row = Readonly<Record<string, unknown>>

/** Raw statements with the table names of this installation. */
export interface Statements {
  /** The name of a table with its prefix, quoted. */
  table(name: TableName): string
  /** Runs a statement that returns rows. Numbers are bound as 64-bit integers. */
  rows(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>
}

/** What can be bound: lists travel as one JSON text, read with json_each. */
export type SqlValue = string | number | bigint | null

/** Tables that the store's statements name. */
export type TableName =
  | 'project' | 'task' | 'requester' | 'blueprint_version' | 'task_run' | 'assignment' | 'unit' | 'worker' | 'run_worker' | 'agent'
  | 'submission' | 'decision' | 'ledger_entry' | 'audit'

/** Statements over a client or one of its transactions. */
export function createStatements(raw: RawStatements, prefix: string): Statements {
  const bind = (values: readonly SqlValue[]): unknown[] => values.map(value => (typeof value === 'number' ? BigInt(value) : checked(value)))
  return {
    table: name => `"${prefix}${name}"`,
    rows: async (sql, ...values) => raw.$queryRawUnsafe<readonly Row[]>(sql, ...bind(values)),
    run: async (sql, ...values) => raw.$executeRawUnsafe(sql, ...bind(values)),
  }
}

/** In a list as JSON text: an escape for U+0000 or half a surrogate pair that json_each would put into a column. */
const UNKEEPABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

function checked(value: string | bigint | null): string | bigint | null {
  if (typeof value === 'string' && value.startsWith('[') && UNKEEPABLE_ESCAPE.test(value)) {
    throw new MephistoError('invalid_input', 'A text holds a character that cannot be stored (U+0000 or half of a character).')
  }
  return value
}

/** A text column. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds ${typeof value} where text was expected`)
  return value
}

/** A text column that may be null. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : text(row, column)
}

/** An integer column. Beyond 2^53 it is refused rather than rounded. */
export function integer(row: Row, column: string): number {
  const value = Number(row[column])
  if (!Number.isSafeInteger(value)) throw new TypeError(`column ${column} holds ${String(row[column])} where a safe integer was expected`)
  return value
}

/** An integer column that may be null. */
export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null || row[column] === undefined ? null : integer(row, column)
}
