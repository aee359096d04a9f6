import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { atEachStep } from '../each-step.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const PAY = { minor: 10, currency: 'USD' }
const LEASE_MS = 60_000
const launch = (options: Partial<LaunchOptions<{ text: string }, { label?: 'positive' | 'negative' }>> = {}, items = 4): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: PAY, leaseMs: LEASE_MS, ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const progress = (run: TaskRun) => mephisto.operator.progress(run.id)

describe('drain', () => {
  test('expires what nobody has, lets work under way be finished, and completes with the last of it', async () => {
    const run = await launch()
    const [ann, ben] = [await accept('ann', run), await accept('ben', run)]
    expect(await mephisto.operator.drain(run.id)).toMatchObject({ status: 'draining', unitsOpen: 2, unitsTotal: 4 })
    expect((await progress(run)).units).toMatchObject({ launched: 0, assigned: 2, expired: 2 })
    expect(await mephisto.worker('cem').refusal(run)).toBe('run_draining')
    expect((await ann.extend()).lease).not.toBeNull()
    expect((await accept('ann', run)).resumed).toBe(true)
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
    expect((await progress(run)).run.status).toBe('draining')
    await ben.submit({ label: 'positive' })
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', unitsOpen: 0, unitsAnswered: 2, reservedMinor: 20 }, units: { completed: 2, expired: 2 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('completes at once when nobody is at work', async () => {
    const run = await launch()
    expect(await mephisto.operator.drain(run.id)).toMatchObject({ status: 'completed', unitsOpen: 0 })
    expect((await progress(run)).units.expired).toBe(4)
    await expectSound(mephisto, { isSettled: true })
  })

  test('ends with a unit that is given back, or whose lease runs out', async () => {
    const run = await launch()
    const ann = await accept('ann', run)
    await accept('ben', run)
    await mephisto.operator.drain(run.id)
    expect(await ann.giveBack()).toBe(true)
    expect((await progress(run)).units).toMatchObject({ launched: 0, assigned: 1, expired: 3 })
    await mephisto.advance(LEASE_MS + 1)
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', reservedMinor: 0 }, units: { assigned: 0, expired: 4 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('drains a paused run, and one that launches only so many units at a time', async () => {
    const run = await launch({ maxLiveUnits: 2 })
    const ann = await accept('ann', run)
    await mephisto.operator.pause(run.id)
    await mephisto.operator.drain(run.id)
    expect((await progress(run)).units).toMatchObject({ created: 0, launched: 0, assigned: 1, expired: 3 })
    await ann.submit({ label: 'positive' })
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('goes in portions', async () => {
    const run = await launch({}, 1_300)
    expect(await mephisto.operator.drain(run.id)).toMatchObject({ status: 'completed', unitsOpen: 0 })
    const events = await mephisto.db.events.ofType(run.id, 'lapse')
    expect(events.map(event => JSON.parse(event.body) as object)).toEqual([{ units: 500 }, { units: 500 }, { units: 300 }])
    await expectSound(mephisto, { isSettled: true })
  })

  test('can be repeated, also by others at the same time', async () => {
    const run = await launch({}, 1_300)
    const ann = await accept('ann', run)
    const other = await mephisto.another()
    const drained = await Promise.all([1, 2, 3, 4].map(number => (number % 2 ? mephisto : other).operator.drain(run.id)))
    expect(drained.map(({ status }) => status)).toEqual(['draining', 'draining', 'draining', 'draining'])
    await ann.submit({ label: 'positive' })
    expect(await other.operator.drain(run.id)).toMatchObject({ status: 'completed', unitsAnswered: 1 })
    expect(await mephisto.db.events.ofType(run.id, 'drain')).toHaveLength(1)
    await other.close()
    await expectSound(mephisto, { isSettled: true })
  })

  test('people who answer and give back while it drains leave nothing open', async () => {
    const run = await launch({ unitsPerAssignment: 2 }, 20)
    const other = await mephisto.another()
    const tasks = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 ? mephisto : other).worker(`w ${String(index)}`).accept(sentiment, run)))
    await Promise.all([...tasks.map((task, index) => (index % 3 === 0 ? task.giveBack() : task.submit({ label: 'positive' }))), other.operator.drain(run.id)])
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', unitsOpen: 0, unitsAnswered: 8 }, units: { completed: 8, expired: 32 } })
    await other.close()
    await expectSound(mephisto, { isSettled: true })
  })

  test('what expired can be done again: the run is reopened, once it is completed', async () => {
    const run = await launch()
    const ann = await accept('ann', run)
    await mephisto.operator.drain(run.id)
    await expect(mephisto.operator.requeue(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('draining') as string })
    await ann.giveBack()
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 4, run: { status: 'running', unitsOpen: 4, unitsTotal: 8 } })
    for (let item = 0; item < 4; item += 1) await (await accept('ben', run)).submit({ label: 'positive' })
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('waits for units that were made for one worker, and drops what comes back of them', async () => {
    const training = { qualification: 'trained', items: [1, 2].map(number => ({ input: { text: `lesson ${String(number)}` }, expected: { label: 'positive' as const } })) }
    const run = await launch({ training, maxLiveUnits: 2 })
    const [ann, ben] = [await accept('ann', run), await accept('ben', run)]
    await mephisto.operator.drain(run.id)
    expect((await progress(run)).units).toMatchObject({ created: 0, launched: 0, assigned: 2, expired: 4 })
    await ann.giveBack()
    expect(await mephisto.worker('ann').refusal(run)).toBe('run_draining')
    expect(await ben.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed', feedback: { isRight: true } })
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', unitsOpen: 0 }, units: { expired: 5 } })
    await expectSound(mephisto, { isSettled: true })
    expect(await mephisto.operator.topUp(run.id, { unitsPerAssignment: 2 })).toMatchObject({ unitsAdded: 4 })
    expect((await progress(run)).units).toMatchObject({ created: 2, launched: 2 })
    await expectSound(mephisto, { isSettled: true })
  })

  test('is refused where there is nothing to drain', async () => {
    const run = await launch()
    await mephisto.operator.expire(run.id)
    await expect(mephisto.operator.drain(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('expired') as string })
    await expect(mephisto.operator.drain('nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is ended by expire', async () => {
    const run = await launch()
    const ann = await accept('ann', run)
    await mephisto.operator.drain(run.id)
    expect(await mephisto.operator.expire(run.id)).toMatchObject({ status: 'expired', unitsOpen: 0, reservedMinor: 0 })
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'set_aside' })
    await expectSound(mephisto, { isSettled: true })
  })
})

test('a drain whose process is gone, wherever that was, is brought to its end by upkeep', async () => {
  const steps = await atEachStep(mephisto, async (struck, step) => {
    const run = await launch({ maxLiveUnits: 600 }, 1_100)
    await struck.operator.drain(run.id).catch((error: unknown) => { expect(error, `step ${String(step)}`).toMatchObject({ code: 'unavailable' }) })
    await mephisto.operator.tick()
    const { status, unitsOpen } = (await progress(run)).run
    // Before its first commit nothing has happened.
    expect([['running', 1_100], ['completed', 0]]).toContainEqual([status, unitsOpen])
    if (status === 'running') await mephisto.operator.expire(run.id)
  })
  expect(steps).toBeGreaterThan(20)
  await expectSound(mephisto, { isSettled: true })
}, 120_000)
