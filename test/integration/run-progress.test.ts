import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type LaunchOptions, type RunProgress } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const PAY = { minor: 10, currency: 'USD' }
const MINUTE_MS = 60_000
const launch = (options: Partial<LaunchOptions<{ text: string }>> = {}, items = 10): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: PAY, ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const progress = (run: TaskRun) => mephisto.operator.progress(run.id)

/** Answers a unit after so many minutes. */
async function answerAfter(minutes: number, run: TaskRun): Promise<void> {
  const task = await accept('ann', run)
  mephisto.runtime.advance(minutes * MINUTE_MS)
  await task.submit({ label: 'positive' })
}

describe('progress', () => {
  test('knows nothing of the pace before the first answer', async () => {
    const run = await launch()
    mephisto.runtime.advance(30 * MINUTE_MS)
    expect(await progress(run)).toMatchObject({ medianMs: null, pace: { answersPerHour: 0, answersPerHourSinceStart: 0, finishesAt: null, forecastMinor: 100 } })
  })

  test('tells the pace of the last hour and since the start, and when it is done at that', async () => {
    const run = await launch()
    for (const minutes of [2, 6, 4]) await answerAfter(minutes, run)
    expect(await progress(run)).toMatchObject({ medianMs: 4 * MINUTE_MS, pace: { answersPerHour: 15, answersPerHourSinceStart: 15, finishesAt: mephisto.runtime.now() + 28 * MINUTE_MS } })
    await mephisto.advance(60 * MINUTE_MS)
    await answerAfter(1, run)
    expect((await progress(run)).pace).toMatchObject({ answersPerHour: 1, answersPerHourSinceStart: 3.3, finishesAt: mephisto.runtime.now() + 6 * 60 * MINUTE_MS })
    await mephisto.operator.pause(run.id)
    expect((await progress(run)).pace.finishesAt).toBeNull()
  })

  test('counts what came to nothing, and why people got no work', async () => {
    const run = await launch({ budget: { minor: 30, currency: 'USD' } }, 4)
    const [ann] = [await accept('ann', run), await accept('ben', run)]
    await ann.giveBack()
    await mephisto.advance(11 * MINUTE_MS)
    await Promise.all(['cem', 'dee', 'eve'].map(name => accept(name, run)))
    expect(await mephisto.worker('fay').refusal(run)).toBe('budget_exhausted')
    expect(await progress(run)).toMatchObject({
      dropOuts: { returned: 1, timedOut: 1, disconnected: 0, expired: 0 }, refusals: [{ reason: 'budget_exhausted', workers: 1 }], workers: 5,
      // One unit of four has no money.
      pace: { forecastMinor: 30, finishesAt: null },
    })
    await mephisto.operator.expire(run.id)
    expect(await progress(run)).toMatchObject({ dropOuts: { expired: 3 }, pace: { forecastMinor: 0 } })
  })

  test('is told over the wire with instants as texts', async () => {
    const run = await launch()
    await answerAfter(6, run)
    const { runs } = mephisto.caller({ id: 'vera', name: 'Vera', roles: ['viewer'] })
    expect(await runs.progress({ run: run.id })).toMatchObject({ pace: { answersPerHour: 10, finishesAt: new Date(mephisto.runtime.now() + 54 * MINUTE_MS).toISOString(), forecast: { minor: 100, currency: 'USD' } }, medianMs: 6 * MINUTE_MS })
  })
})

describe('waiting for the end of a run', () => {
  test('ends within 100 ms of the last answer', async () => {
    const run = await launch({}, 3)
    let doneAt = 0
    const done = mephisto.operator.untilDone(run.id).then(last => {
      doneAt = performance.now()
      return last
    })
    for (let item = 0; item < 3; item += 1) {
      await new Promise(resolve => setTimeout(resolve, 60))
      await answerAfter(0, run)
    }
    const answeredAt = performance.now()
    expect(await done).toMatchObject({ run: { status: 'completed', unitsAnswered: 3 }, units: { completed: 3 } })
    expect(doneAt - answeredAt).toBeLessThan(100)
  })

  test('ends at once for a run that is over, and with the last unit that expires', async () => {
    const run = await launch({}, 1_200)
    const done = mephisto.operator.untilDone(run.id)
    await mephisto.operator.expire(run.id)
    expect(await done).toMatchObject({ run: { status: 'expired', unitsOpen: 0 }, units: { expired: 1_200 } })
    expect((await mephisto.operator.untilDone(run.id)).run.status).toBe('expired')
  })

  test('sees what another process does', async () => {
    const run = await launch()
    const other = await mephisto.another()
    const done = mephisto.operator.untilDone(run.id, { everyMs: 10 })
    await other.operator.drain(run.id)
    expect((await done).run.status).toBe('completed')
    await other.close()
  })

  test('is given up with a signal', async () => {
    const run = await launch()
    const gaveUp = new Error('no longer')
    const controller = new AbortController()
    const done = mephisto.operator.untilDone(run.id, { signal: controller.signal, everyMs: 60_000 })
    setTimeout(() => { controller.abort(gaveUp) }, 20)
    await expect(done).rejects.toBe(gaveUp)
    await expect(mephisto.operator.untilDone(run.id, { signal: AbortSignal.abort(gaveUp) })).rejects.toBe(gaveUp)
  })

  test('of a run that there is not fails', async () => {
    await expect(mephisto.operator.untilDone('nowhere')).rejects.toMatchObject({ code: 'not_found' })
    await expect(mephisto.operator.watch('nowhere')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('watching a run', () => {
  test('tells each change, and ends with the run', async () => {
    const run = await launch({}, 2)
    const seen: RunProgress[] = []
    const watching = (async () => { for await (const one of mephisto.operator.watch(run.id, { everyMs: 1 })) seen.push(one) })()
    const steps = [() => accept('ann', run), () => answerAfter(0, run), () => mephisto.operator.drain(run.id)]
    for (const [index, step] of steps.entries()) {
      await expect.poll(() => seen.length).toBeGreaterThan(index)
      await step()
    }
    await watching
    expect(seen[0]).toMatchObject({ run: { status: 'running', unitsAnswered: 0 } })
    expect(seen.at(-1)).toMatchObject({ run: { status: 'completed', unitsAnswered: 1, unitsOpen: 0 } })
  })

  test('reads one row at a time while nothing happens, and stops with whoever watches', async () => {
    const run = await launch()
    const watching = mephisto.operator.watch(run.id, { everyMs: 1 })[Symbol.asyncIterator]()
    expect((await watching.next()).value).toMatchObject({ run: { status: 'running' } })
    const next = watching.next()
    await new Promise(resolve => setTimeout(resolve, 30))
    await mephisto.operator.pause(run.id)
    expect((await next).value).toMatchObject({ run: { status: 'paused' } })
    expect(await watching.return?.()).toMatchObject({ done: true })
  })
})
