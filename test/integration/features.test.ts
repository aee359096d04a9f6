import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, verifyRun, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound, valueOf } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

type Options = Partial<LaunchOptions<{ text: string }, { label?: 'positive' | 'negative' }>>
type Label = 'positive' | 'negative'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const launch = (options: Options = {}, items = 4): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: { minor: 10, currency: 'USD' }, ...options })
const accept = (name: string, run: TaskRun) => mephisto.worker(name).accept(sentiment, run)
const refusal = (name: string, run: TaskRun) => mephisto.worker(name).refusal(run)
const known = (word: string, count: number, label: Label = 'positive') => Array.from({ length: count }, (_, index) => ({ input: { text: `${word} ${String(index)}` }, expected: { label } }))

/** The texts that somebody gets, one after the other, each answered alike, until there is no more or so many have come. */
async function work(name: string, run: TaskRun, { label = 'positive', most = 100 }: { label?: Label; most?: number } = {}): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < most) {
    const task = await accept(name, run).catch(() => null)
    if (!task) break
    texts.push(task.input.text)
    await task.submit({ label })
  }
  return texts
}

describe('training', () => {
  const training = { qualification: 'trained', items: known('lesson', 3), minimumRight: 2 }

  test('comes first, in its order, with feedback, and then the work', async () => {
    const run = await launch({ training }, 2)
    const lesson = await accept('ann', run)
    expect(lesson.input.text).toBe('lesson 0')
    expect(await lesson.submit({ label: 'negative' })).toMatchObject({ outcome: 'completed', feedback: { isRight: false, expected: { label: 'positive' } }, pay: { minor: 10 } })
    expect(await work('ann', run)).toEqual(['lesson 1', 'lesson 2', 'text 0', 'text 1'])
    expect(await valueOf(mephisto, 'ann', 'trained')).toBe(2)
    expect((await mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'completed', unitsTotal: 5, owedMinor: 30, reservedMinor: 20 })
    await expectSound(mephisto)
  })

  test('that goes badly leads nowhere; a run that follows asks for it no more', async () => {
    const run = await launch({ training })
    expect(await work('ann', run, { label: 'negative' })).toEqual(['lesson 0', 'lesson 1', 'lesson 2'])
    expect(await refusal('ann', run)).toBe('training_failed')
    await work('ben', run, { most: 3 })
    expect((await accept('ben', await launch({ training }))).input.text).toBe('text 0')
    await expectSound(mephisto)
  })

  test('is offered again to who gave it back or ran out of time', async () => {
    const run = await launch({ training })
    await (await accept('ann', run)).giveBack()
    const second = await accept('ann', run)
    expect(second.input.text).toBe('lesson 0')
    await mephisto.advance(600_001)
    expect((await accept('ann', run)).input.text).toBe('lesson 0')
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ launched: 4, assigned: 1, expired: 2 })
    await expectSound(mephisto)
  })

  test('gives the same item back on a reload', async () => {
    const run = await launch({ training })
    const first = await accept('ann', run)
    expect(await accept('ann', run)).toMatchObject({ unitId: first.unitId, resumed: true })
  })
})

describe('screening', () => {
  const screening = { passed: 'passed', failed: 'failed', items: known('test', 2), mostUnits: 2 }

  test('takes its items from what makes them, which is read as far as there may be units', async () => {
    let made = 0
    async function* factory() {
      for (;;) {
        await Promise.resolve()
        yield { input: { text: `made ${String(made += 1)}` }, expected: { label: 'positive' as const } }
      }
    }
    const run = await launch({ screening: { passed: 'passed', failed: 'failed', items: factory(), mostUnits: 3 } })
    expect(made).toBe(3)
    const texts = (await Promise.all(['ann', 'ben', 'cem'].map(async name => (await accept(name, run)).input.text)))
    expect(texts.every(text => /^made [123]$/.test(text))).toBe(true)
    expect(await refusal('dan', run)).toBe('no_places_left')
    await expectSound(mephisto)
  })

  test.each<[string, () => Iterable<{ input: { text: string }; expected?: { label: 'positive' } }>, RegExp]>([
    ['without an end, where nothing bounds them', function* () { for (;;) yield known('x', 1)[0] as { input: { text: string }; expected: { label: 'positive' } } }, /screening\.items: has more than 10000 items; give fewer, or bound them with "mostUnits"/],
    ['that cannot be read', function* () { yield known('x', 1)[0] as never; throw new Error('the disk is gone') }, /screening\.items: could not be read: the disk is gone/],
    ['of which there is none', function* () { /* none */ }, /screening\.items: has no items/],
    ['of which one is none', function* () { yield { text: 'x' } as never }, /screening\.items\[0\]: is no item/],
    ['that are a text', () => 'items' as never, /screening\.items/],
  ])('refuses items %s', async (_, items, message) => {
    await expect(launch({ screening: { passed: 'passed', failed: 'failed', items: items() } })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('[83] gives the first two people screening units, and refuses the third', async () => {
    const run = await launch({ screening })
    expect((await accept('ann', run)).input.text).toMatch(/^test/)
    expect((await accept('ben', run)).input.text).toMatch(/^test/)
    expect(await refusal('cem', run)).toBe('no_places_left')
    await expectSound(mephisto)
  })

  test('[84] frees the place of who drops out', async () => {
    const run = await launch({ screening })
    const [ann] = [await accept('ann', run), await accept('ben', run)]
    await ann.giveBack()
    expect((await accept('cem', run)).input.text).toMatch(/^test/)
    expect(await refusal('dee', run)).toBe('no_places_left')
    await mephisto.advance(600_001)
    expect((await accept('dee', run)).input.text).toMatch(/^test/)
    await expectSound(mephisto)
  })

  test('[85] grants who passes, and bars who fails', async () => {
    const run = await launch({ screening })
    await work('ann', run, { most: 1 })
    await work('ben', run, { most: 1, label: 'negative' })
    expect([await valueOf(mephisto, 'ann', 'passed'), await valueOf(mephisto, 'ann', 'failed'), await valueOf(mephisto, 'ben', 'passed'), await valueOf(mephisto, 'ben', 'failed')]).toEqual([1, null, null, 1])
    expect(await refusal('ben', run)).toBe('screening_failed')
  })

  test('[86] gives real units to who passed, and screens nobody twice', async () => {
    const run = await launch({ screening })
    await work('ann', run, { most: 1 })
    expect(await work('ann', run)).toEqual(['text 0', 'text 1', 'text 2', 'text 3'])
    expect(await work('ann', await launch({ screening }))).toEqual(['text 0', 'text 1', 'text 2', 'text 3'])
    await expectSound(mephisto)
  })

  test('(rows 72, 73) judges real units, where there are no items: right, wrong, and neither', async () => {
    const other = await createTestMephisto({ blueprints: [implement(sentiment, { judge: ({ label, comment }) => (comment === 'open' ? null : label === 'positive') })] })
    const run = await other.operator.launch(sentiment, { ...sentimentRun(4), screening: { passed: 'passed', failed: 'failed' }, unitsPerAssignment: 3 })
    const answer = async (name: string, label: Label, comment?: string) => (await other.worker(name).accept(sentiment, run)).submit({ label, ...(comment === undefined ? {} : { comment }) })
    await answer('ann', 'positive', 'open')
    await answer('ann', 'positive')
    await answer('ben', 'negative')
    expect(await other.worker('ben').refusal(run)).toBe('screening_failed')
    await answer('ann', 'negative')
    expect((await other.operator.progress(run.id)).units.completed).toBe(4)
    expect((await verifyRun(other.db, run.id)).difference).toBeNull()
    await other.close()
  })

  test('is decided by a reviewer too: whoever was wronged goes on', async () => {
    const run = await launch({ screening })
    const ann = await accept('ann', run)
    await ann.submit({ label: 'negative' })
    const desk = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['operator'] })
    await desk.people.grant({ requestId: 'request-1', qualification: 'passed', people: [{ provider: 'inhouse', externalId: 'ann' }] })
    await desk.people.revoke({ requestId: 'request-2', qualification: 'failed', people: [{ provider: 'inhouse', externalId: 'ann' }] })
    expect((await accept('ann', run)).input.text).toBe('text 0')
  })
})

describe('gold units', () => {
  const gold = { qualification: 'cats', items: known('gold', 6), minimumRight: 2, mostWrong: 1 }

  test('come first, look the same, are paid, and are not in the export', async () => {
    const run = await launch({ gold })
    const texts = await work('ann', run)
    expect(texts.slice(0, 2).every(text => text.startsWith('gold'))).toBe(true)
    expect(texts.filter(text => text.startsWith('text'))).toHaveLength(4)
    const task = await accept('ben', await launch({ gold }))
    expect(await task.submit({ label: 'positive' })).toMatchObject({ feedback: null })
    const rows: unknown[] = []
    for await (const row of mephisto.exportRows(sentiment, { run: run.id })) rows.push(row.input.text)
    expect(rows).toEqual(['text 0', 'text 1', 'text 2', 'text 3'])
    await expectSound(mephisto)
  })

  test('(row 76) bar who has too many wrong: no work any more, in this run or the next', async () => {
    const run = await launch({ gold })
    expect(await work('ann', run, { label: 'negative' })).toHaveLength(2)
    expect(await valueOf(mephisto, 'ann', 'cats-wrong')).toBe(2)
    expect(await refusal('ann', run)).toBe('gold_failed')
    expect(await refusal('ann', await launch({ gold }))).toBe('gold_failed')
    await expectSound(mephisto)
  })

  test('are never the same one twice for one worker', async () => {
    const run = await launch({ gold: { ...gold, minimumRight: 6 } })
    const texts = await work('ann', run, { most: 6 })
    expect(new Set(texts).size).toBe(6)
  })

  test('a gold unit that was given back comes again: nobody dodges it', async () => {
    const run = await launch({ gold: { ...gold, items: known('gold', 1), minimumRight: 1 } })
    for (let time = 0; time < 3; time += 1) await (await accept('ann', run)).giveBack()
    expect((await accept('ann', run)).input.text).toBe('gold 0')
    await expectSound(mephisto)
  })

  test('count what a reviewer decides instead of the judge', async () => {
    const run = await launch({ gold })
    const ann = await accept('ann', run)
    await ann.submit({ label: 'negative' })
    expect([await valueOf(mephisto, 'ann', 'cats-right'), await valueOf(mephisto, 'ann', 'cats-wrong')]).toEqual([null, 1])
    const { review } = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] })
    const { outcomes } = await review.decide({ decisionId: 'decision-1', unitIds: [ann.unitId], verdict: 'approve' })
    expect(outcomes).toMatchObject([{ decided: false, message: 'Automatic check soft-rejected this already; it stays as it is.' }])
  })

  test('stay within their number', async () => {
    const run = await launch({ gold: { ...gold, minimumRight: 1, mostUnits: 2 } })
    await accept('ann', run)
    await accept('ben', run)
    expect(await refusal('cem', run)).toBe('no_places_left')
  })

  test('(row 76) that have all been answered, and not enough of them rightly, are a refusal that stays until an operator grants what is missing: nothing is being checked', async () => {
    const run = await launch({ gold: { ...gold, items: known('gold', 1), minimumRight: 1, mostWrong: 3 } })
    expect(await work('ann', run, { label: 'negative' })).toEqual(['gold 0'])
    expect(await refusal('ann', run)).toBe('gold_failed')
    expect((await mephisto.operator.progress(run.id)).refusals).toMatchObject([{ reason: 'gold_failed', workers: 1 }])
    await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).people.grant({ requestId: 'request-1', qualification: 'cats-right', people: [{ provider: 'inhouse', externalId: 'ann' }] })
    expect(await work('ann', run)).toEqual(['text 0', 'text 1', 'text 2', 'text 3'])
    await expectSound(mephisto)
  })

  test('that were all answered, and whose number is used up as well, are what is told of: no place would help', async () => {
    const run = await launch({ gold: { ...gold, items: known('gold', 2), minimumRight: 2, mostWrong: 5, mostUnits: 2 } })
    await work('ann', run, { most: 1 })
    expect(await work('ann', run, { label: 'negative' })).toHaveLength(1)
    expect([await refusal('ann', run), await refusal('ben', run)]).toEqual(['gold_failed', 'no_places_left'])
  })

  test('leave the limit on live units to the ordinary ones', async () => {
    const run = await launch({ gold, maxLiveUnits: 1 })
    const [ann, ben] = [await accept('ann', run), await accept('ben', run)]
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ created: 3, launched: 1, assigned: 2 })
    await ann.submit({ label: 'positive' })
    await ben.giveBack()
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ created: 3, launched: 1, assigned: 0 })
    await work('ann', run)
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ created: 0, launched: 0 })
    await expectSound(mephisto)
  })
})

describe('what somebody has earned with items and an operator takes back', () => {
  const taken = async (name: string, qualification: string): Promise<void> => {
    await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).people.revoke({ requestId: crypto.randomUUID(), qualification, people: [{ provider: 'inhouse', externalId: name }] })
  }

  test.each<[string, string, Options, Label]>([
    ['training', 'trained', { training: { qualification: 'trained', items: known('lesson', 1) } }, 'positive'],
    ['screening', 'passed', { screening: { passed: 'passed', failed: 'failed', items: known('test', 1) } }, 'positive'],
    ['screening that failed', 'failed', { screening: { passed: 'passed', failed: 'failed', items: known('test', 1) } }, 'negative'],
    ['gold', 'cats-right', { gold: { qualification: 'cats', items: known('gold', 1) } }, 'positive'],
  ])('is missing where no item is left to earn it again: %s', async (_, qualification, options, label) => {
    const run = await launch(options)
    await work('ann', run, { most: 1, label })
    await taken('ann', qualification)
    expect(await refusal('ann', run)).toBe('not_qualified')
  })
})

describe('(row 77) all of them together', () => {
  test('with several people at once at two instances, to the end', async () => {
    const options: Options = {
      training: { qualification: 'trained', items: known('lesson', 2) }, screening: { passed: 'passed', failed: 'failed', items: known('test', 3) },
      gold: { qualification: 'cats', items: known('gold', 8), minimumRight: 1, mostWrong: 1 }, unitsPerAssignment: 2, maxLiveUnits: 6,
    }
    const run = await launch(options, 8)
    const two = [mephisto, await mephisto.another()] as const
    for (let round = 0; round < 40 && (await mephisto.operator.progress(run.id)).run.status === 'running'; round += 1) {
      await Promise.all(Array.from({ length: 6 }, async (_, person) => {
        const task = await (two[person % 2] ?? mephisto).worker(`person ${String(person)}`).accept(sentiment, run).catch(() => null)
        if (!task) return
        const isWrong = person === 5 || (person === 4 && task.input.text.startsWith('gold'))
        // By two of them alone: nobody is offered again what they gave back, and each item needs two others.
        if (person < 2 && (round + person) % 9 === 8 && round < 15) await task.giveBack()
        else await task.submit({ label: isWrong ? 'negative' : 'positive' })
      }))
      await mephisto.advance(1_000)
    }
    const { run: ended, units } = await mephisto.operator.progress(run.id)
    expect(ended.status).toBe('completed')
    expect(units).toMatchObject({ created: 0, launched: 0, assigned: 0, completed: 16 })
    expect(await refusal('person 5', run)).toBe('all_answered')
    expect(await valueOf(mephisto, 'person 5', 'failed')).toBe(1)
    await two[1].close()
    await expectSound(mephisto)
  })
})

describe('an answer that comes too soon', () => {
  test('is not accepted, and loses nothing', async () => {
    const run = await launch({ minimumTimeMs: 5_000 })
    const ann = await accept('ann', run)
    await expect(ann.submit({ label: 'positive' }, 'submission-1')).rejects.toMatchObject({ code: 'invalid_answer', message: expect.stringContaining('5 seconds') as string, problems: [{ rule: 'too_soon' }] })
    mephisto.runtime.advance(5_000)
    expect(await ann.submit({ label: 'positive' }, 'submission-1')).toMatchObject({ outcome: 'completed' })
    await expectSound(mephisto)
  })

  test('is not what a clock that jumps back makes of every answer', async () => {
    const run = await launch({ minimumTimeMs: 5_000 })
    const ann = await accept('ann', run)
    mephisto.runtime.advance(-3_600_000)
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
  })
})

describe('a judge', () => {
  test.each([
    ['throws', () => { throw new Error('on purpose') }], ['gives nonsense', () => 'yes' as unknown as boolean], ['cannot tell', () => null],
  ])('that %s leaves the unit to the reviewers, whose verdict counts', async (_, judge) => {
    const other = await createTestMephisto({ blueprints: [implement(sentiment, { judge })] })
    const run = await other.operator.launch(sentiment, { ...sentimentRun(2), gold: { qualification: 'cats', items: known('gold', 1) } })
    const task = await other.worker('ann').accept(sentiment, run)
    expect(await task.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
    expect(await other.worker('ann').refusal(run)).toBe('being_checked')
    const { outcomes } = await other.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: 'decision-1', unitIds: [task.unitId], verdict: 'approve' })
    expect(outcomes).toMatchObject([{ decided: true }])
    expect((await other.worker('ann').accept(sentiment, run)).input.text).toBe('text 0')
    await other.close()
  })

  test('that cannot tell is waited for by who answered, also where the number of units is used up', async () => {
    const other = await createTestMephisto({ blueprints: [implement(sentiment, { judge: () => null })] })
    const run = await other.operator.launch(sentiment, { ...sentimentRun(2), screening: { passed: 'passed', failed: 'failed', items: known('test', 2).map(({ input }) => ({ input })), mostUnits: 1 } })
    await (await other.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect([await other.worker('ann').refusal(run), await other.worker('ben').refusal(run)]).toEqual(['being_checked', 'no_places_left'])
    await other.close()
  })
})
