// A run that has ended can be left out of lists; nothing else changes, and more work brings it back.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, verifyRun } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentActs } from '../sentiment.js'

let t: TestMephisto
beforeEach(async () => { t = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => t.close())

const { launch, work } = sentimentActs(() => t)
const listed = async (isArchived?: boolean | null): Promise<string[]> => (await t.caller(TEST_PRINCIPAL).runs.list(isArchived === undefined ? {} : { isArchived })).runs.map(({ id }) => id)

test('an archived run is left out of lists until it is asked for, and everything of it is still there', async () => {
  const [ended, other] = [await launch({}, 1), await launch()]
  await work('ann', ended)
  const first = await t.operator.archive(ended.id)
  expect(first.archivedAt).toBe(t.runtime.now())
  await t.advance(1_000)
  expect((await t.operator.archive(ended.id)).archivedAt).toBe(first.archivedAt)
  expect(await listed()).toEqual([other.id])
  expect(await listed(true)).toEqual([ended.id])
  expect(await listed(null)).toEqual([other.id, ended.id])
  expect((await t.operator.progress(ended.id)).run.unitsAnswered).toBe(1)
  expect((await verifyRun(t.db, ended.id)).difference).toBeNull()
  expect((await t.operator.unarchive(ended.id)).archivedAt).toBeNull()
  expect(await listed()).toEqual([other.id, ended.id])
  expect((await verifyRun(t.db, ended.id)).difference).toBeNull()
})

test('more work takes it into lists again', async () => {
  const run = await launch({}, 1)
  await work('ann', run)
  await t.operator.archive(run.id)
  const { run: reopened } = await t.operator.topUp(run.id, { topUpId: 'more-work', data: [{ text: 'more' }] })
  expect(reopened).toMatchObject({ status: 'running', archivedAt: null })
  expect((await verifyRun(t.db, run.id)).difference).toBeNull()
})

test('a run that goes on cannot be archived, nor one that there is not', async () => {
  const run = await launch()
  await expect(t.operator.archive(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('only a run that has ended') as string })
  await expect(t.operator.archive('nothing')).rejects.toMatchObject({ code: 'not_found' })
  expect(await listed()).toEqual([run.id])
})

test('on the command line', async () => {
  const run = await launch({}, 1)
  await work('ann', run)
  expect((await runCommand('archive', run.id, '--db', t.file)).out).toContain('is completed')
  expect((await runCommand('runs', '--db', t.file)).out).toBe('')
  expect((await runCommand('runs', '--archived', '--db', t.file)).out).toContain(run.id)
  expect((await runCommand('unarchive', run.id, '--db', t.file)).code).toBe(0)
  expect((await runCommand('runs', '--db', t.file)).out).toContain(run.id)
})

test('each way is offered for the runs that it can be gone with, when the command line is completed', async () => {
  const [going, ended, archived] = [await launch(), await launch({}, 1), await launch({}, 1)]
  for (const run of [ended, archived]) await work('ann', run)
  await t.operator.archive(archived.id)
  const offered = async (command: string) => (await runCommand('complete', '--', command, '--db', t.file, '')).out.split('\n').flatMap(line => line === '' ? [] : [line.split('\t')[0]])
  expect(await offered('archive')).toEqual([ended.id])
  expect(await offered('unarchive')).toEqual([archived.id])
  expect(new Set(await offered('progress'))).toEqual(new Set([going.id, ended.id, archived.id]))
})
