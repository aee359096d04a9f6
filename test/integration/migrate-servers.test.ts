import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { TableNames } from '../../prisma/dialect.js'
import { openMysqlClient } from '../../prisma/drivers/mysql-client.js'
import { openPostgresClient } from '../../prisma/drivers/postgres-client.js'
import { migrate, pendingMigrations } from '../../prisma/migrate.js'
import { committedMigrations } from '../../prisma/migration-list.js'
import { createOwnTables } from '../../prisma/migration-records.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { createDatabase, isServing, type ServerKind } from '../databases.js'
import { startMigrating } from '../migrating-process.js'
import { ALL, expectComplete, expectFilled, fillTables, modelTables } from './migrate-tables.js'

interface Database {
  readonly url: string
  readonly client: RawClient
}

async function database(kind: ServerKind): Promise<Database> {
  const { url, drop } = await createDatabase(kind)
  const { client, close } = kind === 'mysql' ? openMysqlClient({ url }) : openPostgresClient({ url })
  onTestFinished(() => close().then(drop))
  return { url, client }
}

const LOCK_MS = 1_500
const appliedBy = async (lines: readonly Promise<string>[]): Promise<string[]> =>
  (await Promise.all(lines)).flatMap(line => JSON.parse(line) as string[]).sort()

/** Dies behind each statement, before its mark. */
function dyingAfterEachStatement(client: RawClient): RawClient {
  let isDead = false
  return {
    ...client,
    $executeRawUnsafe: async (sql, ...values) => {
      if (isDead && !sql.startsWith('DELETE')) throw new Error('dead')
      const count = await client.$executeRawUnsafe(sql, ...values)
      isDead = /^(CREATE|ALTER|DROP) (?!.*IF NOT EXISTS)/.test(sql)
      return count
    },
  }
}

for (const kind of ['postgresql', 'mysql'] as const) {
  const isThere = await isServing(kind)
  const places: readonly TableNames[] = kind === 'mysql' ? [{}, { prefix: 'x_' }] : [{}, { prefix: 'x_', schema: 'own "place"?' }]

  describe.skipIf(!isThere)(`migrate on ${kind}`, () => {
    test.each(places)('applies all, and nothing the second time: %o', async names => {
      const { client } = await database(kind)
      expect(await pendingMigrations(client, { dialect: kind, names })).toEqual(ALL)
      expect(await migrate(client, { dialect: kind, names })).toEqual(ALL)
      await expectComplete(client, kind, names)
      expect(await migrate(client, { dialect: kind, names })).toEqual([])
      expect(await pendingMigrations(client, { dialect: kind, names })).toEqual([])
    })

    test('rows that the first version wrote stay as they are', async () => {
      const { client } = await database(kind)
      const migrations = (await committedMigrations(kind)).slice(0, 1)
      await migrate(client, { dialect: kind, migrations })
      const old = modelTables(kind, '0001_initial')
      await fillTables(client, kind, old)
      expect(await migrate(client, { dialect: kind })).toEqual(ALL.slice(1))
      await expectFilled(client, kind, old.filter(table => table.name !== 'agent_event'))
      await expectComplete(client, kind)
    })

    test.each(places)('six processes at once apply each migration once: %o', async names => {
      const { url, client } = await database(kind)
      const lines = Array.from({ length: 6 }, () => startMigrating(url, { names, lockMs: LOCK_MS }).line)
      expect(await appliedBy(lines)).toEqual(ALL)
      await expectComplete(client, kind, names)
    })

    test.each(places)('of six processes one is killed midway; the others take over: %o', async names => {
      const { url, client } = await database(kind)
      const first = startMigrating(url, { names, lockMs: LOCK_MS, hangAfter: 20 })
      expect(await first.line).toBe('hanging')
      const others = Array.from({ length: 5 }, () => startMigrating(url, { names, lockMs: LOCK_MS }).line)
      // Longer than the lock lasts: a living holder keeps it.
      await pause(2 * LOCK_MS)
      expect(await pendingMigrations(client, { dialect: kind, names })).toEqual(ALL)
      first.child.kill('SIGKILL')
      expect(await appliedBy(others)).toEqual(ALL)
      await expectComplete(client, kind, names)
      expect(await pendingMigrations(client, { dialect: kind, names })).toEqual([])
    })

    test('a table in the way that no migration made is refused, every time, and nothing is taken for ours', async () => {
      const { client } = await database(kind)
      await client.$executeRawUnsafe('CREATE TABLE mephisto_task (id VARCHAR(36) NOT NULL PRIMARY KEY)')
      for (let time = 0; time < 2; time++) {
        await expect(migrate(client, { dialect: kind })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/mephisto_task.*already exists.*no migration of mephisto-sdk made it/) as string })
        expect(await pendingMigrations(client, { dialect: kind })).toEqual(ALL)
      }
      await client.$executeRawUnsafe('DROP TABLE mephisto_task')
      expect(await migrate(client, { dialect: kind })).toEqual(ALL)
      await expectComplete(client, kind)
    })

    // CockroachDB goes step by step with PostgreSQL's words for what is there already. PostgreSQL does not know its types.
    const stepwise = kind === 'mysql' ? 'mysql' : 'cockroachdb'
    const stepwiseDatabase = async (): Promise<Database> => {
      const made = await database(kind)
      await createOwnTables({ client: made.client, dialect: kind, names: {} })
      return made
    }

    test(`step by step (${stepwise}): a death behind any statement is healed`, async () => {
      const { client } = await stepwiseDatabase()
      const migrations = await committedMigrations(kind)
      // Those that fill in values may simply run again.
      const statements = migrations.flatMap(migration => migration.statements).filter(statement => !statement.startsWith('UPDATE')).length
      let deaths = 0
      for (;;) {
        try {
          await migrate(dyingAfterEachStatement(client), { dialect: stepwise, migrations })
          break
        } catch (error) {
          if (!(error instanceof Error && error.message.includes('dead'))) throw error
          deaths++
        }
      }
      expect(deaths).toBe(statements)
      await expectComplete(client, kind)
      expect(await pendingMigrations(client, { dialect: stepwise, migrations })).toEqual([])
    })

    test(`step by step (${stepwise}): a half made table in the place of the interrupted statement is refused`, async () => {
      const { client } = await stepwiseDatabase()
      const migrations = await committedMigrations(kind)
      await expect(migrate(dyingAfterEachStatement(client), { dialect: stepwise, migrations })).rejects.toThrow('dead')
      await client.$executeRawUnsafe('DROP TABLE mephisto_project')
      await client.$executeRawUnsafe('CREATE TABLE mephisto_project (id VARCHAR(36) NOT NULL PRIMARY KEY)')
      await expect(migrate(client, { dialect: stepwise, migrations })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/mephisto_project.*lacks columns/) as string })
      await client.$executeRawUnsafe('DROP TABLE mephisto_project')
      expect(await migrate(client, { dialect: stepwise, migrations })).toEqual(ALL)
      await expectComplete(client, kind)
    })

    test(`step by step (${stepwise}): one that stood still too long leaves the rest to the one that took over`, async () => {
      const { client } = await stepwiseDatabase()
      const migrations = await committedMigrations(kind)
      const options = { dialect: stepwise, migrations, lockMs: 200 } as const
      let statements = 0
      let other: readonly string[] = []
      const frozen: RawClient = {
        ...client,
        $executeRawUnsafe: async (sql, ...values) => {
          if (/SET until_ms/.test(sql)) return 0
          if (/^CREATE TABLE (?!IF)/.test(sql) && ++statements === 10) other = await migrate(client, options)
          return client.$executeRawUnsafe(sql, ...values)
        },
      }
      expect(await migrate(frozen, options)).toEqual([])
      expect(other).toEqual(ALL)
      await expectComplete(client, kind)
    })
  })
}

describe.skipIf(!await isServing('postgresql'))('migrate on postgresql', () => {
  test('one that stood still too long in its transaction loses it, and nothing is applied twice', async () => {
    const { client } = await database('postgresql')
    const options = { dialect: 'postgresql', lockMs: 200 } as const
    let statements = 0
    let other: Promise<readonly string[]> = Promise.resolve([])
    const frozen: RawClient = {
      ...client,
      $executeRawUnsafe: async (sql, ...values) => (/SET until_ms = \$1 WHERE/.test(sql) ? 0 : client.$executeRawUnsafe(sql, ...values)),
      $transaction: (work, limits) => client.$transaction(transaction => work({
        ...transaction,
        $executeRawUnsafe: async (sql, ...values) => {
          if (++statements === 10) {
            other = migrate(client, options)
            await pause(1_000)
          }
          return transaction.$executeRawUnsafe(sql, ...values)
        },
      }), limits),
    }
    const applied = [...await migrate(frozen, options), ...await other]
    expect(applied.sort()).toEqual(ALL)
    await expectComplete(client, 'postgresql')
  })

  test('a schema that is there needs no right to make schemas', async () => {
    const { client, url } = await database('postgresql')
    const role = `mephisto_test_${String(process.pid)}`
    await client.$executeRawUnsafe(`CREATE ROLE ${role} LOGIN`)
    onTestFinished(async () => {
      await client.$executeRawUnsafe(`DROP OWNED BY ${role}`)
      await client.$executeRawUnsafe(`DROP ROLE ${role}`)
    })
    await client.$executeRawUnsafe(`CREATE SCHEMA given AUTHORIZATION ${role}`)
    const address = new URL(url)
    address.username = role
    const limited = openPostgresClient({ url: address.href })
    onTestFinished(() => limited.close())
    expect(await migrate(limited.client, { dialect: 'postgresql', names: { schema: 'given' } })).toEqual(ALL)
    await expect(migrate(limited.client, { dialect: 'postgresql', names: { schema: 'other' } })).rejects.toMatchObject({ code: 'database_unwritable', message: expect.stringContaining('permission denied') as string })
  })
})
