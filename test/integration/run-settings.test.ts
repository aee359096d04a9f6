import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type Compensation, type ExtendOptions, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const LEASE_MS = 60_000
const launch = (options: Partial<LaunchOptions<{ text: string }>> = {}, items = 2): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: usd('0.10'), leaseMs: LEASE_MS, ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const leaseOf = async (unitId: string): Promise<number> => ((await mephisto.db.units.get(unitId))?.leaseUntil ?? 0) - mephisto.runtime.now()

describe('extend', () => {
  test('gives longer leases from now on, to new units and to those whose page asks for more time', async () => {
    const run = await launch()
    const ann = await accept('ann', run)
    expect(await mephisto.operator.extend(run.id, { leaseMs: 5 * LEASE_MS })).toMatchObject({ leaseMs: 5 * LEASE_MS })
    expect(await leaseOf(ann.unitId)).toBe(LEASE_MS)
    const ben = await accept('ben', run)
    expect(await leaseOf(ben.unitId)).toBe(5 * LEASE_MS)
    await ann.extend()
    expect(await leaseOf(ann.unitId)).toBe(5 * LEASE_MS)
    await mephisto.operator.extend(run.id, { leaseMs: 5 * LEASE_MS })
    await mephisto.operator.extend(run.id, { leaseMs: 10_000 })
    expect(await mephisto.db.events.ofType(run.id, 'change')).toHaveLength(2)
    await mephisto.advance(5 * LEASE_MS + 1)
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ launched: 2, assigned: 0 })
    await expectSound(mephisto, { isSettled: true })
  })

  test.each([[{ leaseMs: 10 }], [{ leaseMs: 60 * 86_400_000 }], [{}], [{ leaseMs: LEASE_MS, until: 3 }]])('refuses %j, naming the option', async options => {
    const run = await launch()
    await expect(mephisto.operator.extend(run.id, options as ExtendOptions)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/leaseMs|until/) as string })
  })

  test('is refused where no answer could come in time any more', async () => {
    const run = await launch({ minimumTimeMs: 60_000, leaseMs: 120_000 })
    await expect(mephisto.operator.extend(run.id, { leaseMs: 60_000 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('60000 ms') as string })
    expect((await mephisto.operator.extend(run.id, { leaseMs: 60_001 })).leaseMs).toBe(60_001)
  })

  test('is refused for a run that is not there or is over', async () => {
    await expect(mephisto.operator.extend('nowhere', { leaseMs: LEASE_MS })).rejects.toMatchObject({ code: 'not_found' })
    const run = await launch()
    await mephisto.operator.drain(run.id)
    await expect(mephisto.operator.extend(run.id, { leaseMs: LEASE_MS })).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('completed') as string })
  })
})

describe('compensate', () => {
  async function broken(options: Partial<LaunchOptions<{ text: string }>> = {}): Promise<{ run: TaskRun; worker: string }> {
    const run = await launch(options)
    const task = await accept('ann', run)
    await task.giveBack()
    const { rows: [worker] } = await mephisto.db.workers.find({ filter: { externalId: 'ann' } })
    return { run, worker: worker?.id ?? '' }
  }
  const pay = (worker: string, options: Partial<Compensation> = {}): Compensation => ({ compensationId: 'compensation-1', worker, amount: usd('0.05'), reason: 'The page was broken.', ...options })

  test('owes somebody money outside any unit, once under one id, in whatever process', async () => {
    const { run, worker } = await broken({ budget: usd('0.30') })
    const other = await mephisto.another()
    const reports = await Promise.all([1, 2, 3].map(number => (number % 2 ? mephisto : other).operator.compensate(run.id, pay(worker))))
    for (const report of reports) expect(report).toEqual({ runId: run.id, compensationId: 'compensation-1', worker, amount: usd('0.05') })
    await other.operator.compensate(run.id, pay(worker, { compensationId: 'compensation-2' }))
    expect((await mephisto.operator.progress(run.id)).run).toMatchObject({ owedMinor: 10, reservedMinor: 0 })
    expect((await mephisto.people.worker({ workerId: worker })).work).toMatchObject({ compensated: [usd('0.10')], earned: [] })
    expect(JSON.parse((await mephisto.db.audit.get('compensation-1'))?.body ?? '')).toMatchObject({ request: { reason: 'The page was broken.' } })
    await other.close()
    await expectSound(mephisto)
  })

  test('keeps to the budget: what is paid outside units is not there for them', async () => {
    const { run, worker } = await broken({ budget: usd('0.20') })
    await expect(mephisto.operator.compensate(run.id, pay(worker, { amount: usd('0.21') }))).rejects.toMatchObject({ code: 'budget_exhausted' })
    await mephisto.operator.compensate(run.id, pay(worker, { amount: usd('0.11') }))
    expect(await mephisto.worker('ben').refusal(run)).toBe('budget_exhausted')
    await expectSound(mephisto)
  })

  test('pays people of a run that is over', async () => {
    const { run, worker } = await broken()
    await mephisto.operator.expire(run.id)
    await mephisto.operator.compensate(run.id, pay(worker))
    expect((await mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'expired', owedMinor: 5 })
    await expectSound(mephisto)
  })

  test.each<[string, Partial<Compensation>, RegExp]>([
    ['no amount', { amount: usd('0') }, /amount: must be more than nothing/], ['half a cent', { amount: { minor: 0.5, currency: 'USD' } }, /amount\.minor/],
    ['another currency', { amount: { minor: 5, currency: 'EUR' } }, /amount: must be in USD/], ['no reason', { reason: '  ' }, /reason/], ['an id that is none', { compensationId: 'x' }, /compensationId/],
  ])('refuses %s, naming the field', async (_, options, message) => {
    const { run, worker } = await broken()
    await expect(mephisto.operator.compensate(run.id, pay(worker, options))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
  })

  test('refuses a run, a person and an id that are of something else', async () => {
    const { run, worker } = await broken()
    await expect(mephisto.operator.compensate('nowhere', pay(worker))).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('task run nowhere') as string })
    await expect(mephisto.operator.compensate(run.id, pay('nobody'))).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('worker nobody') as string })
    await mephisto.operator.compensate(run.id, pay(worker))
    await expect(mephisto.operator.compensate(run.id, pay(worker, { amount: usd('0.06') }))).rejects.toMatchObject({ code: 'conflict' })
    await expect(mephisto.operator.compensate((await launch()).id, pay(worker))).rejects.toMatchObject({ code: 'conflict' })
  })
})

test('operators do all of it over the wire, and nobody else', async () => {
  const run = await launch()
  const { runs } = mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] })
  const task = await accept('ann', run)
  const [worker] = (await mephisto.db.workers.find({ filter: { externalId: 'ann' } })).rows
  expect(await runs.topUp({ run: run.id, topUpId: 'more-data-1', data: [{ text: 'more' }], unitsPerAssignment: 2, budget: usd('1') })).toMatchObject({ rowsAdded: 1, unitsAdded: 4, run: { unitsTotal: 6, money: { budget: usd('1') } } })
  expect(await runs.extend({ run: run.id, leaseMs: 90_000 })).toMatchObject({ leaseMs: 90_000 })
  expect(await runs.compensate({ run: run.id, compensationId: 'compensation-1', worker: worker?.id ?? '', amount: usd('0.05'), reason: 'Thanks.' })).toMatchObject({ amount: usd('0.05') })
  expect((await mephisto.db.audit.get('compensation-1'))?.actorId).toBe('olga')
  expect(await runs.drain({ run: run.id })).toMatchObject({ status: 'draining' })
  await task.submit({ label: 'positive' })
  expect(await runs.drain({ run: run.id })).toMatchObject({ status: 'completed' })
  const rita = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).runs
  await expect(rita.drain({ run: run.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expectSound(mephisto)
})
