import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, splitAmong, type LaunchOptions } from '../../sdk/index.js'
import type { RefusalReason } from '../../sdk/protocol/refusals.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { accept, progress } = sentimentActs(() => mephisto)
const { launch: launchPlain } = sentimentActs(() => mephisto)
const launch = (people: readonly (readonly string[])[], options: Partial<LaunchOptions<{ text: string }>> = {}): Promise<TaskRun> =>
  launchPlain({ assignees: (_, index) => people[index] ?? [], ...options }, people.length)

/** What the worker is told, by looking and by asking. */
async function told(name: string, run: TaskRun): Promise<RefusalReason | null> {
  const looked = (await mephisto.worker(name).preview(run)).refusal?.reason ?? null
  const refused = await mephisto.worker(name).refusal(run)
  expect(looked).toBe(refused)
  return refused
}

/** Answers units as this person until there are none; returns the numbers of the items. */
async function answerAll(name: string, run: TaskRun, most = Infinity): Promise<number[]> {
  const items: number[] = []
  while (items.length < most) {
    const task = await accept(name, run).catch(() => null)
    if (!task) break
    items.push(Number(task.input.text.replace('text ', '')))
    await task.submit({ label: 'positive' })
  }
  return items
}

describe('items for particular people', () => {
  test('are done by them alone, in the order of the run', async () => {
    const run = await launch([['ann'], ['ben'], ['ann'], ['ben', 'ann'], ['ben']])
    expect(await told('eve', run)).toBe('not_invited')
    expect(await answerAll('ann', run)).toEqual([0, 2, 3])
    expect(await told('ann', run)).toBe('none_suitable')
    expect(await answerAll('ben', run)).toEqual([1, 4])
    expect((await progress(run)).run.status).toBe('completed')
    expect(await told('ann', run)).toBe('all_answered')
    await expectSound(mephisto, { isSettled: true })
  })

  test('are dealt out evenly by splitAmong', async () => {
    const run = await launchPlain({ assignees: splitAmong(['ann', 'ben', 'cem'], { each: 2 }), unitsPerAssignment: 2 }, 6)
    expect([(await answerAll('ann', run)).length, (await answerAll('ben', run)).length, (await answerAll('cem', run)).length]).toEqual([4, 4, 4])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })
})
