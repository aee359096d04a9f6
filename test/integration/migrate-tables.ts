import { expect } from 'vitest'
import { tableName, type Dialect, type TableNames } from '../../prisma/dialect.js'
import { renderStatement } from '../../prisma/migration-sql.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { readDatamodel } from '../../scripts/prisma/dmmf.js'
import { renderFragment, wholeSchema } from '../../scripts/prisma/render.js'
import { readSnapshots } from '../../scripts/prisma/snapshots.js'
import { tablesOf, type Column, type Table } from '../../scripts/prisma/structure.js'

/** The names of all migrations, oldest first. */
export const ALL = ['0001_initial', '0002_event_log', '0003_refusals', '0004_webhooks', '0005_feeding_and_publishing', '0006_files', '0007_sessions', '0008_live', '0009_budgets_and_free_units', '0010_audit_and_retention', '0011_assignees', '0012_data_removed', '0013_remarks', '0014_whole_decisions']

const snapshots = readSnapshots(new URL('../../', import.meta.url))

/** The tables as a migration leaves them; the newest unless named. */
export function modelTables(dialect: Dialect, migration = ALL.at(-1)): Table[] {
  const template = snapshots.find(({ name }) => name === migration)?.template ?? ''
  return tablesOf(dialect, readDatamodel(wholeSchema(dialect, renderFragment(dialect, { template, prefix: '' }))))
}

interface Found {
  readonly columns: readonly string[]
  readonly names: readonly string[]
}

const FOUND = {
  sqlite: {
    columns: "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 THEN '' ELSE '?' END AS found FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    names: "SELECT name AS found FROM sqlite_master WHERE type = 'index'",
  },
  postgresql: {
    columns: "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END AS found FROM information_schema.columns WHERE table_schema = COALESCE($1, current_schema())",
    names: 'SELECT indexname AS found FROM pg_indexes WHERE schemaname = COALESCE($1, current_schema())'
      + " UNION SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = (SELECT oid FROM pg_namespace WHERE nspname = COALESCE($1, current_schema()))",
  },
  mysql: {
    columns: "SELECT CONCAT(table_name, '.', column_name, IF(is_nullable = 'NO', '', '?')) AS found FROM information_schema.columns WHERE table_schema = COALESCE(?, DATABASE())",
    names: 'SELECT DISTINCT index_name AS found FROM information_schema.statistics WHERE table_schema = COALESCE(?, DATABASE())'
      + " UNION SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY'",
  },
} as const

async function find(client: RawClient, dialect: keyof typeof FOUND, { schema }: TableNames): Promise<Found> {
  const rows = async (sql: string): Promise<string[]> => {
    const values = dialect === 'sqlite' ? [] : [schema ?? null]
    return (await client.$queryRawUnsafe<{ found: string }[]>(sql, ...values)).map(row => row.found).sort()
  }
  return { columns: await rows(FOUND[dialect].columns), names: await rows(FOUND[dialect].names) }
}

/** Every table, column, index and foreign key of the models is there, and no column that is not theirs. */
export async function expectComplete(client: RawClient, dialect: keyof typeof FOUND, names: TableNames = {}): Promise<void> {
  const { prefix = 'mephisto_' } = names
  const tables = modelTables(dialect)
  const found = await find(client, dialect, names)
  const own = new Set([`${prefix}lock`, `${prefix}migration`])
  const columns = tables.flatMap(table => table.columns.map(column => `${prefix}${table.name}.${column.name}${column.isRequired ? '' : '?'}`))
  expect(found.columns.filter(column => !own.has(column.slice(0, column.indexOf('.'))))).toEqual(columns.sort())
  const wanted = tables.flatMap(table => [
    ...table.indexes.map(index => nameOf(dialect, [table.name, ...index.columns, index.isUnique ? 'key' : 'idx'], names)),
    // SQLite keeps no list of foreign keys' names.
    ...(dialect === 'sqlite' ? [] : table.foreignKeys.map(key => nameOf(dialect, [table.name, ...key.columns, 'fkey'], names))),
  ])
  expect(wanted.filter(name => !found.names.includes(name))).toEqual([])
  expect(new Set(wanted).size).toBe(wanted.length)
}

function nameOf(dialect: Dialect, parts: readonly string[], names: TableNames): string {
  return renderStatement(dialect, `{n:${parts.slice(0, -1).join('_')}|${parts.at(-1) ?? ''}}`, names).slice(1, -1)
}

const ROWS = [1, 2]

type Stored = string | number | bigint | boolean | null

/** Two rows for each of the tables. Every id is `id-1` or `id-2`, so that foreign keys hold. */
export async function fillTables(client: RawClient, dialect: Dialect, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    for (const row of ROWS) {
      const values = table.columns.map(column => literal(table, column, row))
      await client.$executeRawUnsafe(`INSERT INTO ${tableName(dialect, table.name)} VALUES (${values.join(', ')})`)
    }
  }
}

/** What {@link fillTables} wrote, as the database gives it back: rows of texts. */
export async function expectFilled(client: RawClient, dialect: Dialect, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    const names = table.columns.map(column => column.name)
    const quote = dialect === 'mysql' ? '`' : '"'
    const list = names.map(name => `${quote}${name}${quote}`).join(', ')
    const rows = await client.$queryRawUnsafe<Record<string, Stored>[]>(`SELECT ${list} FROM ${tableName(dialect, table.name)} ORDER BY 1, 2`)
    const plain = (value: Stored = null): string => (value === null ? 'NULL' : typeof value === 'boolean' ? String(Number(value)) : String(value))
    expect(rows.map(row => names.map(name => plain(row[name])))).toEqual(
      ROWS.map(row => table.columns.map(column => literal(table, column, row).replace(/^'(.*)'$/, '$1').replace('TRUE', '1'))),
    )
  }
}

/** Every second row leaves out what may be left out. */
function literal(table: Table, column: Column, row: number): string {
  if (!column.isRequired && row === 2) return 'NULL'
  if (column.name === 'id' || table.foreignKeys.some(key => key.columns.includes(column.name))) return `'id-${String(row)}'`
  if (/BOOL/.test(column.type)) return 'TRUE'
  // What the store reads as JSON.
  if (column.name === 'config') return `'{"row":${String(row)}}'`
  return /INT/.test(column.type) ? String(1_700_000_000 + row) : `'${column.name} ${String(row)} ä'`
}
