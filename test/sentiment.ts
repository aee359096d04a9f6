import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import type { LaunchOptions, TaskRun } from '../sdk/index.js'
import type { TestMephisto } from '../sdk/testing/index.js'

/** The small task that tests use. */
export const sentiment = defineBlueprint({
  type: 'sentiment',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['positive', 'negative']), comment: z.string().max(20).optional() }),
})

/** Launch options of a run of `count` items. */
export function sentimentRun(count: number) {
  return { task: 'tweets', requester: 'lab', provider: 'inhouse', data: Array.from({ length: count }, (_, index) => ({ text: `text ${String(index)}` })) }
}

/** A run in which each of these people has answered one item; their units in the order of the answers. */
export async function answeredRun(mephisto: TestMephisto, names: readonly string[], options: Partial<LaunchOptions<{ text: string }>> = {}): Promise<{ readonly run: TaskRun; readonly unitIds: string[] }> {
  const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(names.length), ...options })
  const unitIds: string[] = []
  for (const name of names) {
    const task = await mephisto.worker(name).accept(sentiment, run)
    await task.submit({ label: 'positive', comment: name })
    unitIds.push(task.unitId)
  }
  return { run, unitIds }
}

/** What tests do with the instance that there is at the time. */
export function sentimentActs(now: () => TestMephisto) {
  return {
    /** A run that pays $0.10 a unit. */
    launch: (options: Partial<LaunchOptions<{ text: string }>> = {}, items = 2): Promise<TaskRun> => now().operator.launch(sentiment, { ...sentimentRun(items), pay: { minor: 10, currency: 'USD' }, ...options }),
    accept: (name: string, run: TaskRun) => now().worker(name).accept(sentiment, run),
    progress: (run: TaskRun) => now().operator.progress(run.id),
    /** Somebody's answer to the next unit; returns the unit. */
    async work(name: string, run: TaskRun): Promise<string> {
      const task = await now().worker(name).accept(sentiment, run)
      await task.submit({ label: 'positive' })
      return task.unitId
    },
  }
}
