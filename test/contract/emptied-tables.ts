import { tableName, type Dialect, type TableNames } from '../../prisma/dialect.js'
import { committedMigrations } from '../../prisma/migration-list.js'

/** The statements that empty the SDK's tables, those first that refer to others: to make tables anew for each test takes far longer. */
export async function emptying(dialect: Dialect, names: TableNames): Promise<readonly string[]> {
  const statements = (await committedMigrations(dialect)).flatMap(migration => migration.statements)
  const named = (form: RegExp): readonly string[] => statements.flatMap(statement => form.exec(statement)?.[1] ?? [])
  const dropped = new Set(named(/^DROP TABLE \{t:(\w+)\}/))
  // What refers to others was made after them.
  const tables = named(/^CREATE TABLE \{t:(\w+)\}/).filter(table => !dropped.has(table)).reverse()
  return tables.map(table => `DELETE FROM ${tableName(dialect, table, names)}`)
}
