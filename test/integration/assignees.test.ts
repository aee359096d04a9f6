import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, splitAmong } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { assigneeActs } from '../assignee-acts.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { launch: launchPlain, launchFor: launch, accept, progress, told, answerAll, reassign } = assigneeActs(() => mephisto)

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

  test('are let in beside those whom the launch names, who have none of their own', async () => {
    const run = await launch([['ann']], { workers: ['ben'] })
    expect(await told('ben', run)).toBe('none_suitable')
    expect(await told('eve', run)).toBe('not_invited')
    expect(await answerAll('ann', run)).toEqual([0])
  })

  test('come by their priority first', async () => {
    const run = await launch(Array.from({ length: 6 }, (_, index) => [index % 2 ? 'ann' : 'ben']), { priority: ({ text }) => (text === 'text 3' || text === 'text 4' ? 9 : 0) })
    expect(await answerAll('ann', run)).toEqual([3, 1, 5])
    expect(await answerAll('ben', run)).toEqual([4, 0, 2])
  })

  test('come by chance, in the same order for the same seed', async () => {
    const people = Array.from({ length: 20 }, (_, index) => [index % 2 ? 'ann' : 'ben'])
    const [one, two] = [await launch(people, { order: 'random', seed: 5 }), await launch(people, { order: 'random', seed: 5 })]
    const order = await answerAll('ann', one)
    expect([...order].sort((a, b) => a - b)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
    expect(order).not.toEqual([...order].sort((a, b) => a - b))
    expect(await answerAll('ann', two)).toEqual(order)
  })

  test('that nobody has answered come before those that somebody has, where every item is to be answered once first', async () => {
    const [both, items] = [['ann', 'ben'], Array.from({ length: 40 }, (_, index) => index)]
    const run = await launch(items.map(() => both), { unitsPerAssignment: 2, order: 'breadth_first' })
    expect(await answerAll('ann', run, 15)).toEqual(items.slice(0, 15))
    // Ann's fifteen are behind all that nobody has answered yet.
    expect(await answerAll('ben', run)).toEqual([...items.slice(15), ...items.slice(0, 15)])
    expect(await answerAll('ann', run)).toEqual(items.slice(15))
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('may be for more people than are to answer them: whoever comes first', async () => {
    const run = await launch(Array.from({ length: 12 }, () => ['ann', 'ben', 'cem']))
    expect(await answerAll('ann', run, 10)).toHaveLength(10)
    expect(await answerAll('ben', run)).toEqual([10, 11])
    expect(await told('cem', run)).toBe('all_answered')
    await expectSound(mephisto, { isSettled: true })
  })

  test('that are given back or run out are theirs still, and are not given to who gave them back', async () => {
    const run = await launch([['ann', 'ben'], ['ann'], ['ann']])
    await (await accept('ann', run)).giveBack()
    expect(await answerAll('ben', run)).toEqual([0])
    expect((await accept('ann', run)).input.text).toBe('text 1')
    await mephisto.advance(600_001)
    // What ran out comes after what they have never had.
    expect(await answerAll('ann', run)).toEqual([2, 1])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('whose lease ran out without upkeep are found by whoever asks', async () => {
    const run = await launch([['ann', 'ben']])
    await accept('ann', run)
    expect(await told('ben', run)).toBe('none_suitable')
    mephisto.runtime.advance(600_001)
    expect(await answerAll('ben', run)).toEqual([0])
    await expectSound(mephisto)
  })

  test('are asked about one by one where the blueprint chooses as well', async () => {
    await mephisto.close()
    mephisto = await createTestMephisto({ blueprints: [implement(sentiment, { workerCanDoUnit: (_, { input }) => !input.text.endsWith('2') })] })
    const run = await launch([['ann'], ['ben'], ['ann'], ['ann', 'ben'], ['ann']])
    await (await accept('ann', run)).giveBack()
    expect(await answerAll('ann', run)).toEqual([3, 4])
    expect(await told('ann', run)).toBe('none_suitable')
    expect(await answerAll('ben', run)).toEqual([1])
    expect(await told('ben', run)).toBe('none_suitable')
    await reassign(run, 0, 'ben')
    expect(await answerAll('ben', run)).toEqual([0])
    await expectSound(mephisto)
  })

  test('come after training, and gold units come between them, made for whoever is to have them', async () => {
    const right = { label: 'positive' } as const
    const run = await launch([['ann'], ['ann'], ['ben'], ['ann']], { gold: { qualification: 'checked', items: [{ input: { text: 'text 99' }, expected: right }], minimumRight: 1, rate: 0 } })
    expect(await told('eve', run)).toBe('not_invited')
    expect(await answerAll('ann', run)).toEqual([99, 0, 1, 3])
    expect(await answerAll('ben', run)).toEqual([99, 2])
    await expectSound(mephisto, { isSettled: true })
  })
})
