import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, usd, type TopUpOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { atEachStep } from '../each-step.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { launch, accept, progress } = sentimentActs(() => mephisto)
const more = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ text: `text ${String(from + index)}` }))

/** Answers units as this person until there are none; returns the items. */
async function answerAll(name: string, run: TaskRun): Promise<string[]> {
  const texts: string[] = []
  for (;;) {
    const task = await accept(name, run).catch(() => null)
    if (!task) return texts
    texts.push(task.input.text)
    await task.submit({ label: 'positive' })
  }
}

describe('more data', () => {
  test('comes after what was there, once under one id', async () => {
    const run = await launch({ unitsPerAssignment: 2 })
    const topUp = { topUpId: 'more-data-1', data: more(2, 3) }
    expect(await mephisto.operator.topUp(run.id, topUp)).toMatchObject({ rowsAdded: 3, unitsAdded: 6, run: { unitsTotal: 10, unitsOpen: 10 } })
    expect(await mephisto.operator.topUp(run.id, topUp)).toMatchObject({ rowsAdded: 0, unitsAdded: 0, run: { unitsTotal: 10 } })
    expect(await answerAll('ann', run)).toEqual([0, 1, 2, 3, 4].map(index => `text ${String(index)}`))
    await expectSound(mephisto)
  })

  test('reopens a run that was completed', async () => {
    const run = await launch()
    await answerAll('ann', run)
    expect(await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 1) })).toMatchObject({ run: { status: 'running', endedAt: null, unitsOpen: 1 } })
    expect(await answerAll('ann', run)).toEqual(['text 2'])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto)
  })

  test('that is sent again changes nothing that was decided since', async () => {
    const run = await launch()
    const first = { topUpId: 'more-data-1', data: more(2, 1), unitsPerAssignment: 2, budget: usd('20') }
    await mephisto.operator.topUp(run.id, first)
    await mephisto.operator.topUp(run.id, { unitsPerAssignment: 3, budget: usd('50') })
    expect(await mephisto.operator.topUp(run.id, first)).toMatchObject({ rowsAdded: 0, unitsAdded: 0, run: { unitsPerAssignment: 3, budgetMinor: 5_000, unitsTotal: 9 } })
    const money = { topUpId: 'more-money-1', budget: usd('60') }
    await mephisto.operator.topUp(run.id, money)
    await mephisto.operator.topUp(run.id, { budget: usd('70') })
    expect((await mephisto.operator.topUp(run.id, money)).run.budgetMinor).toBe(7_000)
    await expect(mephisto.operator.topUp(run.id, { ...money, data: more(3, 1) })).rejects.toMatchObject({ code: 'conflict' })
    await expectSound(mephisto)
  })

  test('that is sent again is not refused because the run drains by now; anything new is', async () => {
    const run = await launch()
    const first = { topUpId: 'more-data-1', data: more(2, 1) }
    await mephisto.operator.topUp(run.id, first)
    await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.drain(run.id)
    expect(await mephisto.operator.topUp(run.id, first)).toMatchObject({ rowsAdded: 0, unitsAdded: 0, run: { status: 'draining' } })
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-2', data: more(3, 1) })).rejects.toMatchObject({ code: 'illegal_move' })
    await expectSound(mephisto)
  })

  test('goes in batches, of several processes at once, and is added once', async () => {
    const run = await launch({ unitsPerAssignment: 3 })
    const other = await mephisto.another()
    const reports = await Promise.all([1, 2, 3].map(number => (number % 2 ? mephisto : other).operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 1_500) })))
    expect(reports.reduce((sum, { rowsAdded }) => sum + rowsAdded, 0)).toBe(1_500)
    const [one, two] = await Promise.all([mephisto, other].map((server, index) => server.operator.topUp(run.id, { topUpId: `more-data-${String(index + 2)}`, data: more(0, 1_000) })))
    expect([one?.rowsAdded, two?.rowsAdded]).toEqual([1_000, 1_000])
    expect((await progress(run)).run).toMatchObject({ unitsTotal: 3 * 3_502, unitsOpen: 3 * 3_502 })
    expect(await mephisto.db.runs.lastPosition(run.id)).toBe(3_501)
    await other.close()
    await expectSound(mephisto)
  })

  test('is ordered as the run is, the urgent first', async () => {
    const run = await launch({ order: 'breadth_first', unitsPerAssignment: 2 })
    await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 2), priority: (row: unknown) => ((row as { text: string }).text === 'text 3' ? 9 : 0) })
    const handedOut: string[] = []
    for (let person = 0; person < 8; person += 1) handedOut.push((await accept(`person ${String(person)}`, run)).input.text)
    expect(handedOut).toEqual([3, 3, 0, 1, 2, 0, 1, 2].map(index => `text ${String(index)}`))
  })

  test('keeps to the limit on live units', async () => {
    const run = await launch({ maxLiveUnits: 3 })
    await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 4) })
    expect((await progress(run)).units).toMatchObject({ created: 3, launched: 3 })
    await answerAll('ann', run)
    expect((await progress(run)).run.status).toBe('completed')
    await mephisto.operator.topUp(run.id, { topUpId: 'more-data-2', data: more(6, 5) })
    expect((await progress(run)).units).toMatchObject({ created: 2, launched: 3, completed: 6 })
    expect(await answerAll('ann', run)).toHaveLength(5)
    await expectSound(mephisto)
  })

  test('with a wrong row adds nothing, and names it', async () => {
    const run = await launch()
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: [...more(2, 3_000), { text: 7 }] }))
      .rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/Data row 3001 .*Nothing was added/) as string, problems: [{ path: 'row 3001.text' }] })
    expect((await progress(run)).run.unitsTotal).toBe(2)
  })

  test('of a generator that throws adds nothing', async () => {
    const run = await launch()
    async function* broken() {
      yield await Promise.resolve({ text: 'one' })
      throw new RangeError('the file ended early')
    }
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: broken() })).rejects.toThrow('the file ended early')
    expect((await progress(run)).run.unitsTotal).toBe(2)
  })

  test('of another version of the blueprint is refused', async () => {
    const run = await launch()
    const newer = defineBlueprint({ type: 'sentiment', input: z.object({ text: z.string(), note: z.string() }), output: z.object({}) })
    const later = await createTestMephisto({ blueprints: [implement(newer)], file: mephisto.file })
    await expect(later.operator.topUp(run.id, { topUpId: 'more-data-1', data: [{ text: 'a', note: 'b' }] })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('another version') as string })
    const other = defineBlueprint({ type: 'other', input: z.object({ text: z.string() }), output: z.object({}) })
    const without = await createTestMephisto({ blueprints: [implement(other)], file: mephisto.file })
    await expect(without.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 1) })).rejects.toMatchObject({ code: 'not_found' })
    await Promise.all([later.close(), without.close()])
  })

  test('under an id that was used for other data is refused', async () => {
    const run = await launch()
    await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 2) })
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 3) })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('more-data-1') as string })
  })
})

describe('more units for each item', () => {
  test.each(['fifo', 'breadth_first', 'random'] as const)('gives every item as many answers as are wanted now, in the order %s', async order => {
    const run = await launch({ order, priority: row => (row.text === 'text 1' ? 3 : 0) }, 5)
    await answerAll('ann', run)
    expect(await mephisto.operator.topUp(run.id, { unitsPerAssignment: 3 })).toMatchObject({ rowsAdded: 0, unitsAdded: 10, run: { status: 'running', unitsPerAssignment: 3, unitsOpen: 10, unitsTotal: 15 } })
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_left_for_you')
    expect((await answerAll('ben', run)).sort()).toEqual(more(0, 5).map(row => row.text))
    expect((await answerAll('cem', run)).sort()).toEqual(more(0, 5).map(row => row.text))
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto)
  })

  test('counts places, not units: work that was done again has one place', async () => {
    const run = await launch({}, 1)
    const task = await accept('ann', run)
    await task.submit({ label: 'positive' })
    await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: 'decision-1', unitIds: [task.unitId], verdict: 'reject' })
    await mephisto.operator.requeue(run.id)
    expect(await mephisto.operator.topUp(run.id, { unitsPerAssignment: 2 })).toMatchObject({ unitsAdded: 1, run: { unitsTotal: 3, unitsOpen: 2 } })
    await expectSound(mephisto)
  })

  test('goes in portions, can be repeated, and is added once by several', async () => {
    const run = await launch({ maxLiveUnits: 10 }, 1_500)
    const other = await mephisto.another()
    const reports = await Promise.all([1, 2, 3].map(number => (number % 2 ? mephisto : other).operator.topUp(run.id, { unitsPerAssignment: 4 })))
    expect(reports.reduce((sum, { unitsAdded }) => sum + unitsAdded, 0)).toBe(4_500)
    expect(await mephisto.operator.topUp(run.id, { unitsPerAssignment: 4 })).toMatchObject({ unitsAdded: 0 })
    expect((await progress(run)).units).toMatchObject({ created: 5_990, launched: 10 })
    await other.close()
    await expectSound(mephisto)
  })

  test('goes together with more data and more money', async () => {
    const run = await launch({ budget: usd('0.20') })
    await answerAll('ann', run)
    expect(await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: more(2, 1), unitsPerAssignment: 2, budget: usd('0.60') }))
      .toMatchObject({ rowsAdded: 1, unitsAdded: 4, run: { budgetMinor: 60, unitsPerAssignment: 2, unitsTotal: 6, unitsOpen: 4 } })
    expect(await answerAll('ben', run)).toHaveLength(3)
    expect(await answerAll('ann', run)).toHaveLength(1)
    await expectSound(mephisto)
  })
})

describe('more money', () => {
  test('lets people go on where it had ended', async () => {
    const run = await launch({ budget: usd('0.10') })
    await answerAll('ann', run)
    expect(await mephisto.worker('ann').refusal(run)).toBe('budget_exhausted')
    expect(await mephisto.operator.topUp(run.id, { budget: usd('0.20') })).toMatchObject({ run: { budgetMinor: 20 }, unitsAdded: 0 })
    expect(await answerAll('ann', run)).toEqual(['text 1'])
    await expectSound(mephisto)
  })

  test('can be less, down to what is spent and reserved', async () => {
    const run = await launch({}, 4)
    await accept('ann', run)
    await accept('ben', run)
    await expect(mephisto.operator.topUp(run.id, { budget: usd('0.19') })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('at least $0.20') as string })
    expect((await mephisto.operator.topUp(run.id, { budget: usd('0.20') })).run.budgetMinor).toBe(20)
    expect(await mephisto.worker('cem').refusal(run)).toBe('budget_exhausted')
    await mephisto.operator.drain(run.id)
    expect((await mephisto.operator.topUp(run.id, { budget: usd('5') })).run).toMatchObject({ budgetMinor: 500, status: 'draining' })
    await mephisto.operator.expire(run.id)
    expect((await mephisto.operator.topUp(run.id, { budget: usd('0') })).run).toMatchObject({ budgetMinor: 0, status: 'expired' })
    await expectSound(mephisto)
  })
})

describe('a top-up is refused', () => {
  test.each<[string, object, RegExp]>([
    ['of nothing', {}, /give what the run gets more of/],
    ['with data without an id', { data: more(0, 1) }, /topUpId: is needed with data/],
    ['with an id that is none', { data: more(0, 1), topUpId: 'a b' }, /topUpId/],
    ['with data that is no list', { data: 7, topUpId: 'more-data-1' }, /data: must be an array/],
    ['with data without rows', { data: [], topUpId: 'more-data-1' }, /data: has no rows/],
    ['with a priority that is no function', { data: more(0, 1), topUpId: 'more-data-1', priority: 3 }, /priority: must be a function/],
    ['with a priority that no row can have', { data: more(0, 1), topUpId: 'more-data-1', priority: () => 10 }, /"priority" must give a whole number/],
    ['with fewer units than before', { unitsPerAssignment: 1 }, /unitsPerAssignment: must be at least 2/],
    ['with too many units', { unitsPerAssignment: 1001 }, /unitsPerAssignment/],
    ['with money of another currency', { budget: { minor: 100, currency: 'EUR' } }, /budget: must be in USD/],
    ['with half a cent', { budget: { minor: 0.5, currency: 'USD' } }, /budget\.minor/],
    ['with an option that there is not', { pay: usd('1') }, /pay/],
  ])('%s, naming the option', async (_, options, message) => {
    const run = await launch({ unitsPerAssignment: 2 })
    await expect(mephisto.operator.topUp(run.id, options as TopUpOptions)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
    expect(await mephisto.db.events.ofType(run.id, 'change')).toEqual([])
    expect((await progress(run)).run).toMatchObject({ unitsTotal: 4, unitsPerAssignment: 2, budgetMinor: null })
  })

  test('for a run that is not there, is draining or was never launched', async () => {
    await expect(mephisto.operator.topUp('nowhere', { budget: usd('1') })).rejects.toMatchObject({ code: 'not_found' })
    const run = await launch()
    await accept('ann', run)
    await mephisto.operator.drain(run.id)
    for (const options of [{ topUpId: 'more-data-1', data: more(2, 1) }, { unitsPerAssignment: 2 }]) {
      await expect(mephisto.operator.topUp(run.id, options)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('draining') as string })
    }
    // More than are read before anything is written.
    async function* never() {
      for (let index = 0; index < 3_000; index += 1) yield { text: 'one' }
      await new Promise<never>(() => undefined)
    }
    void mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: never() }).catch(() => undefined)
    await expect.poll(async () => (await mephisto.operator.runs({ statuses: ['launching'] })).length).toBe(1)
    const [launching] = await mephisto.operator.runs({ statuses: ['launching'] })
    for (const options of [{ budget: usd('1') }, { unitsPerAssignment: 2 }]) {
      await expect(mephisto.operator.topUp(launching?.id ?? '', options)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('launching') as string })
    }
  })
})

test('more units for each item come also when the process that was to add them is gone and nobody asks again', async () => {
  await atEachStep(mephisto, async (struck, step) => {
    const run = await launch({}, 3)
    await struck.operator.topUp(run.id, { unitsPerAssignment: 3 }).catch((error: unknown) => { expect(error, `step ${String(step)}`).toMatchObject({ code: 'unavailable' }) })
    const wanted = (await progress(run)).run.unitsPerAssignment
    await answerAll('ann', run)
    await mephisto.operator.tick()
    expect((await progress(run)).run, `step ${String(step)}`).toMatchObject({ status: wanted === 3 ? 'running' : 'completed', unitsTotal: wanted * 3, unitsAnswered: 3 })
    expect((await mephisto.operator.tick()).erasedAnswers).toBe(0)
    expect(await mephisto.db.runs.widening({ limit: 10 })).toEqual([])
  })
  await expectSound(mephisto)
}, 120_000)

test('a top-up whose process is gone, wherever that was, goes on when it is sent again', async () => {
  let number = 0
  const steps = await atEachStep(mephisto, async (struck, step) => {
    const run = await launch({ maxLiveUnits: 5 }, 900)
    const topUp = { topUpId: `more-data-${String(number += 1)}`, data: more(900, 1_200), unitsPerAssignment: 3, budget: usd('1000') }
    await struck.operator.topUp(run.id, topUp).catch((error: unknown) => { expect(error, `step ${String(step)}`).toMatchObject({ code: 'unavailable' }) })
    await mephisto.operator.tick()
    await mephisto.operator.topUp(run.id, topUp)
    expect(await progress(run), `step ${String(step)}`).toMatchObject({ run: { status: 'running', unitsTotal: 6_300, unitsOpen: 6_300, budgetMinor: 100_000 }, units: { created: 6_295, launched: 5 } })
  }, { every: 3 })
  expect(steps).toBeGreaterThan(5)
  await expectSound(mephisto)
}, 120_000)
