import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, type CrowdProvider } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// What the host's code never answers: nothing may wait for it without an end.

const hangs = (): never => new Promise(() => undefined) as never

let own: TestMephisto
const instance = async (half: object, provider: CrowdProvider = inhouse()): Promise<TestMephisto> => (own = await createTestMephisto({ blueprints: [implement(sentiment, half)], providers: [provider] }))
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(async () => {
  vi.useRealTimers()
  await own.close()
})

/** What comes of something when time passes: how long it was waited for, s. */
async function waited<T>(doing: Promise<T>): Promise<{ readonly seconds: number; readonly result: T | Error }> {
  let result: T | Error | undefined
  void doing.then(value => { result = value }, (error: unknown) => { result = error as Error })
  for (let seconds = 0; seconds < 120; seconds += 1) {
    // What is done meanwhile is done for real.
    await new Promise(resolve => { setImmediate(resolve) })
    await vi.advanceTimersByTimeAsync(1_000)
    if (result !== undefined) return { seconds: seconds + 1, result }
  }
  throw new Error('it is waited for without an end')
}

describe('a hook that hangs', () => {
  test.each([
    ['requirements', { requirements: hangs }, 30, 'the requirements of the blueprint'], ['sharedState', { sharedState: hangs }, 60, 'the shared state of the blueprint could not be made'],
    ['builder', { builder: hangs }, 60, 'page'], ['validateLaunch', { validateLaunch: hangs }, 30, 'the blueprint refuses it'],
  ])('refuses a launch: %s', async (_, half, seconds, what) => {
    await instance(half)
    const { seconds: took, result } = await waited(own.operator.launch(sentiment, sentimentRun(1)))
    expect(result).toMatchObject({ code: 'invalid_input', message: `Launch options: ${what}: it took longer than ${String(seconds * 1_000)} ms. Nothing was launched.` })
    expect(Math.abs(took - seconds)).toBeLessThan(5)
    expect([await own.operator.runs(), (await own.db.tasks.find()).rows]).toEqual([[], []])
  })

  test('refuses a launch: validateLaunch of its provider', async () => {
    await instance({}, { ...inhouse(), validateLaunch: hangs })
    expect((await waited(own.operator.launch(sentiment, sentimentRun(1)))).result).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('provider "inhouse" refuses it: it took longer than 30000 ms') as string })
    expect(await own.operator.runs()).toEqual([])
  })

  test.each([
    ['judge', { judge: hangs }, { screening: { passed: 'passed', failed: 'failed' } }],
    ['passesAttention', { passesAttention: hangs }, { attention: { qualification: 'attention' } }],
  ])('leaves an answer that it was asked about stored, and what it was asked open: %s', async (_, half, options) => {
    await instance(half)
    const run = await own.operator.launch(sentiment, { ...sentimentRun(2), ...options })
    const task = await own.worker('ann').accept(sentiment, run)
    const { seconds, result } = await waited(task.submit({ label: 'positive' }))
    expect(result).toMatchObject({ outcome: 'completed' })
    expect(seconds).toBeLessThan(15)
    expect((await own.caller(TEST_PRINCIPAL).data.export({ run: run.id })).rows).toMatchObject([{ answer: { label: 'positive' }, outcome: 'completed' }])
    expect((await own.db.grants.find()).rows).toEqual([])
  })

  test('refuses a migrated export: migrate', async () => {
    await instance({})
    const run = await own.operator.launch(sentiment, sentimentRun(1))
    await (await own.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    const after = defineBlueprint({ type: 'sentiment', input: sentiment.input, output: z.object({ stars: z.int() }) })
    const next = await createTestMephisto({ blueprints: [implement(after, { agentState: { migrate: hangs } })], file: own.file })
    const { seconds, result } = await waited(next.caller(TEST_PRINCIPAL).data.export({ run: run.id, migrated: true }))
    expect(result).toMatchObject({ message: expect.stringContaining('migrating it failed: it took longer than 10000 ms') as string })
    expect(seconds).toBeLessThan(15)
    await next.close()
  })
})
