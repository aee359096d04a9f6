import type { Dialect } from './dialect.js'
import type { Migration } from './migration-sql.js'

/** All migrations of one dialect, oldest first. The others' are not loaded. */
export async function committedMigrations(dialect: Dialect): Promise<readonly Migration[]> {
  switch (dialect) {
    case 'sqlite': return (await import('./ddl/sqlite/migrations.js')).migrations
    case 'postgresql': return (await import('./ddl/postgresql/migrations.js')).migrations
    case 'cockroachdb': return (await import('./ddl/cockroachdb/migrations.js')).migrations
    case 'mysql': return (await import('./ddl/mysql/migrations.js')).migrations
    case 'sqlserver': return (await import('./ddl/sqlserver/migrations.js')).migrations
  }
}
