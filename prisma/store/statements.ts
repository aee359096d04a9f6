import { MephistoError } from '../../sdk/errors.js'
import { placeholder, tableName, type Dialect, type TableNames } from '../dialect.js'
import type { RawStatements } from '../raw-client.js'
import { GRAMMARS, type Grammar, type ListColumn } from './grammar.js'
import { rendered, sql, verbatim, type Sql, type SqlValue } from './sql.js'

/** A row as raw SQL returns it: integers may come as number, bigint or text. */
export type Row = Readonly<Record<string, unknown>>

/** A change of rows that says which ones it changed. */
export interface Change {
  readonly table: TableName
  /** The table's alias in the other pieces. */
  readonly as: string
  /** A list, with the alias `j`, and how its rows find theirs; its column names are single letters. */
  readonly from?: Sql
  readonly on?: Sql
  /** Columns without the alias on the left side. */
  readonly set: Sql
  readonly where: Sql
  /** The column that is returned of each row. @default 'id' */
  readonly returned?: string
}

/** Statements with the table names and the grammar of this installation. */
export interface Statements {
  readonly grammar: Grammar
  /** The name of a table with its prefix, quoted. */
  table(name: TableName): Sql
  /** A column whose name is a reserved word somewhere. */
  column(name: string): Sql
  /** Rows as a table in a FROM clause; null and undefined values become NULL. */
  list(rows: readonly Readonly<Record<string, SqlValue | undefined>>[], columns: Readonly<Record<string, ListColumn>>, alias?: string): Sql
  /** Runs a statement that returns rows. */
  rows(statement: Sql): Promise<readonly Row[]>
  /** Runs a statement and returns how many rows it changed. */
  run(statement: Sql): Promise<number>
  /** Changes rows and returns the ids of those it changed. */
  change(change: Change): Promise<readonly string[]>
  /** Runs statements in one transaction: a new one, or the one that these are in already. */
  atomically<T>(work: (db: Statements) => Promise<T>): Promise<T>
}

/** Runs raw statements in one transaction: a new one, or the one that they are in already. */
export type Transact = <T>(work: (raw: RawStatements) => Promise<T>) => Promise<T>

/** Where statements run: on what database, in which tables, and how a transaction is had. */
export interface StatementSetting {
  readonly dialect: Dialect
  readonly names: TableNames
  readonly transact: Transact
}

/** Tables that the store's statements name. */
export type TableName =
  | 'project' | 'task' | 'requester' | 'blueprint_version' | 'task_run' | 'assignment' | 'item_source' | 'assignee' | 'unit' | 'worker' | 'run_worker' | 'refusal' | 'agent' | 'event'
  | 'submission' | 'decision' | 'qualification' | 'granted_qualification' | 'qualification_event' | 'block' | 'ledger_entry' | 'payout' | 'outbox' | 'audit' | 'webhook' | 'webhook_cursor' | 'publication' | 'file' | 'session' | 'packet' | 'remark' | 'review_claim'

/**
 * Statements over a client or one of its transactions.
 * @throws MephistoError `invalid_options` for a database that the store has no grammar for
 */
export function createStatements(raw: RawStatements, setting: StatementSetting): Statements {
  const { dialect, names } = setting
  const grammar = GRAMMARS[dialect]
  if (!grammar) throw new MephistoError('invalid_options', `The store has no statements for ${dialect} yet; use SQLite, PostgreSQL, CockroachDB, MariaDB or MySQL.`)
  const tables = new Map<TableName, Sql>()
  const render = (statement: Sql): { text: string; values: unknown[] } => {
    const { text, values } = rendered(statement, index => placeholder(dialect, index))
    // Prisma would bind a number as a floating point one.
    return { text, values: values.map(value => (typeof value === 'number' ? BigInt(value) : checked(value))) }
  }
  const statements: Statements = {
    grammar,
    table(name) {
      const known = tables.get(name) ?? verbatim(tableName(dialect, name, names))
      tables.set(name, known)
      return known
    },
    column: name => verbatim(dialect === 'mysql' ? `\`${name}\`` : `"${name}"`),
    list: (rows, columns, alias = 'j') => grammar.list(rows, columns, alias),
    async rows(statement) {
      const { text, values } = render(statement)
      return raw.$queryRawUnsafe<readonly Row[]>(text, ...values)
    },
    async run(statement) {
      const { text, values } = render(statement)
      return raw.$executeRawUnsafe(text, ...values)
    },
    change: change => (grammar.returning ? changeReturning(statements, change) : statements.atomically(tx => changeLocked(tx, change))),
    atomically: work => setting.transact(tx => work(tx === raw ? statements : createStatements(tx, { ...setting, transact: within => within(tx) }))),
  }
  return statements
}

async function changeReturning(db: Statements, { table, as, from, on, set, where, returned = 'id' }: Change): Promise<readonly string[]> {
  const condition = on ? sql`${on} AND ${where}` : where
  const rows = await db.rows(sql`UPDATE ${db.table(table)} AS ${verbatim(as)} SET ${set} ${from ? sql`FROM ${from}` : verbatim('')} WHERE ${condition} RETURNING ${verbatim(returned)}`)
  return rows.map(row => text(row, returned))
}

/** MySQL cannot return what an UPDATE changed: the rows are locked first, so that they are the ones that are changed. */
async function changeLocked(db: Statements, { table, as, from, on, set, where, returned = 'id' }: Change): Promise<readonly string[]> {
  const target = from && on ? sql`${from} STRAIGHT_JOIN ${db.table(table)} AS ${verbatim(as)} ON ${on}` : sql`${db.table(table)} AS ${verbatim(as)}`
  const rows = await db.rows(sql`SELECT ${verbatim(`${as}.${returned}`)} FROM ${target} WHERE ${where} FOR UPDATE`)
  if (rows.length > 0) await db.run(sql`UPDATE ${target} SET ${set} WHERE ${where}`)
  return rows.map(row => text(row, returned))
}

/** In a list as JSON text: an escape for U+0000 or half a surrogate pair that json_each would put into a column. */
const UNKEEPABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

function checked(value: Exclude<SqlValue, number>): Exclude<SqlValue, number> {
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
  const value = row[column]
  const number = value === null || value === undefined || value === '' ? NaN : Number(value)
  if (!Number.isSafeInteger(number)) throw new TypeError(`column ${column} holds ${String(value)} where a safe integer was expected`)
  return number
}

/** An integer column that may be null. */
export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null || row[column] === undefined ? null : integer(row, column)
}
