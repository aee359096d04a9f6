import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { defineFeed, fromFeed, implement, type BlueprintServer } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs } from '../sentiment.js'

// People at work get what is free in the order of the run, also what became free behind where they are: given back, urgent, done again.

let mephisto: TestMephisto
const { launch, accept } = sentimentActs(() => mephisto)
const open = async (server: BlueprintServer<typeof sentiment> = {}): Promise<void> => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment, server)] }) }
afterEach(async () => {
  await expectSound(mephisto)
  await mephisto.close()
})

const urgent = (count: number) => ({ topUpId: 'urgent-rows-1', data: Array.from({ length: count }, (_, index) => ({ text: `urgent ${String(index)}` })), priority: () => 9 })

/** The texts that somebody is given, one after the other. */
async function work(name: string, run: TaskRun, count: number): Promise<string[]> {
  const texts: string[] = []
  for (let done = 0; done < count; done += 1) {
    const task = await accept(name, run)
    texts.push(task.input.text)
    await task.submit({ label: 'positive' })
  }
  return texts
}

/** What these people, each of whom has done `before` units, are given when they all ask at once. */
async function atOnce(run: TaskRun, people: number, between: () => Promise<unknown>, before = 1): Promise<string[]> {
  const names = Array.from({ length: people }, (_, index) => `person ${String(index)}`)
  for (const name of names) await work(name, run, before)
  await between()
  return (await Promise.all(names.map(name => accept(name, run)))).map(task => task.input.text).sort()
}

const texts = (word: string, from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `${word} ${String(from + index)}`).sort()

describe.each([
  ['without a hook', {}],
  ['with a hook that chooses', { workerCanDoUnit: () => true }],
] as const)('%s', (_, server) => {
  beforeEach(() => open(server))

  test('urgent rows go to those who are at work already, before anything else', async () => {
    const run = await launch({}, 10)
    await work('ann', run, 4)
    await mephisto.operator.topUp(run.id, urgent(2))
    expect(await work('ann', run, 4)).toEqual(['urgent 0', 'urgent 1', 'text 4', 'text 5'])
  })

  test('what somebody gives back is the next of all others, not of theirs', async () => {
    const run = await launch({}, 10)
    const [first] = [await accept('ann', run)]
    await work('ben', run, 3)
    await first.giveBack()
    expect(await work('ann', run, 1)).toEqual(['text 4'])
    expect(await work('ben', run, 2)).toEqual(['text 0', 'text 5'])
  })

  test('what ran out is the next of all others, and of theirs when nothing else is left', async () => {
    const run = await launch({}, 4)
    await accept('ann', run)
    await work('ben', run, 1)
    await mephisto.advance(run.leaseMs)
    expect(await work('ann', run, 1)).toEqual(['text 2'])
    expect(await work('ben', run, 1)).toEqual(['text 0'])
    expect(await work('ann', run, 1)).toEqual(['text 3'])
    const other = await launch({}, 1)
    await accept('ann', other)
    await mephisto.advance(other.leaseMs)
    expect(await work('ann', other, 1)).toEqual(['text 0'])
  })

  test('every item has its first answer before any has two, also one whose first was given back', async () => {
    const run = await launch({ unitsPerAssignment: 2, order: 'breadth_first' }, 5)
    const given = await accept('ann', run)
    expect([await work('ben', run, 3), await work('cem', run, 3)]).toEqual([['text 1', 'text 2', 'text 3'], ['text 4', 'text 0', 'text 1']])
    await given.giveBack()
    expect(await work('ben', run, 2)).toEqual(['text 0', 'text 4'])
  })
})

test('urgent rows of a feed go first while it goes on', async () => {
  const feed = defineFeed(sentiment, {
    async *read({ after }) {
      await Promise.resolve()
      for (let number = Number(after ?? 0) + 1; number <= 30; number += 1) yield { row: { text: `text ${String(number)}` }, cursor: number, priority: number === 9 ? 9 : 0 }
    },
  })
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment, { feeds: { feed } })] })
  const run = await launch({ data: fromFeed('feed', { ahead: 4 }) })
  await mephisto.operator.tick()
  const done: string[] = []
  while (!done.includes('text 9')) {
    done.push(...await work('ann', run, 1))
    await mephisto.operator.tick()
  }
  // It was read when four were ahead of it.
  expect(done.slice(0, -1)).toEqual(Array.from({ length: done.length - 1 }, (_, index) => `text ${String(index + 1)}`))
  expect(done.length).toBeLessThan(9)
})

describe('many at once', () => {
  beforeEach(() => open())

  test('share what is urgent, as far as it goes', async () => {
    const run = await launch({}, 100)
    expect(await atOnce(run, 20, () => mephisto.operator.topUp(run.id, urgent(12)))).toEqual([...texts('text', 20, 28), ...texts('urgent', 0, 12)].sort())
  })

  test('pass items that all of them have had', async () => {
    const run = await launch({ unitsPerAssignment: 3 }, 40)
    // Two people of three: a place of each item that they have had stays free in front of them.
    expect(await atOnce(run, 2, () => Promise.resolve(), 30)).toEqual(['text 30', 'text 30'])
    expect(await work('cem', run, 2)).toEqual(['text 0', 'text 1'])
  })
})
