import type { Dialect } from './dialect.js'
import type { Migration } from './migration-sql.js'

/** All migrations of one dialect, oldest first. */
export async function committedMigrations(dialect: Dialect): Promise<readonly Migration[]> {
  return (await load(dialect)).migrations
}

/** The statements that make the migrator's own tables. */
export async function migratorTables(dialect: Dialect): Promise<readonly string[]> {
  return (await load(dialect)).migratorTables
}

/** The others' are not loaded. */
function load(dialect: Dialect): Promise<{ readonly migrations: readonly Migration[]; readonly migratorTables: readonly string[] }> {
  switch (dialect) {
    case 'sqlite': return import('./ddl/sqlite/migrations.js')
    case 'postgresql': return import('./ddl/postgresql/migrations.js')
    case 'cockroachdb': return import('./ddl/cockroachdb/migrations.js')
    case 'mysql': return import('./ddl/mysql/migrations.js')
    case 'sqlserver': return import('./ddl/sqlserver/migrations.js')
  }
}
