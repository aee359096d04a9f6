import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defineFeed, fromFeed, implement, type FeedRow } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { assigneeActs } from '../assignee-acts.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

/** What the feed gives after each row that the run has. */
let fed: readonly Omit<FeedRow<{ text: string }>, 'cursor'>[] = []
async function* read({ after }: { readonly after: unknown }) {
  for (let number = Number(after ?? 0); number < fed.length; number += 1) yield await Promise.resolve({ ...fed[number], cursor: number + 1 })
}
const feeds = { named: defineFeed(sentiment, { namesPeople: true, read }), plain: defineFeed(sentiment, { read }) }

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment, { feeds })] }) })
afterEach(() => mephisto.close())

const { launch: launchPlain, launchFor: launch, told, answerAll, progress, reassign } = assigneeActs(() => mephisto)
const refusal = (message: string | RegExp) => ({ code: 'invalid_input', message: (typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)) as string })
const tooMany = Array.from({ length: 1_001 }, (_, index) => `w${String(index)}`)

const WRONG: readonly (readonly [string, unknown, string])[] = [
  ['nobody', [], 'names nobody for data row 2'], ['too few', ['ann'], 'names 1 person, and 2 are to answer each item (unitsPerAssignment), for data row 2'], ['a name twice', ['ann', 'ben', 'ann'], 'names "ann" twice for data row 2'],
  ['the same name with spaces', ['ann', ' ann'], 'names "ann" twice for data row 2'], ['no text', ['ann', 7], 'which number 2 is not, for data row 2'], ['an empty name', ['', 'ann'], 'which number 1 is not, for data row 2'], ['a control character', ['ann', 'b\u0000'], 'for data row 2'],
  ['a long name', ['ann', 'b'.repeat(201)], 'names of 1 to 200 characters'], ['no list', 'ann', 'must give a list of external ids, not string, for data row 2'], ['nothing', undefined, 'not undefined, for data row 2'], ['null', null, 'not null, for data row 2'],
  ['too many', tooMany, 'names 1001 people, more than 1000, for data row 2'], ['somebody without a name', ['ann', `erased:${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`], 'whose name was taken away, for data row 2'],
]

describe('whom a row is for', () => {
  test.each(WRONG)('is refused for %s, and nothing stays behind', async (_, people, message) => {
    const options = { ...sentimentRun(3), unitsPerAssignment: 2, assignees: (_row: unknown, index: number) => (index === 1 ? people : ['ann', 'ben']) as readonly string[] }
    await expect(mephisto.operator.launch(sentiment, options)).rejects.toMatchObject(refusal(message))
    await expect(mephisto.operator.launch(sentiment, options)).rejects.toMatchObject(refusal('Nothing was launched.'))
    await expect(mephisto.operator.plan(sentiment, options)).rejects.toMatchObject(refusal(message))
    expect(await mephisto.operator.runs()).toEqual([])
    const run = await launch([['ann', 'ben']], { unitsPerAssignment: 2 })
    await expect(mephisto.operator.topUp(run.id, { data: options.data, topUpId: 'more-data-1', assignees: options.assignees })).rejects.toMatchObject(refusal(message))
    expect((await progress(run)).run.unitsTotal).toBe(2)
    await expectSound(mephisto)
  })

  test('that does not do in the last of many rows leaves nothing behind of those before', async () => {
    const people = Array.from({ length: 3_000 }, (_, index) => (index === 2_999 ? [] : ['ann']))
    await expect(launch(people)).rejects.toMatchObject(refusal('names nobody for data row 3000'))
    expect(await mephisto.operator.runs()).toEqual([])
    expect(await mephisto.db.tasks.find().then(({ rows }) => rows)).toEqual([])
    expect(await mephisto.db.workers.find().then(({ rows }) => rows)).toEqual([])
    await expectSound(mephisto)
  })

  test('is a function, given beside data that comes with the launch', async () => {
    await expect(launchPlain({ assignees: ['ann'] as never })).rejects.toMatchObject(refusal('assignees: must be a function'))
    await expect(launchPlain({ assignees: () => ['ann'], maxLiveUnits: 5 })).rejects.toMatchObject(refusal('maxLiveUnits: cannot be given where items are for particular people'))
    await expect(launchPlain({ assignees: () => ['ann'], data: fromFeed('named') })).rejects.toMatchObject(refusal('assignees: is for data that comes with the launch'))
    await expect(launchPlain({ maxLiveUnits: 5, data: fromFeed('named') })).rejects.toMatchObject(refusal('maxLiveUnits'))
  })

  test('names people with spaces around them as they are called', async () => {
    const run = await launch([[' ann ']])
    expect(await answerAll('ann', run)).toEqual([0])
  })

  test('may be somebody whom nobody has heard of, and many of them', async () => {
    const run = await launch(Array.from({ length: 1_500 }, (_, index) => [`w${String(index)}`]))
    expect(await answerAll('w1499', run)).toEqual([1_499])
    expect(await answerAll('w7', run)).toEqual([7])
    await expectSound(mephisto)
  }, 30_000)
})

describe('more rows', () => {
  const data = [{ text: 'text 5' }, { text: 'text 6' }]

  test('are for particular people, too, once under one id', async () => {
    const run = await launch([['ann']])
    await answerAll('ann', run)
    const topUp = { topUpId: 'more-data-1', data, assignees: (_row: unknown, index: number) => (index === 0 ? ['ben'] : ['ann', 'ben']) }
    expect(await mephisto.operator.topUp(run.id, topUp)).toMatchObject({ rowsAdded: 2 })
    expect(await mephisto.operator.topUp(run.id, topUp)).toMatchObject({ rowsAdded: 0 })
    await expect(mephisto.operator.topUp(run.id, { ...topUp, assignees: () => ['ann'] })).rejects.toMatchObject({ code: 'conflict' })
    expect(await answerAll('ann', run)).toEqual([6])
    expect(await answerAll('ben', run)).toEqual([5])
    await expectSound(mephisto, { isSettled: true })
  })

  test('must say whom they are for where the run does, and only there', async () => {
    const [run, plain] = [await launch([['ann']]), await launchPlain()]
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data })).rejects.toMatchObject(refusal('assignees: is needed with data'))
    await expect(mephisto.operator.topUp(plain.id, { topUpId: 'more-data-1', data, assignees: () => ['ann'] })).rejects.toMatchObject(refusal('assignees: cannot be given'))
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data, unitsPerAssignment: 2, assignees: () => ['ann', 'ben'] })).rejects.toMatchObject(refusal('unitsPerAssignment: cannot be more than 1'))
  })

  test('of an item need as many people as are to answer it', async () => {
    const run = await launch([['ann', 'ben'], ['ann']])
    await expect(mephisto.operator.topUp(run.id, { unitsPerAssignment: 2 })).rejects.toMatchObject(refusal('unitsPerAssignment: cannot be more than 1: there are items of this run that are for no more people'))
    await answerAll('ann', run)
    await reassign(run, 1, 'ann', 'ben')
    expect(await mephisto.operator.topUp(run.id, { unitsPerAssignment: 2 })).toMatchObject({ unitsAdded: 2 })
    expect(await told('ann', run)).toBe('none_suitable')
    expect(await answerAll('ben', run)).toEqual([0, 1])
    await expectSound(mephisto, { isSettled: true })
  })
})

describe('rows of a feed', () => {
  const row = (number: number, ...assignees: string[]) => ({ row: { text: `text ${String(number)}` }, assignees })

  test('say whom they are for where the feed is declared so', async () => {
    fed = [row(0, 'ann'), row(1, 'ben'), row(2, 'ann', 'ben')]
    const run = await launchPlain({ data: fromFeed('named') })
    expect(await told('ann', run)).toBe('not_invited')
    await mephisto.operator.tick()
    expect(await answerAll('ann', run)).toEqual([0, 2])
    expect(await answerAll('ben', run)).toEqual([1])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test.each([['without a name', [{ row: { text: 'text 1' } }], 'names nobody for data row 2'], ['with a name twice', [row(1, 'ann', 'ann')], 'names "ann" twice for data row 2']])('%s are not taken', async (_, rows, message) => {
    fed = [row(0, 'ann'), ...rows]
    const run = await launchPlain({ data: fromFeed('named') })
    await mephisto.operator.tick()
    expect(await progress(run)).toMatchObject({ run: { unitsTotal: 1, dataFeed: { status: 'failed' } }, feedReading: { error: expect.stringContaining(message) as string } })
    fed = [row(0, 'ann'), row(1, 'ben')]
    await mephisto.operator.resumeFeed(run.id)
    await mephisto.operator.tick()
    expect(await answerAll('ben', run)).toEqual([1])
    await expectSound(mephisto)
  })

  test('with names are not taken from a feed that is not declared so', async () => {
    fed = [row(0, 'ann')]
    const run = await launchPlain({ data: fromFeed('plain') })
    await mephisto.operator.tick()
    expect(await progress(run)).toMatchObject({ run: { unitsTotal: 0 }, feedReading: { error: expect.stringContaining('namesPeople') as string } })
  })
})
