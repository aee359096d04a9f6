import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { committedMigrations } from '../../prisma/migration-list.js'
import { migrate, prismaDb, sqliteAdapter, type RawClient } from '../../prisma/index.js'
import { createDatabase, isServing } from '../databases.js'
import { PrismaClient as MysqlClient } from '../generated/mysql/client.js'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.js'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client.js'

// A host's own Prisma client on tables of another version of the package.

const DIALECTS = ['sqlite', 'postgresql', 'mysql'] as const
type TestedDialect = (typeof DIALECTS)[number]

/** A client of a host's, over a database without tables. */
async function hostClient(dialect: TestedDialect): Promise<RawClient> {
  const client = dialect === 'sqlite' ? new SqliteClient({ adapter: sqliteAdapter({ file: ownFile() }) }) : await serverClient(dialect)
  onTestFinished(() => client.$disconnect())
  return client
}

function ownFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-host-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  return join(folder, 'host.db')
}

async function serverClient(dialect: 'postgresql' | 'mysql'): Promise<PostgresClient | MysqlClient> {
  const { url, drop } = await createDatabase(dialect)
  onTestFinished(drop)
  return dialect === 'mysql' ? new MysqlClient({ adapter: new PrismaMariaDb(url) }) : new PostgresClient({ adapter: new PrismaPg({ connectionString: url }) })
}

/** The client, and how often it was asked for records. */
function counted(client: RawClient): { watched: RawClient; looks: () => number } {
  let looks = 0
  const watched = new Proxy(client, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown
      if (name !== '$queryRawUnsafe') return value
      return (sql: string, ...values: unknown[]) => {
        if (sql.includes('finished_ms')) looks += 1
        return target.$queryRawUnsafe(sql, ...values)
      }
    },
  })
  return { watched, looks: () => looks }
}

for (const dialect of DIALECTS) {
  const isThere = dialect === 'sqlite' || await isServing(dialect)

  describe.skipIf(!isThere)(`prismaDb over a host's client on ${dialect}`, () => {
    test('names the migrations that older tables lack, and goes on when they are there', async () => {
      const { watched: client, looks } = counted(await hostClient(dialect))
      const migrations = await committedMigrations(dialect)
      await migrate(client, { dialect, migrations: migrations.slice(0, 6) })
      const before = looks()
      const db = prismaDb(client)
      const older = { code: 'unavailable', message: expect.stringMatching(/older than this version of mephisto-sdk: they lack 0007_sessions, 0008_live, 0009_budgets_and_free_units, 0010_audit_and_retention, 0011_assignees, 0012_data_removed, 0013_remarks, 0014_whole_decisions\. Run: npx mephisto migrate.*--baseline$/) as string }
      await expect(db.runs.list({ limit: 1 })).rejects.toMatchObject(older)
      await expect(db.transaction(tx => tx.runs.list({ limit: 1 }))).rejects.toMatchObject(older)
      expect(looks()).toBe(before + 2)
      await migrate(client, { dialect })
      const after = looks()
      expect(await db.runs.list({ limit: 1 })).toEqual([])
      await db.transaction(tx => tx.runs.list({ limit: 1 }))
      expect(looks()).toBe(after + 1)
      expect(await prismaDb(client).runs.list({ limit: 1 })).toEqual([])
      expect(looks()).toBe(after + 2)
    })

    test('does not touch newer tables', async () => {
      const client = await hostClient(dialect)
      await migrate(client, { dialect })
      await client.$executeRawUnsafe("INSERT INTO mephisto_migration (name, checksum, steps, done, finished_ms) VALUES ('0999_future', 'x', 1, 1, 1)")
      const db = prismaDb(client)
      const newer = { code: 'database_newer', message: expect.stringMatching(/newer than this version of mephisto-sdk, which does not know 0999_future\. Update mephisto-sdk/) as string }
      await expect(db.runs.list({ limit: 1 })).rejects.toMatchObject(newer)
      await expect(db.transaction(tx => tx.runs.list({ limit: 1 }))).rejects.toMatchObject(newer)
    })

    test('says what it is when a column is not there in tables that nobody recorded', async () => {
      const client = await hostClient(dialect)
      await migrate(client, { dialect, migrations: (await committedMigrations(dialect)).slice(0, 7) })
      await client.$executeRawUnsafe('DELETE FROM mephisto_migration')
      const older = { code: 'unavailable', message: expect.stringMatching(/older than this version of mephisto-sdk, or were changed by hand \(.*version.*\)\. Run: npx mephisto migrate/) as string }
      await expect(prismaDb(client).sessions.hold([{ id: 'some', runId: 'some' }], 1)).rejects.toMatchObject(older)
      await expect(client.$transaction(tx => prismaDb(tx as RawClient, { provider: dialect }).sessions.hold([{ id: 'some', runId: 'some' }], 1))).rejects.toMatchObject(older)
    })
  })
}
