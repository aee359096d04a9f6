import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineFeed, fromFeed, implement, type BlueprintServer } from '../../sdk/index.js'
import { counting, countingTo, fedActs, fedRun, unsteady, type FedData } from '../feeds.js'
import { sentiment } from '../sentiment.js'

const { open, closeAll, launch } = fedActs()
afterEach(closeAll)

describe('a launch that is fed is refused, before anything of it is written,', () => {
  test.each<[string, unknown, string]>([
    ['for a feed that there is not', fromFeed('counted'), 'data.feed: blueprint "sentiment" has no feed "counted" in this instance; it has "counting"'],
    ['for params that are none', fromFeed('counting', { params: { to: 'ten' } }), 'data.params.to: '],
    ['for params that JSON cannot keep', { feed: 'counting', params: { to: new Date() } }, 'JSON cannot keep'],
    ['for a bound that is none', fromFeed('counting', { ahead: 0 }), 'data.ahead: '],
    ['for what no feed has', { feed: 'counting', behind: 3 }, 'behind'],
    ['for a name that is none', { feed: 7 }, 'data.feed: '],
    ['for a name that every object has', fromFeed('constructor'), 'has no feed "constructor"'],
    ['for data that is none', { rows: 3 }, 'fromFeed(name)'],
  ])('%s', async (_, data, said) => {
    const mephisto = await open()
    await expect(launch(mephisto, data as FedData)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(said) as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('for a bound below one item, and for a priority', async () => {
    const mephisto = await open()
    await expect(launch(mephisto, countingTo(5, 2), { unitsPerAssignment: 3 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('at least unitsPerAssignment (3)') as string })
    await expect(launch(mephisto, countingTo(5), { priority: () => 1 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('priority') as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('for what the feed itself says', async () => {
    const mephisto = await open({ picky: { ...counting, check: () => Promise.reject(new Error('there is no such file')) } })
    await expect(launch(mephisto, fromFeed('picky'))).rejects.toMatchObject({ code: 'invalid_input', message: 'Launch options: data.params: there is no such file' })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('where it is a top-up', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo())
    await expect(mephisto.operator.topUp(run.id, { topUpId: 'by-hand-01', data: countingTo() as never })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test.each<[string, unknown, string]>([
    ['a feed that cannot be read', { feeds: { rows: {} } }, 'has no function read'], ['feeds that are none', { feeds: 'rows' }, 'feeds must be an object'], ['a name that is none', { feeds: { 'Rows of mine': counting } }, 'feed name "Rows of mine"'],
  ])('by implement: %s', (_, server, said) => {
    expect(() => implement(sentiment, server as BlueprintServer<typeof sentiment>)).toThrow(said)
  })
})

describe('a plan of a launch that is fed', () => {
  test('reads so many rows and writes nothing', async () => {
    const mephisto = await open()
    expect(await mephisto.operator.plan(sentiment, { ...fedRun(countingTo()), rows: 50 })).toMatchObject({ items: 50, isCut: true, pay: { minor: 500 }, warnings: [{ code: 'data_cut' }] })
    expect(await mephisto.operator.plan(sentiment, fedRun(countingTo(7)))).toMatchObject({ items: 7, isCut: false, warnings: [] })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('says that there may be more, names wrong rows, and what the feed throws', async () => {
    const { told, feed } = unsteady()
    const mephisto = await open({ feed })
    told.now = 'rest'
    expect(await mephisto.operator.plan(sentiment, fedRun(fromFeed('feed')))).toMatchObject({ items: 2, warnings: [{ code: 'feed_goes_on' }] })
    told.now = 'bad'
    await expect(mephisto.operator.plan(sentiment, { ...fedRun(fromFeed('feed')), rows: 5 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Data row 3') as string })
    told.now = 'throw'
    await expect(mephisto.operator.plan(sentiment, fedRun(fromFeed('feed')))).rejects.toMatchObject({ code: 'invalid_input', message: 'The feed "feed" could not be read: the source is down' })
    expect(told.closed).toBe(told.opened)
  })
})

test('rows and params are typed by the blueprint and the feed', () => {
  const typed = defineFeed(sentiment, {
    params: z.object({ file: z.string() }),
    async *read({ params }) {
      await Promise.resolve()
      yield { row: { text: params.file }, cursor: 1 }
    },
  })
  defineFeed(sentiment, {
    // @ts-expect-error -- a number is no text
    async *read() {
      await Promise.resolve()
      yield { row: { text: 1 }, cursor: 1 }
    },
  })
  expect(typed.params).toBeDefined()
  expect(fromFeed<typeof typed>('typed', { params: { file: 'rows.csv' } })).toEqual({ feed: 'typed', params: { file: 'rows.csv' } })
  // @ts-expect-error -- the file is missing
  fromFeed<typeof typed>('typed', { params: {} })
})
