import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, verifyRun, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const launch = (options: Partial<LaunchOptions<{ text: string }>>, items = 6): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const counts = async (run: TaskRun) => (await mephisto.operator.progress(run.id)).units

/** The items that people get who come one after the other, each for one unit. */
async function handedOut(run: TaskRun, people: number): Promise<string[]> {
  const texts: string[] = []
  for (let number = 0; number < people; number += 1) texts.push((await accept(`person ${String(number)}`, run)).input.text)
  return texts
}
const text = (position: number): string => `text ${String(position)}`

describe('the order of units', () => {
  test('is item by item, unless it is said otherwise', async () => {
    expect(await handedOut(await launch({ unitsPerAssignment: 2 }, 3), 6)).toEqual([0, 0, 1, 1, 2, 2].map(text))
  })

  test('gives every item once before any twice', async () => {
    expect(await handedOut(await launch({ unitsPerAssignment: 2, order: 'breadth_first' }, 3), 6)).toEqual([0, 1, 2, 0, 1, 2].map(text))
  })

  test('is the same for one seed', async () => {
    const [one, same, other] = await Promise.all([1, 1, 2].map(async seed => handedOut(await launch({ order: 'random', seed }, 12), 12)))
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
    expect([...one ?? []].sort()).toEqual([...Array(12).keys()].map(text).sort())
  })

  test('puts what is urgent first', async () => {
    expect(await handedOut(await launch({ priority: row => (row.text === text(4) ? 9 : row.text === text(2) ? 1 : 0) }), 6)).toEqual([4, 2, 0, 1, 3, 5].map(text))
  })

  test('leads each worker to every item once, in whatever order', async () => {
    for (const order of ['fifo', 'breadth_first', 'random'] as const) {
      const run = await launch({ order, unitsPerAssignment: 2, priority: row => Number(row.text.slice(5)) % 3 })
      for (const name of ['ann', 'ben']) {
        const seen = new Set<string>()
        for (let done = 0; done < 6; done += 1) {
          const task = await accept(name, run)
          seen.add(task.input.text)
          await task.submit({ label: 'positive' })
        }
        expect(seen.size).toBe(6)
      }
      expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
    }
  })

  test.each([[10], [-1], [0.5], ['high'], [undefined]])('refuses the priority %s, naming the row, and launches nothing', async priority => {
    await expect(launch({ priority: row => (row.text === text(3) ? priority as number : 0) }))
      .rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('data row 4') as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test.each([[{ order: 'best' }, /order/], [{ seed: -1 }, /seed/], [{ maxLiveUnits: 0 }, /maxLiveUnits/]])('refuses %j', async (options, message) => {
    await expect(launch(options as object)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
  })
})

describe('[68] a run with a limit on live units', () => {
  test('launches the next one in the moment in which one is answered', async () => {
    const run = await launch({ maxLiveUnits: 2 })
    expect(await counts(run)).toMatchObject({ created: 4, launched: 2 })
    const [ann, ben] = [await accept('ann', run), await accept('ben', run)]
    expect(await mephisto.worker('cem').refusal(run)).toBe('all_taken')
    await ann.submit({ label: 'positive' })
    expect(await counts(run)).toMatchObject({ created: 3, launched: 1, assigned: 1, completed: 1 })
    expect((await accept('cem', run)).input.text).toBe(text(2))
    await ben.giveBack()
    expect(await counts(run)).toMatchObject({ created: 3, launched: 1, assigned: 1, completed: 1 })
  })

  test('expires with what was never launched', async () => {
    const run = await launch({ maxLiveUnits: 2 })
    await accept('ann', run)
    await mephisto.operator.expire(run.id)
    expect(await counts(run)).toMatchObject({ created: 0, launched: 0, assigned: 0, expired: 6 })
    expect((await verifyRun(mephisto.db, run.id)).difference).toBeNull()
  })

  test('never has more than that, and finishes all the same', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat({ max: 2 }), { minLength: 20, maxLength: 40 }), async (maxLiveUnits, dice) => {
      const run = await launch({ maxLiveUnits, unitsPerAssignment: 2 }, 5)
      const two = [mephisto, await mephisto.another()] as const
      const check = async (): Promise<void> => {
        const { launched, assigned } = await counts(run)
        expect(launched + assigned).toBeLessThanOrEqual(maxLiveUnits)
      }
      for (let round = 0; (await mephisto.operator.progress(run.id)).run.status === 'running' && round < 60; round += 1) {
        // Everybody at once, in two processes.
        await Promise.all(['ann', 'ben', 'cem', 'dee'].map(async (name, index) => {
          const server = two[index % 2] ?? mephisto
          const task = await server.worker(name).accept(sentiment, run).catch(() => null)
          if (!task) return
          if (dice[(round + index) % dice.length] === 0 && round < 20) await task.giveBack()
          else await task.submit({ label: 'positive' })
        }))
        await check()
        // Who has given items back gets no second chance at them: new people come.
        if (round % 4 === 3) await Promise.all(Array.from({ length: 3 }, async (_, index) => (await accept(`new ${String(round)} ${String(index)}`, run).catch(() => null))?.submit({ label: 'negative' })))
      }
      expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
      expect((await verifyRun(mephisto.db, run.id)).difference).toBeNull()
      await two[1].close()
    }), { numRuns: 5 })
  })
})
