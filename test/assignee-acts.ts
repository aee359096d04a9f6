import { expect } from 'vitest'
import type { LaunchOptions, TaskRun } from '../sdk/index.js'
import type { RefusalReason } from '../sdk/protocol/refusals.js'
import { TEST_PRINCIPAL, type TestMephisto } from '../sdk/testing/index.js'
import { sentiment, sentimentActs, sentimentRun } from './sentiment.js'

/** What tests do with runs whose items are for particular people, at the instance that there is at the time. */
export function assigneeActs(now: () => TestMephisto) {
  const acts = sentimentActs(now)
  const itemsOf = async (run: TaskRun): Promise<string[]> => (await now().db.runs.items(run.id, { after: -1, limit: 10_000 })).map(({ id }) => id)
  const idOf = async (run: TaskRun, item: number): Promise<string> => (await itemsOf(run))[item] ?? ''
  return {
    ...acts, itemsOf,
    /** A run with an item for each of these lists of people. */
    launchFor: (people: readonly (readonly string[])[], options: Partial<LaunchOptions<{ text: string }, { label: 'positive' | 'negative' }>> = {}): Promise<TaskRun> =>
      now().operator.launch(sentiment, { ...sentimentRun(people.length), pay: { minor: 10, currency: 'USD' }, assignees: (_, index) => people[index] ?? [], ...options }),

    /** What the worker is told, by looking and by asking. */
    async told(name: string, run: TaskRun): Promise<RefusalReason | null> {
      const looked = (await now().worker(name).preview(run)).refusal?.reason ?? null
      const refused = await now().worker(name).refusal(run)
      expect(looked).toBe(refused)
      return refused
    },

    /** Answers units as this person until there are none, or so many; returns the numbers of the items. */
    async answerAll(name: string, run: TaskRun, most = Infinity): Promise<number[]> {
      const items: number[] = []
      while (items.length < most) {
        const task = await now().worker(name).accept(sentiment, run).catch(() => null)
        if (!task) break
        items.push(Number(task.input.text.replace('text ', '')))
        await task.submit({ label: 'positive' })
      }
      return items
    },

    reassign: async (run: TaskRun, item: number, ...workers: string[]) => now().people.reassign(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), assignment: await idOf(run, item), workers }),
    assigneesOf: async (run: TaskRun, item: number): Promise<string[]> => (await now().people.assignees({ assignment: await idOf(run, item) })).assignees.map(({ worker, isDone }) => `${worker.externalId}${isDone ? ' is done' : ''}`).sort(),
    decide: (unitId: string, verdict: 'approve' | 'reject') => now().caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: crypto.randomUUID(), unitIds: [unitId], verdict }),
  }
}
