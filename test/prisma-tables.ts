import type { RawClient } from '../prisma/raw-client.js'
import { committedMigrations } from '../prisma/migration-list.js'
import { changesRows, renderStatement } from '../prisma/migration-sql.js'
import { renderFragment, withMigratorTables, wholeSchema } from '../scripts/prisma/render.js'
import { readSnapshots } from '../scripts/prisma/snapshots.js'
import { prismaDiff } from './schema-engine.js'

/** The databases that tests run on. */
export type TestedDialect = 'sqlite' | 'postgresql' | 'mysql'

const snapshots = readSnapshots(new URL('../', import.meta.url))

/** A host's whole schema, with our models as a version of the package has them. */
export function hostSchemaOf(dialect: TestedDialect, version: string): string {
  const template = snapshots.find(({ name }) => name === version)?.template ?? ''
  return wholeSchema(dialect, renderFragment(dialect, { template: withMigratorTables(template) }))
}

/**
 * What `prisma migrate dev` writes into a host's migration when our models go from one version to another, null for none.
 * For MySQL, which the engine does not know here, these are our own statements with Prisma's collation.
 */
export async function prismaStatements(dialect: TestedDialect, from: string | null, to: string): Promise<string[]> {
  if (dialect !== 'mysql') return prismaDiff(dialect, from === null ? null : hostSchemaOf(dialect, from), hostSchemaOf(dialect, to))
  const names = snapshots.map(({ name }) => name)
  const between = (await committedMigrations('mysql')).slice(from === null ? 0 : names.indexOf(from) + 1, names.indexOf(to) + 1)
  return between.flatMap(({ statements }) => statements).filter(statement => !changesRows(statement))
    .map(statement => renderStatement('mysql', statement).replace('utf8mb4_bin', 'utf8mb4_unicode_ci'))
}

/** What README and `init` have hosts on MySQL do to such a migration. */
export function withOurCollation(statement: string): string {
  return statement.replace('utf8mb4_unicode_ci', 'utf8mb4_bin')
}

/** Runs the statements of a host's migration. */
export async function runAll(client: RawClient, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.$executeRawUnsafe(statement)
}
