/** The databases that the SDK has statements for, by Prisma's own names of providers. */
export const DIALECTS = ['sqlite', 'postgresql', 'cockroachdb', 'mysql', 'sqlserver'] as const
/** See {@link DIALECTS}. MariaDB is `mysql`. */
export type Dialect = (typeof DIALECTS)[number]

/** What the names of our tables begin with, unless it is said otherwise. */
export const DEFAULT_PREFIX = 'mephisto_'

/** Where our tables are: the prefix of their names, and the schema they are in when it is not the connection's own. */
export interface TableNames {
  /** @default 'mephisto_' */
  readonly prefix?: string
  readonly schema?: string
}

/** A name as the database wants it quoted. */
export function quoted(dialect: Dialect, name: string): string {
  if (dialect === 'mysql') return `\`${name.replaceAll('`', '``')}\``
  if (dialect === 'sqlserver') return `[${name.replaceAll(']', ']]')}]`
  return `"${name.replaceAll('"', '""')}"`
}

/** The quoted name of one of our tables, with its schema where there is one. `name` is without the prefix. */
export function tableName(dialect: Dialect, name: string, { prefix = DEFAULT_PREFIX, schema }: TableNames = {}): string {
  const table = quoted(dialect, `${prefix}${name}`)
  return schema === undefined ? table : `${quoted(dialect, schema)}.${table}`
}

/** The `index`-th placeholder of a statement, counted from 1. */
export function placeholder(dialect: Dialect, index: number): string {
  if (dialect === 'postgresql' || dialect === 'cockroachdb') return `$${String(index)}`
  return dialect === 'sqlserver' ? `@P${String(index)}` : '?'
}
