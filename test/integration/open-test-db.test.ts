import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openTestDb, withFaults, type FaultStep } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'

// What a test opens by an address; faults of whole apps on each database are in test/packaging/own-tests.test.ts.

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-own-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

test('a file has its tables under the prefix that is asked for, and the clock that is given', async () => {
  const at = join(ownFolder(), 'own.db')
  const { db, query, tables } = await openTestDb({ at, prefix: 'own_', now: () => 42 })
  expect(tables).toEqual({ dialect: 'sqlite', prefix: 'own_' })
  expect(await db.now()).toBe(42)
  expect(await db.runs.list({ limit: 1 })).toEqual([])
  expect(await query('SELECT count(*) AS n FROM own_unit')).toMatchObject([{ n: expect.anything() as unknown }])
  await db.close()
})

test('what is put around the client sees what the SDK sends, and neither the making of tables nor what the test asks', async () => {
  const steps: FaultStep[] = []
  const { db, query } = await openTestDb({ at: ':memory:', around: client => withFaults(client, step => {
    steps.push(step)
    return null
  }) })
  await query('SELECT 1')
  expect(steps).toEqual([])
  await db.runs.list({ limit: 1 })
  expect(steps.map(({ kind }) => kind)).toContain('statement')
  expect(steps.filter(({ sql }) => /CREATE TABLE|SELECT 1/.test(sql))).toEqual([])
  await db.close()
  await expect(db.runs.list({ limit: 1 })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a file in a folder that is not there is refused', async () => {
  await expect(openTestDb({ at: join(ownFolder(), 'missing', 'own.db') })).rejects.toMatchObject({ code: 'database_unwritable' })
})

test.skipIf(!await isServing('postgresql'))('on PostgreSQL the tables are where the address or the option says', async () => {
  const { url, drop } = await createDatabase('postgresql')
  onTestFinished(drop)
  for (const [options, schema] of [[{ at: url }, 'mephisto'], [{ at: `${url}?schema=public` }, 'public'], [{ at: url, schema: 'work' }, 'work']] as const) {
    const { db, query, tables } = await openTestDb(options)
    expect(tables).toEqual({ dialect: 'postgresql', schema })
    expect(await query(`SELECT id FROM ${schema}.mephisto_unit`)).toEqual([])
    await db.close()
  }
})
