import { MephistoError } from '../sdk/errors.js'
import { DEFAULT_PREFIX, type Dialect, type TableNames } from './dialect.js'
import type { MigrationTarget } from './migration-records.js'

/** What a database has whose tables somebody else made. Names of tables are without the prefix. */
export interface FoundTables {
  /** For each table its columns, with the collation of those that are texts where the database has one. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string | null>>
  /** The names of all indexes. */
  readonly indexes: ReadonlySet<string>
}

interface Questions {
  readonly columns: string
  readonly indexes: string
}

const POSTGRES: Questions = {
  columns: 'SELECT table_name AS in_table, column_name AS name, NULL AS collation_name FROM information_schema.columns WHERE table_schema = COALESCE($1, current_schema())',
  indexes: 'SELECT indexname AS name FROM pg_catalog.pg_indexes WHERE schemaname = COALESCE($1, current_schema())',
}

const QUESTIONS: Readonly<Partial<Record<Dialect, Questions>>> = {
  sqlite: {
    columns: "SELECT m.name AS in_table, c.name AS name, NULL AS collation_name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    indexes: "SELECT name FROM sqlite_master WHERE type = 'index'",
  },
  postgresql: POSTGRES,
  cockroachdb: POSTGRES,
  mysql: {
    columns: 'SELECT table_name AS in_table, column_name AS name, collation_name AS collation_name FROM information_schema.columns WHERE table_schema = COALESCE(?, DATABASE())',
    indexes: 'SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = COALESCE(?, DATABASE())',
  },
}

/** Reads what tables with our prefix are there. @throws MephistoError `invalid_options` on SQL Server, where nothing of the SDK runs yet */
export async function findTables({ client, dialect, names }: MigrationTarget): Promise<FoundTables> {
  const questions = QUESTIONS[dialect]
  if (questions === undefined) throw new MephistoError('invalid_options', `The SDK does not run on ${dialect} yet, so there is nothing to record.`)
  const values = dialect === 'sqlite' ? [] : [names.schema ?? null]
  const columns = new Map<string, Map<string, string | null>>()
  for (const row of await client.$queryRawUnsafe<{ in_table: string; name: string; collation_name: string | null }[]>(questions.columns, ...values)) {
    const table = withoutPrefix(row.in_table, names)
    if (table === undefined) continue
    columns.set(table, (columns.get(table) ?? new Map<string, string | null>()).set(row.name, row.collation_name))
  }
  const indexes = await client.$queryRawUnsafe<{ name: string }[]>(questions.indexes, ...values)
  return { columns, indexes: new Set(indexes.map(({ name }) => name)) }
}

function withoutPrefix(table: string, { prefix = DEFAULT_PREFIX }: TableNames): string | undefined {
  return table.startsWith(prefix) ? table.slice(prefix.length) : undefined
}
