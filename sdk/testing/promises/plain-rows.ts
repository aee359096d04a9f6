/** A row as the database's driver returns it: whole numbers may come as number, bigint or text. */
export type PlainRow = Readonly<Record<string, unknown>>

/** Any way to run a plain SQL text without parameters: a Prisma client, a driver's connection, a command line. */
export type PlainQuery = (sql: string) => PromiseLike<readonly PlainRow[]>

/** Where the tables are, and how names are quoted. */
export interface PlainTables {
  /** CockroachDB is `postgresql`, MariaDB is `mysql`. */
  readonly dialect: 'sqlite' | 'postgresql' | 'mysql'
  /** @default 'mephisto_' */
  readonly prefix?: string
  /** Where the tables are not in the connection's own schema. `postgresDb` puts them into `mephisto`. */
  readonly schema?: string
}

/** The full name of one of the SDK's tables, quoted. */
export type TableNamer = (name: string) => string

/** Names tables. */
export function tableNamer({ dialect, prefix = 'mephisto_', schema }: PlainTables): TableNamer {
  const quote = dialect === 'mysql' ? '`' : '"'
  const quoted = (name: string): string => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
  return name => `${schema === undefined ? '' : `${quoted(schema)}.`}${quoted(prefix + name)}`
}

/** A text as an SQL literal. Ids only: MySQL would read a backslash. */
export function literal(id: string): string {
  return `'${id.replaceAll("'", "''")}'`
}

/** A column as text; empty for NULL. */
export function textAt(row: PlainRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}

/** A column as a number; NaN for NULL. */
export function numberAt(row: PlainRow, column: string): number {
  return row[column] === null ? NaN : Number(row[column])
}

/** A JSON text as a value; null for what is not JSON. */
export function jsonAt(row: PlainRow, column: string): unknown {
  try {
    return JSON.parse(textAt(row, column)) as unknown
  } catch {
    return null
  }
}
