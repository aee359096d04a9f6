import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../prisma/migrate.js'
import { committedMigrations, migratorTables } from '../../prisma/migration-list.js'
import { changesRows, renderStatement } from '../../prisma/migration-sql.js'
import { openClient } from '../../prisma/open-database.js'
import { readMigratorTemplate, renderFragment, wholeSchema } from '../../scripts/prisma/render.js'
import { readSnapshots } from '../../scripts/prisma/snapshots.js'
import { createDatabase, isServing } from '../databases.js'
import { ENGINE_DIALECTS, prismaDiff, prismaDrift, type EngineDialect } from '../schema-engine.js'

// What we write is what Prisma's own schema engine would, so that a host's Prisma finds nothing to change.

const isPostgresThere = await isServing('postgresql')
const snapshots = readSnapshots(new URL('../../', import.meta.url))

describe('as Prisma writes it', () => {
  const schemaOf = (dialect: EngineDialect, template: string): string => wholeSchema(dialect, renderFragment(dialect, { template }))
  const rendered = (dialect: EngineDialect, statements: readonly string[]): string[] => statements.filter(statement => !changesRows(statement)).map(statement => renderStatement(dialect, statement))
  /** From nothing the engine makes the schema too, in which everything is there. */
  const fromNothing = async (dialect: EngineDialect, template: string): Promise<string[]> => (await prismaDiff(dialect, null, schemaOf(dialect, template))).filter(statement => !statement.startsWith('CREATE SCHEMA'))

  test.each(ENGINE_DIALECTS)("on %s: the first migration, and the migrator's own tables", async dialect => {
    const [first] = await committedMigrations(dialect)
    expect(rendered(dialect, first?.statements ?? [])).toEqual(await fromNothing(dialect, snapshots[0]?.template ?? ''))
    expect(rendered(dialect, await migratorTables(dialect))).toEqual(await fromNothing(dialect, readMigratorTemplate()))
  })

  // On SQLite the engine makes a table anew where it gets a column with a default, which we only add: the result is the same, see below.
  test.each(['postgresql', 'cockroachdb'] as const)('on %s: each later migration', async dialect => {
    const migrations = await committedMigrations(dialect)
    for (const [index, { name, template }] of snapshots.entries()) {
      const before = snapshots[index - 1]
      if (before !== undefined) expect([name, ...rendered(dialect, migrations[index]?.statements ?? [])]).toEqual([name, ...await prismaDiff(dialect, schemaOf(dialect, before.template), schemaOf(dialect, template))])
    }
  })
})

describe('after `npx mephisto migrate`, `prisma db push` and `migrate dev` see no drift', () => {
  const OWN_MODEL = '\nmodel Task {\n  id Int @id\n}\n'

  /** Makes the tables version by version, as they grow at a host's, the migrator's own as the first releases made them. */
  async function drift(dialect: 'sqlite' | 'postgresql', at: string, file: string): Promise<string[]> {
    const { client, names, close } = await openClient({ at })
    onTestFinished(close)
    await client.$executeRawUnsafe('CREATE TABLE mephisto_lock (name VARCHAR(64) NOT NULL PRIMARY KEY, owner VARCHAR(64) NOT NULL, until_ms BIGINT NOT NULL)')
    await client.$executeRawUnsafe('CREATE TABLE mephisto_migration (name VARCHAR(128) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, steps INTEGER NOT NULL, done INTEGER NOT NULL, finished_ms BIGINT NOT NULL)')
    for (const count of snapshots.keys()) await migrate(client, { dialect, names, migrations: (await committedMigrations(dialect)).slice(0, count + 1) })
    return prismaDrift(dialect, file, `${wholeSchema(dialect, renderFragment(dialect))}${OWN_MODEL}`)
  }

  test('on a file of SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-drift-'))
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
    const file = join(folder, 'host.db')
    // Only what is the host's own, and really is not there.
    expect(await drift('sqlite', file, file)).toEqual(['CREATE TABLE "Task" (\n    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT\n)'])
  })

  test.skipIf(!isPostgresThere)('on PostgreSQL', async () => {
    const { url, drop } = await createDatabase('postgresql')
    onTestFinished(drop)
    expect(await drift('postgresql', `${url}?schema=public`, url)).toEqual(['CREATE TABLE "Task" (\n    "id" INTEGER NOT NULL,\n\n    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")\n)'])
  })
})
