import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement } from '../../sdk/index.js'
import type { ItemStretch } from '../../sdk/ports/answer-operations.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { selectAnswers } from '../../sdk/review/exports/selected-answers.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentActs } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { launch, work: answer } = sentimentActs(() => mephisto)
type Answers = MephistoDb['units']['answersOfItems']

/** The database with a run of so many items, and what an export read of it. */
async function ofMany(count: number, characters: number): Promise<{ run: string; db: MephistoDb; asked: ItemStretch[]; most: () => number }> {
  const run = await launch({}, 1)
  await answer('ann', run)
  const { db } = mephisto
  const [example] = await db.units.answersOfItems({ runId: run.id, currency: 'USD', includeSetAside: false, from: 0, to: 1 })
  const asked: ItemStretch[] = []
  let [underWay, most] = [0, 0]
  const answersOfItems: Answers = async stretch => {
    asked.push(stretch)
    most = Math.max(most, underWay += 1)
    // The later ones are there first.
    await new Promise(resolve => { setTimeout(resolve, 10 - asked.length % 10) })
    underWay -= 1
    return Array.from({ length: stretch.to - stretch.from }, (_, index) => ({ ...example as NonNullable<typeof example>, position: stretch.from + index, input: JSON.stringify({ text: 'x'.repeat(characters) }) }))
  }
  return { run: run.id, asked, most: () => most, db: { ...db, runs: { ...db.runs, lastPosition: () => Promise.resolve(count - 1) }, units: { ...db.units, answersOfItems } } }
}

async function positions(db: MephistoDb, run: string, until = Infinity): Promise<number[]> {
  const found: number[] = []
  for await (const rows of (await selectAnswers(db, { run }, () => ({}))).pages) {
    found.push(...rows.map(({ position }) => position))
    if (found.length >= until) break
  }
  return found
}

describe('an export', () => {
  test('reads several stretches of items at a time, and gives them in their order', async () => {
    const { run, db, asked, most } = await ofMany(9_230, 10)
    expect(await positions(db, run)).toEqual(Array.from({ length: 9_230 }, (_, position) => position))
    expect(most()).toBe(3)
    expect(Math.max(...asked.map(({ from, to }) => to - from))).toBe(1_000)
  })

  test('reads fewer items at a time where there is much text in them', async () => {
    const { run, db, asked } = await ofMany(400, 200_000)
    expect(await positions(db, run)).toHaveLength(400)
    expect(asked.slice(0, 3).map(({ from, to }) => to - from)).toEqual([50, 50, 50])
    expect(Math.max(...asked.slice(3).map(({ from, to }) => to - from))).toBe(19)
  })

  test('that somebody stops waits for what is being read, and says what went wrong with a page when its turn comes', async () => {
    const { run, db, asked } = await ofMany(10_000, 10)
    expect((await positions(db, run, 100)).length).toBeLessThan(1_000)
    expect(asked.length).toBeLessThan(7)
    const fails: Answers = stretch => (stretch.from > 200 ? Promise.reject(new Error('the server went away')) : db.units.answersOfItems(stretch))
    const found: number[] = []
    await expect((async () => {
      for await (const rows of (await selectAnswers({ ...db, units: { ...db.units, answersOfItems: fails } }, { run }, () => ({}))).pages) found.push(...rows.map(({ position }) => position))
    })()).rejects.toThrow('the server went away')
    expect(found.length).toBeGreaterThanOrEqual(150)
  })
})
