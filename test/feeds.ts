import * as z from 'zod'
import type { TaskRun } from '../sdk/data-model/entities.js'
import { defineFeed, fromFeed, implement, type BlueprintServer, type FeedReference, type LaunchOptions } from '../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../sdk/testing/index.js'
import { sentiment } from './sentiment.js'

/** A feed of numbered rows: to a last one, or without end. */
export const counting = defineFeed(sentiment, {
  params: z.strictObject({ to: z.int().min(0).optional() }).default({}),
  async *read({ after, params: { to = Infinity }, signal }) {
    for (let number = Number(after ?? 0) + 1; number <= to && !signal.aborted; number += 1) {
      await Promise.resolve()
      yield { row: { text: `row ${String(number)}` }, cursor: number }
    }
  },
})

/** Data of the feed {@link counting}, declared under its name. */
export function countingTo(to?: number, ahead = 10): FeedReference {
  return fromFeed<typeof counting>('counting', { params: to === undefined ? {} : { to }, ahead })
}

/** The texts of rows `from` to `to` of {@link counting}. */
export function rowTexts(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `row ${String(from + index)}`)
}

type Feeds = NonNullable<BlueprintServer<typeof sentiment>['feeds']>

/** Data of a run of {@link sentiment}. */
export type FedData = LaunchOptions<{ text: string }>['data']

/** Launch options of a run that pays $0.10 a unit. */
export const fedRun = (data: FedData) => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data, pay: { minor: 10, currency: 'USD' } }) as const

/** Instances with feeds, and what tests do with them. */
export function fedActs() {
  let opened: TestMephisto[] = []
  const stateOf = async (mephisto: TestMephisto, run: TaskRun): Promise<TaskRun> => (await mephisto.operator.progress(run.id)).run
  return {
    /** An instance whose blueprint has these feeds, on a file of its own or on this one. */
    async open(feeds: Feeds = { counting }, file?: string): Promise<TestMephisto> {
      const mephisto = await createTestMephisto({ blueprints: [implement(sentiment, { feeds })], seed: opened.length + 1, ...(file === undefined ? {} : { file }) })
      // The one that owns the file is closed last.
      opened.unshift(mephisto)
      return mephisto
    },
    async closeAll(): Promise<void> {
      for (const one of opened) await one.close()
      opened = []
    },
    launch: (mephisto: TestMephisto, data: FedData, options: object = {}): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...fedRun(data), ...options }),
    stateOf,
    feedOf: async (mephisto: TestMephisto, run: TaskRun) => (await stateOf(mephisto, run)).dataFeed,
    /** Answers units as this person, at most so many; returns their texts. */
    async answer(mephisto: TestMephisto, [name, most = Infinity]: readonly [name: string, most?: number], run: TaskRun): Promise<string[]> {
      const texts: string[] = []
      while (texts.length < most) {
        const task = await mephisto.worker(name).accept(sentiment, run).catch(() => null)
        if (!task) break
        texts.push(task.input.text)
        await task.submit({ label: 'positive' })
      }
      return texts
    },
  }
}

/** A feed whose next reading does what it is told. */
export function unsteady() {
  const told: { now: 'rows' | 'throw' | 'hang' | 'bad' | 'error' | 'same' | 'rest'; opened: number; closed: number } = { now: 'rows', opened: 0, closed: 0 }
  const feed = defineFeed(sentiment, {
    async *read({ after, signal }) {
      told.opened += 1
      try {
        for (let number = Number(after ?? 0) + 1; !signal.aborted; number += 1) {
          const isFirst = number === 3
          if (isFirst && told.now === 'throw') throw new Error('the source is down')
          if (isFirst && told.now === 'hang') await new Promise(() => undefined)
          if (isFirst && told.now === 'bad') yield { row: { text: 7 } as never, cursor: number }
          else if (isFirst && told.now === 'error') yield { cursor: number, error: 'row 3 is broken there' }
          else if (isFirst && told.now === 'same') yield { row: { text: 'again' }, cursor: number - 1 }
          else if (isFirst && told.now === 'rest') return { restMs: 60_000 }
          else yield { row: { text: `row ${String(number)}` }, cursor: number }
        }
        return undefined
      } finally {
        told.closed += 1
      }
    },
  })
  return { told, feed }
}
