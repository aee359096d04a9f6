import type { Dialect } from '../dialect.js'
import { joined, sql, verbatim, type Sql } from './sql.js'

/** What a column of a list holds: an id, a key, a name, long text, a whole number, a truth value. */
export type ListColumn = 'id' | 'key' | 'name' | 'text' | 'int' | 'bool'

/** A column and what it holds. */
interface Holding {
  readonly column: Sql
  readonly value: string
}

/** How one family of databases writes what the others write in another way. */
export interface Grammar {
  /** Rows, sent as one JSON text, as a table in a FROM clause with this alias. */
  list(rows: readonly object[], columns: Readonly<Record<string, ListColumn>>, alias: string): Sql
  /** Whether a text column holds one of these ids or keys, found by the column's index where it has one. */
  among(column: string, texts: readonly string[]): Sql
  /** Texts, each an id or key, as the right side of IN. */
  oneOf(texts: readonly string[]): Sql
  /**
   * ` AND` {@link among}, for a table that is joined to a list which says the same. PostgreSQL, which knows nothing about
   * new tables and guesses, finds the rows by this; empty on databases that can be told to follow the list. The texts may
   * also be a SELECT.
   */
  narrowed(column: string, texts: readonly string[] | Sql): Sql
  /** Joins a table to a list that comes before it: the list leads, the table is looked up by its index. */
  readonly lookUp: Sql
  /** A text column that must not be looked up by its index: planners without statistics prefer it to a better one. */
  unindexed(column: string): Sql
  /**
   * Rows at a place from a rank on, such as units of a run in a status, and the order of their ranks, in a form that fits the index of all
   * these columns alone. PostgreSQL keeps the plan of a statement that was prepared when there were few units; an index by the status alone is
   * as good then.
   */
  ranked(place: readonly Holding[], rank: { readonly column: Sql; readonly from: number }): { readonly where: Sql; readonly order: Sql }
  /**
   * Rows that have these values in two columns, and the order to read them in (a whole clause, or nothing), in a form that fits the index by
   * both alone: another one by the first column looks as good to a plan that was made when nobody had much there.
   */
  paired(columns: readonly [Sql, Sql], values: readonly [Sql, Sql]): { readonly where: Sql; readonly order: Sql }
  /** Whether the order of units is planned for one index in transactions alone (docs/decisions/0035-kept-plans.md). */
  readonly ordersInTransactions: boolean
  greatest(a: Sql, b: Sql): Sql
  /** A whole number to reckon with: MySQL, to which they come as texts, would go on in fractions. */
  whole(number: number): Sql
  /** How often one whole number goes into another, whole too; one below zero is cut off towards zero. */
  quotient(a: Sql, b: Sql): Sql
  /** Whether a text holds another one somewhere, in small letters or as it is. */
  contains(column: Sql, text: string): Sql
  /** A whole number that a JSON text has under a key; NULL when it has none. */
  numberIn(column: Sql, key: string): Sql
  /** So many rows, of those after the ones that are passed over. */
  limit(rows: number, passedOver?: number): Sql
  /** How many rows there are, counted up to so many; `from` is a FROM clause with its conditions, which may name tables around it. */
  countTo(from: Sql, most: number): Sql
  /** Locks the rows that a SELECT returns, in their order. */
  readonly forUpdate: Sql
  /** After INSERT … SELECT or VALUES: leaves out rows that are there already. `key` names a column of the table. */
  orIgnore(key: string): Sql
  /** After INSERT … SELECT: changes the row that is there already; `columns` are its unique key. */
  orUpdate(columns: string, changes: (fresh: (column: Sql) => Sql) => Sql): Sql
  /** The database's clock, epoch ms; null where the host's is used. */
  readonly clock: Sql | null
  /** Whether an UPDATE can return the rows it changed. */
  readonly returning: boolean
}

const postgres: Grammar = {
  // The limit, a power of two so that there are few different statements, tells the planner how long the list is.
  list: (rows, columns, alias) => sql`(SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x(${verbatim(typed(columns, { id: 'text', key: 'text', name: 'text', text: 'text', int: 'bigint', bool: 'boolean' }))}) LIMIT ${verbatim(String(powerOfTwo(rows.length)))}) ${verbatim(alias)}`,
  among: (column, texts) => sql`${verbatim(column)} = ANY(ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb)))`,
  oneOf: texts => sql`(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`,
  narrowed: (column, texts) => ('parts' in texts ? sql` AND ${verbatim(column)} = ANY(ARRAY(${texts}))` : sql` AND ${postgres.among(column, texts)}`),
  lookUp: verbatim('JOIN'),
  unindexed: column => verbatim(`(${column} || '')`),
  ranked(place, rank) {
    const columns = place.map(({ column }) => column)
    const values = place.map(({ value }) => sql`${value}`)
    const all = joined([...columns, rank.column], ', ')
    return { where: sql`(${all}) >= (${joined([...values, sql`${rank.from}`], ', ')}) AND (${joined(columns, ', ')}) <= (${joined(values, ', ')})`, order: all }
  },
  paired([first, second], [a, b]) {
    const both = sql`${first}, ${second}`
    return { where: sql`(${both}) >= (${a}, ${b}) AND (${both}) <= (${a}, ${b})`, order: sql` ORDER BY ${both}` }
  },
  ordersInTransactions: true,
  greatest: (a, b) => sql`greatest(${a}, ${b})`,
  whole: number => sql`${number}`,
  quotient: (a, b) => sql`((${a}) / ${b})`,
  contains: (column, text) => sql`(strpos(${column}, ${text}) > 0 OR strpos(lower(${column}), ${text.toLowerCase()}) > 0)`,
  numberIn: (column, key) => sql`CAST(CAST(${column} AS jsonb)->>${verbatim(`'${key}'`)} AS bigint)`,
  limit: (rows, passedOver = 0) => (passedOver === 0 ? sql`LIMIT ${rows}` : sql`LIMIT ${rows} OFFSET ${passedOver}`),
  countTo: (from, most) => sql`(SELECT count(*) FROM (SELECT 1 ${from} LIMIT ${verbatim(String(most))}) n)`,
  forUpdate: verbatim('FOR UPDATE'),
  orIgnore: () => verbatim('ON CONFLICT DO NOTHING'),
  orUpdate: (columns, changes) => sql`ON CONFLICT (${verbatim(columns)}) DO UPDATE SET ${changes(column => sql`excluded.${column}`)}`,
  clock: verbatim('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now'),
  returning: true,
}

const sqlite: Grammar = {
  list: (rows, columns, alias) => sql`(SELECT ${verbatim(Object.keys(columns).map(name => `value->>'${name}' AS ${name}`).join(', '))} FROM json_each(${JSON.stringify(rows)})) ${verbatim(alias)}`,
  among: (column, texts) => sql`${verbatim(column)} IN ${sqlite.oneOf(texts)}`,
  oneOf: texts => sql`(SELECT value FROM json_each(${JSON.stringify(texts)}))`,
  narrowed: () => verbatim(''),
  lookUp: verbatim('CROSS JOIN'),
  unindexed: column => verbatim(`+${column}`),
  ranked: (place, rank) => ({ where: joined([...place.map(({ column, value }) => sql`${column} = ${value}`), sql`${rank.column} >= ${rank.from}`], ' AND '), order: rank.column }),
  paired: ([first, second], [a, b]) => ({ where: sql`${first} = ${a} AND ${second} = ${b}`, order: verbatim('') }),
  ordersInTransactions: false,
  greatest: (a, b) => sql`max(${a}, ${b})`,
  whole: postgres.whole,
  quotient: postgres.quotient,
  contains: (column, text) => sql`(instr(${column}, ${text}) > 0 OR instr(lower(${column}), ${text.toLowerCase()}) > 0)`,
  numberIn: (column, key) => sql`CAST(${column}->>${verbatim(`'$.${key}'`)} AS INTEGER)`,
  limit: postgres.limit,
  countTo: postgres.countTo,
  // Whoever writes has the whole database to itself.
  forUpdate: verbatim(''),
  orIgnore: () => verbatim('ON CONFLICT DO NOTHING'),
  orUpdate: postgres.orUpdate,
  clock: null,
  returning: true,
}

const MYSQL_TYPES: Readonly<Record<ListColumn, string>> = {
  id: 'VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', key: 'VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  name: 'VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', text: 'LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', int: 'BIGINT', bool: 'TINYINT',
}

const mysql: Grammar = {
  list: (rows, columns, alias) => sql`JSON_TABLE(${JSON.stringify(rows)}, '$[*]' COLUMNS(${verbatim(Object.entries(columns).map(([name, type]) => `${name} ${MYSQL_TYPES[type]} PATH '$.${name}'`).join(', '))})) ${verbatim(alias)}`,
  among: (column, texts) => sql`${verbatim(column)} IN ${mysql.oneOf(texts)}`,
  narrowed: () => verbatim(''),
  // Filled up to a power of two with the last one, so that there are few different statements to prepare.
  oneOf: texts => texts.length === 0 ? verbatim('(NULL)') : sql`(${joined(Array.from({ length: powerOfTwo(texts.length) }, (_, index) => sql`${texts[Math.min(index, texts.length - 1)] ?? ''}`), ', ')})`,
  lookUp: verbatim('STRAIGHT_JOIN'),
  unindexed: column => verbatim(`concat(${column})`),
  ranked: sqlite.ranked,
  paired: sqlite.paired,
  ordersInTransactions: false,
  greatest: postgres.greatest,
  whole: number => sql`CAST(${number} AS SIGNED)`,
  quotient: (a, b) => sql`((${a}) DIV ${b})`,
  contains: sqlite.contains,
  numberIn: (column, key) => sql`CAST(JSON_EXTRACT(${column}, ${verbatim(`'$.${key}'`)}) AS SIGNED)`,
  // A derived table of MariaDB does not see the tables around it; a single row does.
  countTo: (from, most) => sql`CASE WHEN (SELECT 1 ${from} ${mysql.limit(1, most - 1)}) IS NULL THEN (SELECT count(*) ${from}) ELSE ${verbatim(String(most))} END`,
  // MySQL refuses a LIMIT that is bound as text, which is how whole numbers travel.
  limit: (rows, passedOver = 0) => verbatim(`LIMIT ${String(BigInt(rows))}${passedOver === 0 ? '' : ` OFFSET ${String(BigInt(passedOver))}`}`),
  forUpdate: verbatim('FOR UPDATE'),
  orIgnore: key => verbatim(`ON DUPLICATE KEY UPDATE ${key} = ${key}`),
  orUpdate: (_, changes) => sql`ON DUPLICATE KEY UPDATE ${changes(column => sql`VALUES(${column})`)}`,
  clock: verbatim("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) DIV 1000 AS now"),
  returning: false,
}

/** The grammars of the databases that the store runs on. */
export const GRAMMARS: Readonly<Partial<Record<Dialect, Grammar>>> = { sqlite, postgresql: postgres, cockroachdb: postgres, mysql }

/** The smallest power of two that is not below `count`. */
function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, count)))
}

function typed(columns: Readonly<Record<string, ListColumn>>, types: Readonly<Record<ListColumn, string>>): string {
  return Object.entries(columns).map(([name, type]) => `${name} ${types[type]}`).join(', ')
}
