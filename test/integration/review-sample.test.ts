import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// A random sample of a run that everybody checks in the same order, and that says when to stop.

const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
const ITEMS = 12
let mephisto: TestMephisto
let run: TaskRun
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(ITEMS), unitsPerAssignment: 2 })
  for (const name of ['ann', 'ben']) {
    for (let item = 0; item < ITEMS; item += 1) await (await mephisto.worker(name).accept(sentiment, run)).submit({ label: 'positive', comment: name })
  }
})
afterEach(() => mephisto.close())

const review = () => mephisto.caller(RITA).review
const sampled = async () => (await review().queue({ run: run.id, isSampled: true, limit: 200 })).units.map(({ unitId }) => unitId)
const decide = (verdict: 'approve' | 'reject' | 'soft_reject', ...unitIds: string[]) => review().decide({ decisionId: crypto.randomUUID(), unitIds, verdict })
const standing = (mostError = 0.5) => review().sampling({ run: run.id, mostError })

test('has every answer once, in an order that is not that of the queue and stays', async () => {
  const [first, again] = [await sampled(), await sampled()]
  const listed = (await review().queue({ run: run.id, limit: 200 })).units.map(({ unitId }) => unitId)
  expect(again).toEqual(first)
  expect([...first].sort()).toEqual([...listed].sort())
  expect(first).not.toEqual(listed)
  expect((await review().queue({ run: run.id, isSampled: true, limit: 3 })).units.map(({ unitId }) => unitId)).toEqual(first.slice(0, 3))
})

test('counts what was checked from its beginning on, and not what somebody looked for', async () => {
  const order = await sampled()
  expect(await standing()).toMatchObject({ checked: 0, wrong: 0, verdict: 'open', isWhole: false })
  await decide('reject', ...order.slice(10, 20))
  expect(await standing()).toMatchObject({ checked: 0, wrong: 0 })
  await decide('approve', order[0] ?? '', order[1] ?? '')
  await decide('soft_reject', order[2] ?? '')
  expect(await standing()).toMatchObject({ checked: 3, wrong: 1, verdict: 'open' })
  expect(await sampled()).toEqual([...order.slice(3, 10), ...order.slice(20)])
  await review().undo({ decisionId: crypto.randomUUID(), run: run.id })
  expect(await standing()).toMatchObject({ checked: 2, wrong: 0 })
})

test('says when it is shown, also to whoever may only look, and that all was checked', async () => {
  const order = await sampled()
  const { moreIfRight } = await standing()
  await decide('approve', ...order.slice(0, (moreIfRight ?? 0) - 1))
  expect(await standing()).toMatchObject({ verdict: 'open', moreIfRight: 1 })
  await decide('approve', order[(moreIfRight ?? 0) - 1] ?? '')
  expect(await mephisto.caller({ id: 'v', name: 'V', roles: ['viewer'] }).review.sampling({ run: run.id, mostError: 0.5 })).toMatchObject({ verdict: 'below', moreIfRight: 0, checked: moreIfRight })
  await decide('approve', ...await sampled())
  expect(await standing(0.01)).toMatchObject({ checked: 2 * ITEMS, verdict: 'open', isWhole: true })
})

test('refuses a goal that is none', async () => {
  for (const goal of [{ mostError: 0 }, { mostError: 0.6 }, { confidence: 1 }, { confidence: 0.2 }]) await expect(review().sampling({ run: run.id, ...goal })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(review().sampling({ run: 'nowhere' })).rejects.toThrow('There is no task run')
})
