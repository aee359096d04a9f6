// A run that nobody comes to any more is drained after as long as it was to wait; whoever is at work may finish.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentActs } from '../sentiment.js'

let t: TestMephisto
beforeEach(async () => { t = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => t.close())

const { launch, accept, progress } = sentimentActs(() => t)
const HOUR = 3_600_000
const statusOf = async (run: TaskRun): Promise<string> => (await progress(run)).run.status

test('[90] (row 139) an idle run is drained after its patience, and ends when nobody has anything in hand', async () => {
  const [patient, waiting] = [await launch({ patienceMs: HOUR }), await launch({})]
  await t.advance(HOUR)
  expect(await statusOf(patient)).toBe('running')
  t.runtime.advance(1)
  expect(await t.operator.tick()).toMatchObject({ drainedRuns: 1 })
  expect([await statusOf(patient), await statusOf(waiting)]).toEqual(['completed', 'running'])
  expect((await progress(patient)).units).toMatchObject({ expired: 2 })
  expect(await t.operator.tick()).toMatchObject({ drainedRuns: 0 })
})

test('(row 139) each that comes makes it wait anew, and what is in hand may be finished', async () => {
  const run = await launch({ patienceMs: HOUR, leaseMs: 3 * HOUR })
  await t.advance(HOUR - 1)
  const task = await accept('ann', run)
  await t.advance(HOUR - 1)
  expect(await statusOf(run)).toBe('running')
  await t.advance(2)
  expect(await statusOf(run)).toBe('draining')
  expect((await task.submit({ label: 'positive' })).outcome).toBe('completed')
  expect(await statusOf(run)).toBe('completed')
})

test('(row 139) a paused run is nobody\'s to drain, and two processes drain a run once', async () => {
  const [paused, idle] = [await launch({ patienceMs: HOUR }), await launch({ patienceMs: HOUR })]
  await t.operator.pause(paused.id)
  t.runtime.advance(HOUR + 1)
  const other = await t.another()
  const reports = await Promise.all([t.operator.tick(), other.operator.tick()])
  expect(reports.reduce((sum, { drainedRuns }) => sum + drainedRuns, 0)).toBe(1)
  expect([await statusOf(paused), await statusOf(idle)]).toEqual(['paused', 'completed'])
  await other.close()
})

test('(row 139) a started instance counts from its own start: nobody could come before', async () => {
  const run = await launch({ patienceMs: HOUR })
  t.runtime.advance(3 * HOUR)
  const stop = t.start({ everyMs: 20 })
  await new Promise(resolve => setTimeout(resolve, 200))
  await stop()
  expect(await statusOf(run)).toBe('running')
})

test.each([59_999, 1.5, -1, 10 * 366 * 24 * HOUR])('a patience of %d ms is refused', async patienceMs => {
  await expect(launch({ patienceMs })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('patienceMs') as string })
})
