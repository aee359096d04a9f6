import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, usd } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

const rating = defineBlueprint({ type: 'rating', input: z.object({ text: z.string() }), output: z.object({ stars: z.int() }) })

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment), implement(rating)] }) })
afterEach(() => mephisto.close())

const { launch, work: answer } = sentimentActs(() => mephisto)
const decide = (decisionId: string, verdict: 'approve' | 'soft_reject' | 'reject', ...unitIds: string[]) => mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId, unitIds, verdict })
const left = (run: { readonly id: string }) => mephisto.operator.itemsLeft(sentiment, run.id)
async function texts(run: { readonly id: string }): Promise<string[]> {
  const found = []
  for await (const { text } of left(run)) found.push(text)
  return found
}

describe('(row 143) what a run that is over has left undone', () => {
  test('is launched again under another configuration', async () => {
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(4), unitsPerAssignment: 2, training: { qualification: 'trained', items: [{ input: { text: 'easy' }, expected: { label: 'positive' } }] } })
    const ann: string[] = []
    for (let count = 0; count < 5; count += 1) ann.push(await answer('ann', run))
    const ben: string[] = []
    for (let count = 0; count < 4; count += 1) ben.push(await answer('ben', run))
    // The first answer of each is training. Of the others: item 0 accepted, 1 rejected, 2 soft-rejected, 3 with one answer only.
    await decide('decision-1', 'approve', ann[1] ?? '', ben[1] ?? '')
    await decide('decision-2', 'reject', ann[2] ?? '')
    await decide('decision-3', 'soft_reject', ben[3] ?? '')
    await mephisto.operator.expire(run.id)
    expect(await texts(run)).toEqual(['text 1', 'text 2', 'text 3'])
    const next = await mephisto.operator.launch(sentiment, { ...sentimentRun(0), pay: usd('0.20'), leaseMs: 60_000, data: left(run) })
    expect(next).toMatchObject({ unitsTotal: 3, payMinor: 20, leaseMs: 60_000 })
    expect(await mephisto.operator.plan(sentiment, { ...sentimentRun(0), pay: usd('0.20'), data: left(run) })).toMatchObject({ items: 3 })
    await expectSound(mephisto)
  })

  test('is nothing where every answer counts, and all items where nobody came; more than a portion of them', async () => {
    const done = await launch({}, 2)
    await answer('ann', done)
    await answer('ann', done)
    expect(await texts(done)).toEqual([])
    await expect(mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: left(done) })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('has no rows') as string })
    const empty = await launch({}, 1_203)
    await mephisto.operator.expire(empty.id)
    const all = await texts(empty)
    expect([all.length, all[0], all.at(-1)]).toEqual([1_203, 'text 0', 'text 1202'])
  })

  test('is known to nobody where the data was removed', async () => {
    const run = await launch()
    await mephisto.operator.expire(run.id)
    await mephisto.operator.archive(run.id)
    await mephisto.privacy.removeData({ id: 'olga', name: 'Olga', roles: ['operator'] }, { requestId: 'request-1', run: run.id, isForGood: true })
    await expect(texts(run)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('was removed') as string })
  })

  test('is refused for a run that goes on, that there is not, and of another blueprint; nothing is launched', async () => {
    const run = await launch()
    await expect(texts(run)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('drain or expire it first') as string })
    await expect(mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: left(run) })).rejects.toThrow('drain or expire it first')
    await expect(texts({ id: 'nothing' })).rejects.toMatchObject({ code: 'not_found' })
    const other = await mephisto.operator.launch(rating, { ...sentimentRun(1), task: 'rating' })
    await mephisto.operator.expire(other.id)
    await expect(texts(other)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is of the blueprint "rating"') as string })
    expect(await mephisto.operator.runs()).toHaveLength(2)
  })
})
