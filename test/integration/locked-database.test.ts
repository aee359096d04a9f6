import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { implement, isMephistoError } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { rawSqliteClient } from '../bench/raw-sqlite.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

test('while another program holds the file, writers are told so, and nothing is lost when it lets go', async () => {
  const run = await mephisto.operator.launch(sentiment, sentimentRun(2))
  const impatient = await embeddedDb({ file: mephisto.file, busyMs: 50, now: mephisto.runtime.now })
  const other = rawSqliteClient(mephisto.file)
  await other.$executeRawUnsafe('BEGIN EXCLUSIVE')
  const refused = await impatient.runs.touch(run.id, 1).catch((error: unknown) => error)
  expect(isMephistoError(refused) && refused.code).toBe('database_locked')
  expect((await impatient.runs.get(run.id))?.status).toBe('running')
  const waiting = mephisto.worker('ann').accept(sentiment, run)
  await new Promise(resolve => setTimeout(resolve, 300))
  await other.$executeRawUnsafe('ROLLBACK')
  other.close()
  expect((await (await waiting).submit({ label: 'positive' })).outcome).toBe('completed')
  await impatient.close()
})
