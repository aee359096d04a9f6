import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound, valueOf } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// What goes with a verdict: done with it in one transaction, told by its row, and taken back with it.

const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
const OMAR: Principal = { id: 'omar', name: 'Omar', roles: ['operator'] }

let mephisto: TestMephisto
let run: TaskRun
let ids: Readonly<Record<string, string>>
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), pay: usd('0.10'), budget: usd('0.60'), project: 'tweets' })
  for (const name of ['ann', 'ben', 'cem']) await work(name)
  ids = Object.fromEntries((await review().queue({ run: run.id })).units.map(unit => [unit.worker ?? '', unit.unitId]))
  for (const name of ['careful', 'fast']) await mephisto.people.makeQualification(OMAR, { requestId: crypto.randomUUID(), name })
})
afterEach(() => mephisto.close())

async function work(name: string): Promise<void> {
  const task = await mephisto.worker(name).accept(sentiment, run)
  mephisto.runtime.advance(1000)
  await task.submit({ label: 'positive', comment: `by ${name}` })
}
const review = (principal: Principal = RITA) => mephisto.caller(principal).review
type Decide = Omit<Parameters<ReturnType<typeof review>['decide']>[0], 'decisionId' | 'unitIds'>
async function decide(names: readonly string[], what: Decide) {
  const { outcomes } = await review().decide({ decisionId: crypto.randomUUID(), unitIds: names.map(name => ids[name] ?? ''), ...what })
  return outcomes
}
const undo = async () => (await review().undo({ decisionId: crypto.randomUUID(), run: run.id })).outcomes
const money = async () => {
  const { reservedMinor, owedMinor } = (await mephisto.operator.progress(run.id)).run
  return [reservedMinor, owedMinor]
}
const decisionOn = async (name: string) => (await review().units({ unitIds: [ids[name] ?? ''] })).units[0]?.decision
const blocksOf = async (name: string) => (await mephisto.people.blocks({ person: { provider: 'inhouse', externalId: name } })).blocks

describe('a bonus', () => {
  test('is owed beside the pay, told with the decision, counted for the worker, and taken back with it', async () => {
    await decide(['ann', 'ben'], { verdict: 'approve', bonus: usd('0.05') })
    expect(await money()).toEqual([10, 30])
    expect(await decisionOn('ann')).toMatchObject({ verdict: 'approve', bonus: usd('0.05') })
    expect((await mephisto.people.worker({ provider: 'inhouse', externalId: 'ann' })).work).toMatchObject({ earned: [usd('0.10')], compensated: [usd('0.05')] })
    const { entries } = await mephisto.caller(OMAR).spending.entries({ run: run.id, limit: 100 })
    expect(entries.filter(({ reason }) => reason === 'bonus')).toMatchObject([{ amount: usd('0.05'), from: 'budget', to: 'owed' }, {}])
    expect(entries.find(({ reason, unit }) => reason === 'bonus' && unit === ids['ann'])?.decision).toEqual({ byName: 'Rita', note: null })
    await expectSound(mephisto)
    expect((await undo()).map(({ status }) => status)).toEqual(['completed', 'completed'])
    expect(await money()).toEqual([30, 0])
    expect((await mephisto.people.worker({ provider: 'inhouse', externalId: 'ann' })).work).toMatchObject({ earned: [], compensated: [] })
    await expectSound(mephisto)
  })

  test('goes as far as the budget: who cannot have it is not decided, and hears why', async () => {
    const outcomes = await decide(['ann', 'ben', 'cem'], { verdict: 'approve', bonus: usd('0.12') })
    expect(outcomes.map(({ decided }) => decided)).toEqual([true, true, false])
    expect(outcomes[2]).toMatchObject({ status: 'completed', message: 'The budget does not cover this bonus; raise the budget, or give less.' })
    expect(await money()).toEqual([10, 44])
    await expectSound(mephisto)
  })

  test('is booked once, however often the request comes', async () => {
    const request = { decisionId: crypto.randomUUID(), unitIds: [ids['ann'] ?? ''], verdict: 'approve' as const, bonus: usd('0.05') }
    const [one, other] = await Promise.all([review().decide(request), review().decide(request)])
    expect(other).toEqual(one)
    expect(await review().decide(request)).toEqual(one)
    await expect(review().decide({ ...request, bonus: usd('0.06') })).rejects.toMatchObject({ cause: { code: 'conflict' } })
    expect(await money()).toEqual([20, 15])
    await expectSound(mephisto)
  })
})

describe('qualifications', () => {
  test('are given and taken with the verdict, once for each person, and are as before after an undo', async () => {
    await mephisto.people.grant(OMAR, { requestId: crypto.randomUUID(), qualification: 'fast', people: [{ provider: 'inhouse', externalId: 'ann' }], value: 7 })
    await decide(['ann', 'ben'], { verdict: 'approve', grants: [{ qualification: 'careful', value: 3 }], revokes: ['fast'], note: 'Read it twice' })
    expect([await valueOf(mephisto, 'ann', 'careful'), await valueOf(mephisto, 'ben', 'careful'), await valueOf(mephisto, 'ann', 'fast')]).toEqual([3, 3, null])
    expect((await decisionOn('ann'))?.grants).toEqual([{ qualification: 'careful', value: 3 }, { qualification: 'fast', value: null }])
    expect((await decisionOn('ben'))?.grants).toEqual([{ qualification: 'careful', value: 3 }])
    expect((await mephisto.people.history({ qualification: 'careful' })).events).toMatchObject([{ by: 'rita', reason: 'Read it twice' }, {}])
    await undo()
    expect([await valueOf(mephisto, 'ann', 'careful'), await valueOf(mephisto, 'ben', 'careful'), await valueOf(mephisto, 'ann', 'fast')]).toEqual([null, null, 7])
  })

  test('that somebody has changed since stay, and the undo says so', async () => {
    await decide(['ann', 'ben'], { verdict: 'approve', grants: [{ qualification: 'careful' }] })
    mephisto.runtime.advance(10)
    await mephisto.people.grant(OMAR, { requestId: crypto.randomUUID(), qualification: 'careful', people: [{ provider: 'inhouse', externalId: 'ann' }], value: 9 })
    const outcomes = await undo()
    expect(outcomes.map(({ decided }) => decided)).toEqual([true, true])
    expect(outcomes.find(({ unitId }) => unitId === ids['ann'])?.message).toBe('Somebody has changed "careful" of this worker since; that stays as it is.')
    expect([await valueOf(mephisto, 'ann', 'careful'), await valueOf(mephisto, 'ben', 'careful')]).toEqual([9, null])
  })
})

describe('a block', () => {
  test('keeps the worker from more, says why, and is lifted with an undo', async () => {
    await decide(['ann'], { verdict: 'reject', note: 'Copied', block: { scope: 'project' } })
    expect(await blocksOf('ann')).toMatchObject([{ scope: 'project', reason: 'Copied', by: 'rita', isStanding: true }])
    expect((await decisionOn('ann'))?.isBlocked).toBe(true)
    await undo()
    expect(await blocksOf('ann')).toMatchObject([{ isStanding: false }])
  })

  test('in a project where there is none is refused, and nothing is decided', async () => {
    const alone = await mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'alone' })
    const task = await mephisto.worker('ann').accept(sentiment, alone)
    await task.submit({ label: 'positive', comment: '' })
    const refused = review().decide({ decisionId: crypto.randomUUID(), unitIds: [task.unitId], verdict: 'reject', note: 'Copied', block: { scope: 'project' } })
    await expect(refused).rejects.toThrow('is in no project')
    expect((await review().queue({ run: alone.id })).units).toHaveLength(1)
  })
})

describe('work that is given to others', () => {
  test('goes on in the place of the unit, and comes back with an undo while nobody has it', async () => {
    await decide(['ann'], { verdict: 'reject', requeue: true })
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ launched: 1, rejected: 1 })
    expect((await decisionOn('ann'))?.isRequeued).toBe(true)
    await expectSound(mephisto)
    expect(await undo()).toMatchObject([{ decided: true, status: 'completed' }])
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ launched: 0, expired: 1, completed: 3 })
    await expectSound(mephisto)
  })

  test('is not taken from who has it: then the undo says why', async () => {
    await decide(['ann'], { verdict: 'soft_reject', requeue: true })
    await work('dee')
    expect(await undo()).toMatchObject([{ decided: false, status: 'soft_rejected', message: expect.stringContaining('given to somebody else') as string }])
    await expectSound(mephisto)
  })

  test('is refused where a run takes no more, and nothing is decided', async () => {
    const more = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), task: 'more' })
    const [task, held] = [await mephisto.worker('ann').accept(sentiment, more), await mephisto.worker('ben').accept(sentiment, more)]
    await task.submit({ label: 'positive', comment: '' })
    await mephisto.operator.drain(more.id)
    await expect(review().decide({ decisionId: crypto.randomUUID(), unitIds: [task.unitId], verdict: 'reject', requeue: true })).rejects.toMatchObject({ cause: { code: 'illegal_move' } })
    expect((await review().queue({ run: more.id })).units).toHaveLength(1)
    await held.submit({ label: 'positive', comment: '' })
  })
})

test('accepted work that a block gives to others keeps its bonus and grants, and all is as before when the block is lifted with what it did', async () => {
  await decide(['ann'], { verdict: 'approve', bonus: usd('0.05'), grants: [{ qualification: 'careful', value: 3 }] })
  const before = await money()
  const ann = { provider: 'inhouse', externalId: 'ann' }
  const { blocks } = await mephisto.people.block(OMAR, { requestId: crypto.randomUUID(), people: [ann], scope: 'everywhere', reason: 'Copied', reopen: 'accepted', verdict: 'reject' })
  expect([await money(), await valueOf(mephisto, 'ann', 'careful')]).toEqual([[20, 5], 3])
  await expectSound(mephisto)
  await mephisto.people.lift(OMAR, { requestId: crypto.randomUUID(), blockIds: blocks.map(({ id }) => id), undo: true })
  expect([await money(), await valueOf(mephisto, 'ann', 'careful')]).toEqual([before, 3])
  await expectSound(mephisto)
})

test('a grant that was changed while the clock stood before it stays, too', async () => {
  await decide(['ann'], { verdict: 'approve', grants: [{ qualification: 'careful' }] })
  mephisto.runtime.advance(-5_000)
  await mephisto.people.grant(OMAR, { requestId: crypto.randomUUID(), qualification: 'careful', people: [{ provider: 'inhouse', externalId: 'ann' }], value: 9 })
  expect(await undo()).toMatchObject([{ decided: true, message: 'Somebody has changed "careful" of this worker since; that stays as it is.' }])
  expect(await valueOf(mephisto, 'ann', 'careful')).toBe(9)
})

test('all of it is one row in the audit trail, with the reviewer, and one line in the history of the unit', async () => {
  const decisionId = crypto.randomUUID()
  const what = { verdict: 'soft_reject' as const, note: 'Half of it', message: 'Please read the second part too.', bonus: usd('0.01'), grants: [{ qualification: 'careful', value: -1 }], block: { scope: 'run' as const, forMs: 60_000 }, requeue: true }
  await review().decide({ decisionId, unitIds: [ids['ann'] ?? ''], ...what })
  const rows = (await mephisto.db.audit.find({ filter: { actorId: 'rita' } })).rows
  expect(rows.map(({ id, action }) => [id, action])).toEqual([[decisionId, 'soft_reject']])
  expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({ request: { note: 'Half of it', message: what.message, requeue: true } })
  const told = { note: 'Half of it', message: what.message, bonus: usd('0.01'), grants: [{ qualification: 'careful', value: -1 }], isBlocked: true, isRequeued: true, byName: 'Rita' }
  expect((await review().history({ unit: ids['ann'] ?? '' })).events.at(-1)).toMatchObject({ what: 'soft_reject', decision: told })
  await expectSound(mephisto)
})

test('a verdict that others have given takes nothing with it', async () => {
  await decide(['ann'], { verdict: 'approve' })
  const [outcome] = await decide(['ann'], { verdict: 'reject', note: 'Copied', grants: [{ qualification: 'careful' }], block: { scope: 'run' }, requeue: true })
  expect(outcome).toMatchObject({ decided: false, message: expect.stringContaining('Rita approved this already') as string })
  expect([await valueOf(mephisto, 'ann', 'careful'), await blocksOf('ann')]).toEqual([null, []])
})

test.each([
  ['is for work that is paid', { verdict: 'reject', bonus: usd('0.05') }],
  ['must be more than nothing', { verdict: 'approve', bonus: usd('0') }],
  ['is for work that is rejected', { verdict: 'approve', requeue: true }],
  ['must say why the worker is blocked', { verdict: 'reject', block: { scope: 'run' } }],
  ['and revokes name a qualification twice', { verdict: 'approve', grants: [{ qualification: 'fast' }], revokes: ['fast'] }],
  ['There is no qualification "deep"', { verdict: 'approve', grants: [{ qualification: 'deep' }] }],
  ['is over: it is', { verdict: 'approve', grants: [{ qualification: 'fast', expiresAt: '2001-01-01T00:00:00Z' }] }],
  ['bonus: must be in USD', { verdict: 'approve', bonus: { minor: 5, currency: 'EUR' } }],
] as const)('is refused whole: %s', async (message, what) => {
  await expect(decide(['ann'], what as Decide)).rejects.toThrow(message)
  expect((await review().queue({ run: run.id })).units).toHaveLength(3)
  expect(await money()).toEqual([30, 0])
})
