import { afterEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type BlueprintServer, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound, valueOf } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
afterEach(() => mephisto.close())

const launch = (options: Partial<LaunchOptions<{ text: string }, { label?: 'positive' | 'negative' }>>, items = 4): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const known = (word: string) => [{ input: { text: word }, expected: { label: 'positive' as const } }]

describe('attention', () => {
  /** Whose comment says so has read the page; no comment says nothing. */
  const passesAttention = ({ comment }: { comment?: string | undefined }): boolean | null => (comment === undefined ? null : comment === 'read')
  const open = async (server: BlueprintServer<typeof sentiment>): Promise<void> => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment, server)] }) }
  const answer = async (name: string, run: TaskRun, comment?: string) => (await accept(name, run)).submit({ label: 'positive', ...(comment === undefined ? {} : { comment }) })

  test('is counted with the answer, and who fails too often gets no more work; the answers stay', async () => {
    await open({ passesAttention })
    const run = await launch({ attention: { qualification: 'cats', mostFailed: 1 }, unitsPerAssignment: 2 }, 6)
    for (const comment of ['read', undefined, 'skipped', 'read', 'skipped']) expect(await answer('ann', run, comment)).toMatchObject({ outcome: 'completed' })
    expect([await valueOf(mephisto, 'ann', 'cats-passed'), await valueOf(mephisto, 'ann', 'cats-failed')]).toEqual([2, 2])
    expect(await mephisto.worker('ann').refusal(run)).toBe('attention_failed')
    expect((await mephisto.operator.progress(run.id)).units.completed).toBe(5)
    expect((await accept('ben', run)).input.text).toBe('text 0')
    await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['operator'] }).people.grant({ requestId: 'request-1', qualification: 'cats-failed', people: [{ provider: 'inhouse', externalId: 'ann' }], value: 1 })
    expect((await accept('ann', run)).input.text).toBe('text 5')
    await expectSound(mephisto)
  })

  test('is counted once for an answer that is sent again, and not for one that does not count', async () => {
    await open({ passesAttention })
    const run = await launch({ attention: { qualification: 'cats', mostFailed: 5 } })
    const task = await accept('ann', run)
    for (const id of ['submission-1', 'submission-1', 'submission-2']) await task.submit({ label: 'positive', comment: 'skipped' }, id)
    expect(await valueOf(mephisto, 'ann', 'cats-failed')).toBe(1)
  })

  test('is counted over several runs at once, none lost', async () => {
    await open({ passesAttention })
    const names = Array.from({ length: 10 }, (_, index) => `worker ${String(index)}`)
    const runs = [await launch({ attention: { qualification: 'cats' } }, 10), await launch({ attention: { qualification: 'cats' } }, 10)]
    const tasks = await Promise.all(runs.flatMap(run => names.map(name => accept(name, run))))
    await Promise.all(tasks.map(task => task.submit({ label: 'positive', comment: 'read' })))
    expect(await Promise.all(names.map(name => valueOf(mephisto, name, 'cats-passed')))).toEqual(names.map(() => 2))
  })

  test('is looked at in gold and screening units too, not in training', async () => {
    await open({ passesAttention, judge: () => true })
    const run = await launch({ attention: { qualification: 'cats', mostFailed: 9 }, training: { qualification: 'trained', items: known('training') }, screening: { passed: 'passed', failed: 'failed', items: known('screening') }, gold: { qualification: 'gold', items: known('gold') } })
    for (const _ of ['training', 'screening', 'gold', 'ordinary']) await answer('ann', run, 'skipped')
    expect(await valueOf(mephisto, 'ann', 'cats-failed')).toBe(3)
    await expectSound(mephisto)
  })

  test.each([['throws', () => { throw new Error('on purpose') }], ['gives nonsense', () => 'yes' as unknown as boolean]])('that %s says nothing', async (_, broken) => {
    await open({ passesAttention: broken })
    const run = await launch({ attention: { qualification: 'cats' } })
    expect(await answer('ann', run, 'skipped')).toMatchObject({ outcome: 'completed' })
    expect([await valueOf(mephisto, 'ann', 'cats-passed'), await valueOf(mephisto, 'ann', 'cats-failed')]).toEqual([null, null])
  })
})
