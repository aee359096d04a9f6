import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { migrate } from '../../prisma/migrate.js'
import { committedMigrations } from '../../prisma/migration-list.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import { rawSqliteClient } from '../../prisma/sqlite/raw-client.js'
import { ALL, expectComplete, expectFilled, fillTables, modelTables } from './migrate-tables.js'

/** What every database that version 0.1.0 made remembers of its tables. Must never change. */
const RELEASED_CHECKSUM = 'fb9d09354cd671b40082060946945d200572d61a5650213de3ae08ada45b1c52'

/** A database file as version 0.1.0 left it, with rows in every table. */
async function releasedFile(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-released-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = join(folder, 'mephisto.db')
  const adapter = await sqliteAdapter({ file }).connect()
  const client = rawSqliteClient(adapter)
  await migrate(client, { dialect: 'sqlite', migrations: (await committedMigrations('sqlite')).slice(0, 1) })
  expect(await client.$queryRawUnsafe('SELECT name, checksum FROM mephisto_migration')).toEqual([{ name: '0001_initial', checksum: RELEASED_CHECKSUM }])
  await fillTables(client, 'sqlite', modelTables('sqlite', '0001_initial'))
  await adapter.dispose()
  return file
}

test('a database of 0.1.0 opens with all its rows, and the store reads them', async () => {
  const file = await releasedFile()
  const { client, close } = await openEmbeddedClient({ file })
  onTestFinished(close)
  await expectComplete(client, 'sqlite')
  await expectFilled(client, 'sqlite', modelTables('sqlite', '0001_initial').filter(table => table.name !== 'agent_event'))
  expect(await client.$queryRawUnsafe('PRAGMA foreign_key_check')).toEqual([])
  expect(await client.$queryRawUnsafe('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(await client.$queryRawUnsafe('SELECT name FROM mephisto_migration ORDER BY name')).toEqual(ALL.map(name => ({ name })))
  expect(await client.$queryRawUnsafe('SELECT feed, event_count, event_hash FROM mephisto_task_run')).toEqual([1, 2].map(() => ({ feed: 0, event_count: 0, event_hash: '' })))
  const db = prismaDb(client, { provider: 'sqlite' })
  expect(await db.runs.get('id-1')).toMatchObject({ id: 'id-1', taskId: 'id-1', createdAt: 1_700_000_001, budgetMinor: 1_700_000_001 })
  expect(await db.runs.get('id-2')).toMatchObject({ id: 'id-2', budgetMinor: null })
})

test('a migration that is refused leaves a database of 0.1.0 as it was', async () => {
  const file = await releasedFile()
  const adapter = await sqliteAdapter({ file }).connect()
  const client = rawSqliteClient(adapter)
  onTestFinished(() => adapter.dispose())
  await client.$executeRawUnsafe('CREATE TABLE mephisto_event (x TEXT)')
  await expect(migrate(client, { dialect: 'sqlite' })).rejects.toMatchObject({ code: 'unavailable' })
  await expectFilled(client, 'sqlite', modelTables('sqlite', '0001_initial'))
})

test('a worker of 0.1.0 who has a unit in their hands still has it', async () => {
  const file = await releasedFile()
  const adapter = await sqliteAdapter({ file }).connect()
  await rawSqliteClient(adapter).$executeRawUnsafe("UPDATE mephisto_unit SET status = 'assigned', run_id = 'id-1', holder = 'id-1', agent_id = 'id-1', assignment_id = 'id-1', lease_until = 9 WHERE id = 'id-1'")
  await adapter.dispose()
  const { client, close } = await openEmbeddedClient({ file })
  onTestFinished(close)
  const [standing] = await prismaDb(client, { provider: 'sqlite' }).units.standings('id-1', ['id-1'], 0)
  expect(standing?.held).toMatchObject({ unitId: 'id-1', leaseUntil: 9 })
})
