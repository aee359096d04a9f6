import { expect } from 'vitest'
import { implement, type CrowdProvider, type LaunchOptions, type Principal, type RunProgress, type TaskRun } from '../sdk/index.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { mock, mockCrowd, type MockCrowdState, type MockOperation, type MockProvider } from '../sdk/providers/mock.js'
import { createTestMephisto, type TestMephisto } from '../sdk/testing/index.js'
import { sentiment, sentimentRun } from './sentiment.js'

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
export const HOUR_MS = 3_600_000

/** An instance whose workers come from a mock crowd, and what tests do with it. */
export interface PublishingStage {
  readonly mephisto: TestMephisto
  readonly crowd: MockCrowdState
  readonly provider: MockProvider
  launch(items: number, options?: Partial<LaunchOptions<{ text: string }, { label?: 'positive' | 'negative' }>>): Promise<TaskRun>
  progress(run: TaskRun): Promise<RunProgress>
  /** Somebody's answer to the next unit; returns the unit. */
  work(name: string, run: TaskRun): Promise<string>
  upUnits(): readonly string[]
  upRuns(): readonly string[]
  /** Has the calls that failed so far made again. */
  replay(run: TaskRun, most?: number): Promise<void>
  /** Everything is taken down, and nothing was ever listed twice. */
  expectNothingLeft(): void
  /** Holds up calls of this kind, before or after they are done, until they are released. */
  holdUp(operation: MockOperation, when: 'before' | 'after'): { isReached(): Promise<void>; release(): void }
}

/** Opens a stage; `change` makes another provider of the mock one. */
export async function openStage({ countsPlaces = false, change = same => same }: { readonly countsPlaces?: boolean; readonly change?: (provider: MockProvider) => CrowdProvider } = {}): Promise<PublishingStage> {
  const crowd = mockCrowd()
  const provider = mock({ crowd, countsPlaces })
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], providers: [change(provider), inhouse()] })
  const up = (wanted: 'run' | 'unit') => (): readonly string[] => crowd.listings().filter(({ kind, isUp }) => kind === wanted && isUp).map(({ about }) => about)
  return {
    mephisto, crowd, provider, upUnits: up('unit'), upRuns: up('run'),
    launch: (items, options = {}) => mephisto.operator.launch(sentiment, { ...sentimentRun(items), provider: 'mock', ...options }),
    progress: ({ id }) => mephisto.operator.progress(id),
    async work(name, run) {
      const task = await mephisto.worker(name).accept(sentiment, run)
      await task.submit({ label: 'positive' })
      return task.unitId
    },
    async replay({ id }, most = 100) {
      const { calls: rows } = await mephisto.outbox.calls({ subjectId: id, statuses: ['failed'], limit: most })
      if (rows.length > 0) await mephisto.outbox.replay(OLGA, { requestId: crypto.randomUUID(), callIds: rows.map(call => call.id) })
    },
    expectNothingLeft() {
      expect(crowd.listings().filter(({ isUp }) => isUp)).toEqual([])
      const abouts = crowd.listings().map(({ about }) => about)
      expect(new Set(abouts).size).toBe(abouts.length)
    },
    holdUp(operation, when) {
      let release = (): void => undefined
      const released = new Promise<void>(resolve => { release = resolve })
      let isReached = false
      const handle = crowd.handle.bind(crowd)
      Object.assign(crowd, {
        handle: async (call: Parameters<typeof handle>[0]) => {
          if (call.operation !== operation) return handle(call)
          const done = when === 'after' ? { listing: handle(call) } : null
          isReached = true
          await released
          return done ? done.listing : handle(call)
        },
      })
      return { release, isReached: () => expect.poll(() => isReached).toBe(true) }
    },
  }
}
