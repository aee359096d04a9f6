import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import type { BlueprintServer } from '../../sdk/blueprints/server.js'
import { createMephisto, implement, usd, type PlanOptions } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
const dear = { ...inhouse(), type: 'dear', fees: (payMinor: number) => Math.ceil(payMinor / 3) }
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], providers: [inhouse(), dear] }) })
afterEach(() => mephisto.close())

type Options = Partial<PlanOptions<{ text: string }, { label?: 'positive' | 'negative' }>>
const plan = (options: Options = {}, items = 10) => mephisto.operator.plan(sentiment, { ...sentimentRun(items), ...options })
const wrong = (options: object) => mephisto.operator.plan(sentiment, { ...sentimentRun(1), ...options })
const codes = async (options: Options): Promise<string[]> => (await plan(options)).warnings.map(({ code }) => code)

/** Rows of every table that a launch writes to. */
async function rowsWritten(): Promise<number> {
  const [runs, tasks, requesters] = await Promise.all([mephisto.operator.runs(), mephisto.db.tasks.find(), mephisto.db.requesters.find()])
  return runs.length + tasks.rows.length + requesters.rows.length
}

describe('plan', () => {
  test('says what a launch would be, and writes nothing', async () => {
    expect(await plan({ unitsPerAssignment: 3, pay: usd('0.12'), budget: usd('400'), minutesPerUnit: 1.5 })).toEqual({
      items: 10, isCut: false, units: 30, pay: usd('3.60'), fees: usd('0'), cost: usd('3.60'), checks: { unitsPerWorker: 0, mostUnits: 0, costPerWorker: usd('0'), mostCost: usd('0') }, unitsCovered: 30, minutesPerUnit: 1.5, minutesFrom: 'estimate', hourlyPay: usd('4.80'), warnings: [],
    })
    expect(await plan()).toMatchObject({ units: 10, cost: { minor: 0, currency: 'USD' }, unitsCovered: 10, minutesPerUnit: null, minutesFrom: null, hourlyPay: null })
    expect(await rowsWritten()).toBe(0)
  })

  test('adds what the provider takes', async () => {
    expect(await plan({ provider: 'dear', pay: usd('0.10'), unitsPerAssignment: 2 })).toMatchObject({ pay: usd('2'), fees: usd('0.80'), cost: usd('2.80') })
  })

  const cause = new Error('no price list')
  test.each<[string, () => unknown, string]>([
    ['no number', () => NaN, 'NaN'], ['a text', () => '3', '"3"'], ['less than nothing', () => -1, '-1'], ['a fraction of a minor unit', () => 0.5, '0.5'], ['no end', () => Infinity, 'Infinity'],
    ['more than can be counted', () => 2 ** 53, '9007199254740992'], ['a promise', () => Promise.reject(cause), 'object'], ['nothing', () => undefined, 'undefined'],
  ])('refuses a provider that takes %s, naming it and what it gave', async (_, fees, given) => {
    const other = await createTestMephisto({ blueprints: [implement(sentiment)], providers: [{ ...inhouse(), type: 'odd', fees: fees as () => number }] })
    try {
      await expect(other.operator.plan(sentiment, { ...sentimentRun(1), provider: 'odd', pay: usd('0.10') })).rejects.toMatchObject({
        name: 'MephistoError', code: 'invalid_input', message: `Launch options: provider: "odd" gave ${given} as its fees for a unit that pays $0.10; fees() must give whole minor units of USD, 0 or more. Nothing was launched.`,
      })
    } finally {
      await other.close()
    }
  })

  test('refuses a provider that cannot say what it takes, or takes more in all than can be counted', async () => {
    const other = await createTestMephisto({ blueprints: [implement(sentiment)], providers: [{ ...inhouse(), type: 'odd', fees: () => { throw cause } }, { ...inhouse(), type: 'dearest', fees: () => 2 ** 52 }] })
    try {
      const asked = (provider: string) => other.operator.plan(sentiment, { ...sentimentRun(3), provider, pay: usd('0.10') })
      await expect(asked('odd')).rejects.toMatchObject({ code: 'invalid_input', cause, message: 'Launch options: provider: "odd" could not say its fees for a unit that pays $0.10: no price list. Nothing was launched.' })
      await expect(asked('dearest')).rejects.toMatchObject({ code: 'invalid_input', message: 'Launch options: provider: "dearest" takes 4503599627370496 minor units of USD for each unit, which is more than can be counted for 3 units. Nothing was launched.' })
    } finally {
      await other.close()
    }
  })

  test('reads the data whole, whatever it is, and only up to a limit of rows', async () => {
    let read = 0
    let isClosed = false
    async function* endless() {
      try {
        for (;;) yield await Promise.resolve({ text: `text ${String(read += 1)}` })
      } finally {
        isClosed = true
      }
    }
    expect(await plan({ data: endless(), rows: 2_000 })).toMatchObject({ items: 2_000, isCut: true, warnings: [{ code: 'data_cut' }] })
    expect([read, isClosed]).toEqual([2_001, true])
    expect(await plan({ rows: 10 })).toMatchObject({ items: 10, isCut: false, warnings: [] })
  })

  test('takes the time of what was accepted in earlier runs of the task', async () => {
    const run = await mephisto.operator.launch(sentiment, sentimentRun(3))
    for (const [index, minutes] of [1, 4, 100].entries()) {
      const task = await mephisto.worker(`w ${String(index)}`).accept(sentiment, run)
      for (let left = minutes; left > 0; left -= 5) {
        mephisto.runtime.advance(Math.min(5, left) * 60_000)
        await task.extend()
      }
      await task.submit({ label: 'positive' })
      if (index < 2) await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: `decision-${String(index)}`, unitIds: [task.unitId], verdict: 'approve' })
    }
    expect(await plan({ pay: usd('0.10') })).toMatchObject({ minutesPerUnit: 2.5, minutesFrom: 'earlier_runs', hourlyPay: usd('2.40') })
    expect(await plan({ task: 'another' })).toMatchObject({ minutesPerUnit: null })
    expect(await plan({ minutesPerUnit: 7 })).toMatchObject({ minutesPerUnit: 7, minutesFrom: 'estimate' })
  })

  test('warns of what may not be wanted', async () => {
    expect(await codes({ pay: usd('1'), budget: usd('9.99') })).toEqual(['budget_short'])
    expect(await codes({ pay: usd('1'), budget: usd('10') })).toEqual([])
    expect(await codes({ minutesPerUnit: 11 })).toEqual(['lease_short'])
    expect(await codes({ minutesPerUnit: 10 })).toEqual([])
    expect(await codes({ pay: usd('0.10'), minutesPerUnit: 1, hourlyPayFloor: usd('6.01') })).toEqual(['hourly_pay_low'])
    expect(await codes({ pay: usd('0.10'), minutesPerUnit: 1, hourlyPayFloor: usd('6') })).toEqual([])
    const { warnings } = await plan({ pay: usd('1'), budget: usd('3.50'), minutesPerUnit: 12, hourlyPayFloor: usd('8') })
    expect(warnings.map(({ message }) => message)).toEqual([
      'The budget of $3.50 covers 3 of 10 units; all of them need $10.00.', 'A lease of 10 minutes is shorter than a unit takes, which is 12 minutes; raise "leaseMs".',
      'At 12 minutes a unit, an hour pays $5.00, less than $8.00; raise "pay".',
    ])
  })

  test('checks what is asked besides the work, and makes none of its qualifications', async () => {
    const item = { input: { text: 'known' }, expected: { label: 'positive' as const } }
    const requirements = [{ qualification: 'failed', is: 'does_not_exist' as const }]
    const screening = { passed: 'passed', failed: 'failed', items: [item] }
    expect(await plan({ requirements, screening, pay: usd('0.10') })).toMatchObject({ units: 10, warnings: [{ code: 'paid_checks' }] })
    expect(await codes({ screening, gold: { qualification: 'gold', items: [item] } })).toEqual([])
    expect((await mephisto.db.qualifications.find()).rows).toEqual([])
    await expect(plan({ screening: { ...screening, items: [{ input: { text: 'known' } }] } })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('screening.items[0]') as string })
    await expect(plan({ requirements })).rejects.toMatchObject({ message: expect.stringContaining('no qualification "failed"') as string })
    await mephisto.operator.launch(sentiment, { ...sentimentRun(1), requirements, screening })
    expect((await mephisto.db.qualifications.find()).rows.map(({ name }) => name).sort()).toEqual(['failed', 'passed'])
  })

  test('warns of gold items that cannot be enough for everybody who may go on', async () => {
    const gold = (count: number, minimumRight: number, mostWrong: number) => ({
      gold: { qualification: 'gold', items: Array.from({ length: count }, (_, index) => ({ input: { text: String(index) }, expected: { label: 'positive' as const } })), minimumRight, mostWrong },
    })
    expect((await plan(gold(1, 1, 3))).warnings).toEqual([{
      code: 'gold_short',
      message: 'There are 1 gold items, and somebody may need 4: 1 right ones after 3 wrong ones, which "mostWrong" allows. Who has answered all of them with fewer right ones is refused; give more gold items, or lower "mostWrong".',
    }])
    expect(await codes(gold(3, 1, 3))).toEqual(['gold_short'])
    expect(await codes(gold(4, 1, 3))).toEqual([])
    // Nobody has to have any right before other work.
    expect(await codes(gold(1, 0, 3))).toEqual([])
    const { runs } = mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] })
    expect(await runs.plan({ blueprint: 'sentiment', ...sentimentRun(2), ...gold(1, 1, 1) })).toMatchObject({ warnings: [{ code: 'gold_short' }] })
  })

  test('warns of gold that those who are invited use up before any other work', async () => {
    const gold = { qualification: 'gold', items: [{ input: { text: 'a' }, expected: { label: 'positive' as const } }, { input: { text: 'b' }, expected: { label: 'positive' as const } }], minimumRight: 2 }
    expect(await codes({ gold: { ...gold, mostUnits: 3 }, workers: ['ann'] })).toEqual([])
    expect((await plan({ gold: { ...gold, mostUnits: 3 }, workers: ['ann', 'ben', 'ann'] })).warnings).toEqual([{
      code: 'gold_short', message: '"gold.mostUnits" allows 3 gold units, and the 2 people who are invited need 4 right ones before other work: somebody will get none. Raise it, or lower "minimumRight".',
    }])
    expect((await plan({ gold: { ...gold, mostUnits: 1 } })).warnings).toMatchObject([{ code: 'gold_short', message: expect.stringContaining('each person needs 2 right ones') as string }])
  })

  test('says what training, screening and gold come to: of one person, and of all where something bounds them', async () => {
    const item = (text: string) => ({ input: { text }, expected: { label: 'positive' as const } })
    const training = { qualification: 'trained', items: [item('a'), item('b')] }
    const screening = { passed: 'passed', failed: 'failed', items: [item('c'), item('d'), item('e')], mostUnits: 50 }
    const gold = { qualification: 'gold', items: [item('f'), item('g')], mostUnits: 3 }
    const checks = async (options: Options) => (await plan({ provider: 'dear', pay: usd('0.30'), ...options })).checks
    // A unit costs 30 cents and 10 of fees; screening is one of its items.
    expect(await checks({ training, screening, gold })).toEqual({ unitsPerWorker: 5, mostUnits: null, costPerWorker: usd('2'), mostCost: null })
    expect(await checks({ training, screening, gold, workers: ['ann', 'ben'] })).toEqual({ unitsPerWorker: 5, mostUnits: 9, costPerWorker: usd('2'), mostCost: usd('3.60') })
    expect(await checks({ screening, gold })).toMatchObject({ unitsPerWorker: 3, mostUnits: 53, mostCost: usd('21.20') })
    expect(await codes({ screening, gold, pay: usd('0.30') })).toEqual([])
    expect((await plan({ training, pay: usd('0.30') })).warnings).toEqual([{
      code: 'paid_checks', message: 'Training, screening and gold come on top, up to $0.60 for each person who comes, and nothing says how many that are; set a "budget" to bound them.',
    }])
  })

  test("warns when the architect's page cannot be opened, and looks at no other", async () => {
    const server = createServer((request, response) => {
      if (request.url === '/work') response.setHeader('content-type', 'text/html').end('<p>work</p>')
      else response.writeHead(404).end()
    })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    const warningsAt = async (taskUrl: string, half?: BlueprintServer<typeof sentiment>) => {
      const instance = createMephisto({
        db: mephisto.db, architect: { specVersion: 1, type: 'test', baseUrl: `${origin}/mephisto/`, basePath: '/mephisto/', taskUrl }, providers: [inhouse()], blueprints: [implement(sentiment, half)],
        secret: 'a secret for tests that is long enough', authorize: () => null,
      })
      return (await instance.operator.plan(sentiment, sentimentRun(1))).warnings
    }
    try {
      expect(await warningsAt(`${origin}/work`)).toEqual([])
      expect(await warningsAt(`${origin}/gone`)).toEqual([{ code: 'page_unreachable', message: expect.stringContaining(`${origin}/gone answers with 404`) as string }])
      expect(await warningsAt(`${origin}/gone`, { builder: () => ({ url: 'https://app.invalid/work', build: null }) })).toEqual([])
    } finally {
      await new Promise(resolve => { server.close(resolve) })
    }
    expect(await warningsAt(`${origin}/work`)).toEqual([{ code: 'page_unreachable', message: expect.stringMatching(/cannot be reached: /) as string }])
    expect(await rowsWritten()).toBe(0)
  })

  test('plans exactly what is then launched', async () => {
    const options = { ...sentimentRun(7), unitsPerAssignment: 2, pay: usd('0.05') }
    const planned = await mephisto.operator.plan(sentiment, options)
    expect((await mephisto.operator.launch(sentiment, options)).unitsTotal).toBe(planned.units)
  })

  test('names the first wrong rows, and writes nothing', async () => {
    const data = Array.from({ length: 40 }, (_, index) => ({ text: index % 2 ? 'fine' : index }))
    await expect(wrong({ data })).rejects.toMatchObject({
      code: 'invalid_input', problems: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map(number => ({ path: `row ${String(number)}.text`, rule: 'invalid_type' })), message: expect.stringContaining('There may be more') as string,
    })
    await expect(wrong({ data, mostProblems: 2 })).rejects.toMatchObject({ problems: [{ path: 'row 1.text' }, { path: 'row 3.text' }] })
    await expect(wrong({ data: [...sentimentRun(3).data, {}] })).rejects.toMatchObject({ problems: [{ path: 'row 4.text' }], message: expect.not.stringContaining('There may be more') as string })
    await expect(wrong({ data: sentimentRun(3).data, priority: () => 11 })).rejects.toMatchObject({ message: expect.stringMatching(/data row 1,.*data row 3,/) as string })
    expect(await rowsWritten()).toBe(0)
  })

  test('lets through what a generator throws', async () => {
    function* broken() {
      yield { text: 'one' }
      throw new RangeError('the file ended early')
    }
    await expect(wrong({ data: broken() })).rejects.toThrow('the file ended early')
    await expect(wrong({ data: sentimentRun(1).data, priority: () => { throw new RangeError('no idea') } })).rejects.toThrow('no idea')
  })
})

describe('plan refuses', () => {
  test('an unknown provider, a blueprint that is not implemented, and the task of another', async () => {
    await expect(wrong({ provider: 'mturk' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('no provider "mturk"') as string })
    const twin = defineBlueprint({ type: 'sentiment', input: z.object({ text: z.string() }), output: z.object({}) })
    await expect(mephisto.operator.plan(twin, sentimentRun(1))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('not the one') as string })
    const other = defineBlueprint({ type: 'other', input: z.object({ text: z.string() }), output: z.object({}) })
    await expect(mephisto.operator.plan(other, sentimentRun(1))).rejects.toMatchObject({ code: 'not_found' })
    await mephisto.operator.launch(sentiment, sentimentRun(1))
    const both = await createTestMephisto({ blueprints: [implement(other)], file: mephisto.file })
    await expect(both.operator.plan(other, sentimentRun(1))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('belongs to blueprint "sentiment"') as string })
    await both.close()
  })
})

test('tools can plan over the wire', async () => {
  const { runs } = mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] })
  expect(await runs.plan({ blueprint: 'sentiment', ...sentimentRun(2), unitsPerAssignment: 2, pay: usd('0.10'), minutesPerUnit: 1 })).toMatchObject({ units: 4, cost: usd('0.40'), hourlyPay: usd('6') })
  await expect(mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).runs.plan({ blueprint: 'sentiment', ...sentimentRun(2) })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
