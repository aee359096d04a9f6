import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collationStatements, migrate, pendingMigrations, type MigrateOptions } from '../../prisma/migrate.js'
import { committedMigrations } from '../../prisma/migration-list.js'
import { openClient, openDatabase, type OpenedClient } from '../../prisma/open-database.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { createDatabase, isServing } from '../databases.js'
import { prismaStatements, runAll, withOurCollation, type TestedDialect } from '../prisma-tables.js'
import { startMigrating } from '../migrating-process.js'
import { ALL, expectComplete, fillTables, modelTables } from './migrate-tables.js'

// Tables that a host's own Prisma made from our models, and that we only record.

const PLACE = { sqlite: {}, postgresql: { schema: 'public' }, mysql: {} } as const
const [FIRST = '', ...LATER] = ALL
const NEWEST = ALL.at(-1) ?? ''

interface Host extends OpenedClient {
  readonly at: string
}

async function emptyDatabase(dialect: TestedDialect): Promise<Host> {
  if (dialect === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-baseline-'))
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
    return opened(join(folder, 'host.db'))
  }
  const { url, drop } = await createDatabase(dialect)
  onTestFinished(drop)
  return opened(dialect === 'postgresql' ? `${url}?schema=public` : url)
}

async function opened(at: string): Promise<Host> {
  const client = await openClient({ at })
  onTestFinished(() => client.close())
  return { ...client, at }
}

/** The host's `prisma migrate deploy`. */
async function deploy({ client, dialect }: Host, from: string | null, to = NEWEST): Promise<void> {
  await runAll(client, (await prismaStatements(dialect as TestedDialect, from, to)).map(withOurCollation))
}

const baseline = ({ client, dialect, names }: Host, options: Partial<MigrateOptions> = {}): Promise<readonly string[]> => migrate(client, { dialect, names, baseline: true, ...options })
const plainly = ({ client, dialect, names }: Host): Promise<readonly string[]> => migrate(client, { dialect, names })
const lacking = ({ client, dialect, names }: Host): Promise<readonly string[]> => pendingMigrations(client, { dialect, names })
const refusal = (code: string, message: RegExp): object => expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as object

/** In a database of the first version: two runs, two people; the first has a unit in hand, what the second had is expired. */
async function fill(client: RawClient, dialect: TestedDialect): Promise<void> {
  await fillTables(client, dialect, modelTables(dialect, FIRST))
  await client.$executeRawUnsafe("UPDATE mephisto_unit SET status = 'assigned', run_id = 'id-1', holder = 'id-1' WHERE id = 'id-1'")
  await client.$executeRawUnsafe("UPDATE mephisto_unit SET status = 'expired', run_id = 'id-2', holder = 'id-2x' WHERE id = 'id-2'")
}

async function expectBackFilled(client: RawClient): Promise<void> {
  expect(await client.$queryRawUnsafe('SELECT worker_id, unit_id FROM mephisto_run_worker ORDER BY worker_id')).toEqual([{ worker_id: 'id-1', unit_id: 'id-1' }, { worker_id: 'id-2', unit_id: null }])
  expect(await client.$queryRawUnsafe('SELECT id, holder FROM mephisto_unit ORDER BY id')).toEqual([{ id: 'id-1', holder: 'id-1' }, { id: 'id-2', holder: 'id-2' }])
}

for (const dialect of ['sqlite', 'postgresql', 'mysql'] as const) {
  const isThere = dialect === 'sqlite' || await isServing(dialect)

  describe.skipIf(!isThere)(`tables that Prisma made on ${dialect}`, () => {
    test('are recorded, and then are as good as ours', async () => {
      const host = await emptyDatabase(dialect)
      await deploy(host, null)
      await expectComplete(host.client, dialect, PLACE[dialect])
      await expect(plainly(host)).rejects.toEqual(refusal('unavailable', /already exists.*npx mephisto migrate --baseline/))
      await expect(openDatabase({ at: host.at }, { migrate: false })).rejects.toEqual(refusal('unavailable', /lack 0001_initial.*run those, then: npx mephisto migrate --baseline$/))
      expect(await baseline(host)).toEqual(ALL)
      expect([await baseline(host), await plainly(host), await lacking(host)]).toEqual([[], [], []])
      const db = await openDatabase({ at: host.at }, { migrate: dialect === 'sqlite' })
      expect(await db.runs.list({ limit: 1 })).toEqual([])
      await db.close()
    })

    test('are upgraded by Prisma alone, with what old rows need', async () => {
      const host = await emptyDatabase(dialect)
      await deploy(host, null, FIRST)
      await fill(host.client, dialect)
      expect(await baseline(host)).toEqual([FIRST])
      expect(await lacking(host)).toEqual(LATER)
      await expect(plainly(host)).rejects.toEqual(refusal('unavailable', /made by other migrations than ours, and lack 0002_event_log.*npx prisma migrate dev or deploy/))
      expect(await baseline(host)).toEqual([])
      await deploy(host, FIRST)
      expect(await baseline(host)).toEqual(LATER)
      await expectBackFilled(host.client)
      await expectComplete(host.client, dialect, PLACE[dialect])
    })

    test('get what old rows need also when nothing was recorded before the upgrade', async () => {
      const host = await emptyDatabase(dialect)
      await deploy(host, null, FIRST)
      await fill(host.client, dialect)
      await deploy(host, FIRST)
      expect(await baseline(host)).toEqual(ALL)
      await expectBackFilled(host.client)
    })

    test('may follow tables that we made', async () => {
      const host = await emptyDatabase(dialect)
      const [earlier, later] = [ALL.slice(0, 5), ALL.slice(5)]
      expect(await migrate(host.client, { ...host, migrations: (await committedMigrations(dialect)).slice(0, 5) })).toEqual(earlier)
      await deploy(host, earlier.at(-1) ?? '')
      await expect(plainly(host)).rejects.toEqual(refusal('unavailable', /already exists|Duplicate column|duplicate column/))
      expect(await baseline(host)).toEqual(later)
      expect(await lacking(host)).toEqual([])
    })

    test('that do not fit any version are refused with what differs, and nothing is written', async () => {
      const host = await emptyDatabase(dialect)
      await expect(baseline(host)).rejects.toEqual(refusal('unavailable', /no tables of mephisto-sdk in .* to be recorded/))
      // As if the migrator's own tables had not been among the models yet.
      await runAll(host.client, (await prismaStatements(dialect, null, NEWEST)).map(withOurCollation).filter(statement => !/mephisto_(?:lock|migration)\b/.test(statement)))
      const spoil = async (statement: string, expected: object, back: string): Promise<void> => {
        await host.client.$executeRawUnsafe(statement)
        await expect(baseline(host)).rejects.toEqual(expected)
        expect(await host.client.$queryRawUnsafe('SELECT 1 AS one FROM mephisto_migration').then(() => 'there', () => 'not there')).toBe('not there')
        await host.client.$executeRawUnsafe(back)
      }
      await spoil('ALTER TABLE mephisto_audit ADD COLUMN own BIGINT', refusal('database_newer', /does not know: audit\.own\. .*update mephisto-sdk/), 'ALTER TABLE mephisto_audit DROP COLUMN own')
      await spoil('ALTER TABLE mephisto_audit RENAME COLUMN body TO words', refusal('unavailable', new RegExp(`nearest to ${NEWEST}, but they lack audit\\.body, and they have audit\\.words\\. Renew the models`)), 'ALTER TABLE mephisto_audit RENAME COLUMN words TO body')
      await spoil('ALTER TABLE mephisto_session DROP COLUMN version', refusal('unavailable', new RegExp(`nearest to ${NEWEST}, but they lack session\\.version\\.`)), 'ALTER TABLE mephisto_session ADD COLUMN version INTEGER NOT NULL DEFAULT 0')
      const onTable = dialect === 'mysql' ? ' ON mephisto_worker' : ''
      await spoil(`DROP INDEX mephisto_worker_provider_external_id_key${onTable}`, refusal('unavailable', /but they lack the index mephisto_worker_provider_external_id_key\./), 'CREATE UNIQUE INDEX mephisto_worker_provider_external_id_key ON mephisto_worker(provider, external_id)')
      expect(await baseline(host)).toEqual(ALL)
    })

    test('are recorded once by six processes at once', async () => {
      const host = await emptyDatabase(dialect)
      await deploy(host, null)
      const lines = await Promise.all(Array.from({ length: 6 }, () => startMigrating(host.at, { names: host.names, baseline: true }).line))
      expect(lines.flatMap(line => JSON.parse(line) as string[]).sort()).toEqual(ALL)
      expect(await lacking(host)).toEqual([])
    })

    test('are recorded by the next process when one dies in between', async () => {
      const host = await emptyDatabase(dialect)
      await deploy(host, null, FIRST)
      await fill(host.client, dialect)
      await deploy(host, FIRST)
      const first = startMigrating(host.at, { names: host.names, baseline: true, hangOn: 'SET holder = id' })
      expect(await first.line).toBe('hanging')
      const [, ended] = [first.child.kill('SIGKILL'), new Promise(resolve => { first.child.once('close', resolve) })]
      await ended
      expect(await lacking(host)).toEqual(LATER)
      // A killed client's transaction is over when the server notices.
      expect(await baseline(host, { lockMs: 1_000, now: () => Date.now() + 120_000 })).toEqual(LATER)
      await expectBackFilled(host.client)
    })
  })
}

for (const dialect of ['postgresql', 'mysql'] as const) {
  test.skipIf(!await isServing(dialect))(`who takes a unit on ${dialect} while old rows are brought up to date still has it`, async () => {
    const host = await emptyDatabase(dialect)
    await deploy(host, null, FIRST)
    await fill(host.client, dialect)
    await deploy(host, FIRST)
    await host.client.$executeRawUnsafe("UPDATE mephisto_unit SET status = 'launched', holder = 'id-1x' WHERE id = 'id-1'")
    let recorded: Promise<readonly string[]> = Promise.resolve([])
    await host.client.$transaction(async claim => {
      await claim.$executeRawUnsafe("UPDATE mephisto_unit SET status = 'assigned', holder = 'id-1' WHERE id = 'id-1'")
      await claim.$executeRawUnsafe("UPDATE mephisto_run_worker SET unit_id = 'id-1' WHERE worker_id = 'id-1'")
      recorded = baseline(host)
      await pause(1_000)
    })
    expect(await recorded).toEqual(ALL)
    await expectBackFilled(host.client)
  })
}

test.skipIf(!await isServing('mysql'))('on MySQL, tables with Prisma\'s own collation are refused, with the statements that mend it', async () => {
  const host = await emptyDatabase('mysql')
  await runAll(host.client, await prismaStatements('mysql', null, FIRST))
  await fill(host.client, 'mysql')
  await expect(baseline(host)).rejects.toEqual(refusal('unavailable', /compare as they are written \(utf8mb4_bin\), but in 21 of its tables they do not: .*npx mephisto migrate --collation$/))
  await host.client.$executeRawUnsafe("INSERT INTO mephisto_worker (id, provider, external_id, pseudonym, created_at) VALUES ('id-3', 'p', 'ann', 'one', 1)")
  const ann = "INSERT INTO mephisto_worker (id, provider, external_id, pseudonym, created_at) VALUES ('id-4', 'p', 'Ann', 'two', 1)"
  await expect(host.client.$executeRawUnsafe(ann)).rejects.toThrow(/Duplicate entry/)
  await runAll(host.client, await collationStatements(host.client, host))
  expect(await baseline(host)).toEqual([FIRST])
  await host.client.$executeRawUnsafe(ann)
  await deploy(host, FIRST)
  expect(await baseline(host)).toEqual(LATER)
  await expectComplete(host.client, 'mysql')
})
