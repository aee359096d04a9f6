import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { assigneeActs } from '../assignee-acts.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const quiz = defineBlueprint({
  type: 'quiz', input: z.object({ text: z.string() }), output: z.object({ label: z.string() }), onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string() }) },
})

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment), implement(quiz, { validateOnboarding: ({ reply }) => reply === 'right' })] }) })
afterEach(() => mephisto.close())

const { launch, launchFor, accept, progress, work, told } = assigneeActs(() => mephisto)
const VERA: Principal = { id: 'vera', name: 'Vera', roles: ['viewer'] }
const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['operator'] }
const runs = (by = VERA) => mephisto.caller(by).runs
const overview = (run: TaskRun) => mephisto.operator.overview(run.id)
const decide = (unitIds: readonly string[], verdict: 'approve' | 'soft_reject' | 'reject') => mephisto.caller(RITA).review.decide({ decisionId: crypto.randomUUID(), unitIds: [...unitIds], verdict })
const SECOND = 1_000

describe('the people of a run', () => {
  test('are counted once each by how far they have come; who only looked has not', async () => {
    const run = await launch({}, 4)
    await mephisto.worker('looker').preview(run)
    await accept('ann', run)
    const [ben, cem] = [await work('ben', run), await work('cem', run)]
    await work('ben', run)
    expect((await overview(run)).items).toBe(4)
    expect((await overview(run)).people).toEqual({ invited: null, came: 3, started: 3, answered: 2, accepted: 0 })
    await decide([ben], 'approve')
    await decide([cem], 'soft_reject')
    expect(await told('late', run)).toBe('all_taken')
    expect((await overview(run)).people).toEqual({ invited: null, came: 4, started: 3, answered: 2, accepted: 1 })
    await expect(runs().overview({ run: run.id })).resolves.toMatchObject({ people: { invited: null, came: 4 } })
  })

  test('whom its items are for are invited, whether they come or not; who was let in and never came has not come', async () => {
    const run = await launchFor([['ann', 'ben'], ['ann'], ['cem']], { workers: ['idle'] })
    expect((await overview(run)).people).toEqual({ invited: 3, came: 0, started: 0, answered: 0, accepted: 0 })
    await work('ann', run)
    expect(await told('eve', run)).toBe('not_invited')
    expect((await overview(run)).people).toEqual({ invited: 3, came: 2, started: 1, answered: 1, accepted: 0 })
  })

  test('have come with their onboarding, done or not, passed or not', async () => {
    const run = await mephisto.operator.launch(quiz, { task: 'quiz', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }], onboarding: { qualification: 'q', input: { question: '?' } } })
    const came = async () => (await overview(run)).people
    await mephisto.worker('ann').onboard(quiz, run, { reply: 'right' })
    await mephisto.worker('ben').onboard(quiz, run, { reply: 'wrong' })
    await expect(mephisto.worker('cem').accept(quiz, run)).rejects.toMatchObject({ code: 'conflict' })
    expect(await came()).toEqual({ invited: null, came: 3, started: 0, answered: 0, accepted: 0 })
    await (await mephisto.worker('ann').accept(quiz, run)).submit({ label: 'a' })
    expect(await came()).toEqual({ invited: null, came: 3, started: 1, answered: 1, accepted: 0 })
  })
})

test('leases under way, those that end within five minutes and the first that does', async () => {
  const run = await launch({ leaseMs: 600 * SECOND })
  expect((await overview(run)).leases).toEqual({ live: 0, endingSoon: 0, nextEndAt: null })
  const end = mephisto.runtime.now() + 600 * SECOND
  await accept('ann', run)
  mephisto.runtime.advance(300 * SECOND)
  await accept('ben', run)
  expect((await overview(run)).leases).toEqual({ live: 2, endingSoon: 1, nextEndAt: end })
  expect((await runs().overview({ run: run.id })).leases).toEqual({ live: 2, endingSoon: 1, nextEndAt: new Date(end).toISOString() })
  // Nobody has taken it back yet.
  mephisto.runtime.advance(300 * SECOND)
  expect((await overview(run)).leases).toEqual({ live: 1, endingSoon: 1, nextEndAt: end + 300 * SECOND })
})

test('gold of the whole run, right and wrong', async () => {
  const known = [0, 1, 2].map(index => ({ input: { text: `gold ${String(index)}` }, expected: { label: 'positive' as const } }))
  const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), gold: { qualification: 'careful', rate: 0.5, minimumRight: 1, mostWrong: 3, items: known } })
  expect((await runs().overview({ run: run.id })).gold).toEqual({ right: 0, wrong: 0, score: null })
  for (const [name, label] of [['ann', 'positive'], ['ben', 'positive'], ['cem', 'negative']] as const) await (await accept(name, run)).submit({ label })
  expect((await overview(run)).gold).toEqual({ right: 2, wrong: 1, score: 2 / 3 })
  // Gold is no ordinary work, though it was accepted.
  expect((await overview(run)).people).toEqual({ invited: null, came: 3, started: 3, answered: 3, accepted: 0 })
})

describe('the timeline', () => {
  test('tells what was answered and decided step by step, and agrees with the progress', async () => {
    const run = await launch({}, 6)
    const from = mephisto.runtime.now()
    const units: string[] = []
    for (const name of ['ann', 'ben', 'cem', 'dee']) {
      mephisto.runtime.advance(10 * SECOND)
      units.push(await work(name, run))
    }
    await decide(units.slice(0, 2), 'approve')
    mephisto.runtime.advance(20 * SECOND)
    await decide(units.slice(2, 3), 'reject')
    const timeline = await mephisto.operator.timeline(run.id, { points: 6 })
    expect(timeline).toEqual({
      from, to: from + 60 * SECOND, stepMs: 10 * SECOND, unitsTotal: 6,
      steps: [[1, 0], [2, 0], [3, 0], [4, 2], [4, 2], [4, 3]].map(([answered, decided], index) => ({ at: from + 10 * SECOND * (index + 1), answered, decided })),
    })
    const { units: { completed, accepted, rejected, soft_rejected: softRejected }, run: { unitsAnswered } } = await progress(run)
    expect(timeline.steps.at(-1)).toMatchObject({ answered: unitsAnswered, decided: unitsAnswered - completed })
    expect(unitsAnswered).toBe(completed + accepted + rejected + softRejected)
    // What is open again is not decided, whenever it was.
    await mephisto.caller(RITA).review.undo({ decisionId: crypto.randomUUID(), run: run.id })
    const at = (seconds: number): string => new Date(from + seconds * SECOND).toISOString()
    expect(await runs().timeline({ run: run.id, points: 2 })).toEqual({
      from: at(0), to: at(60), stepMs: 30 * SECOND, unitsTotal: 6, steps: [{ at: at(30), answered: 3, decided: 0 }, { at: at(60), answered: 4, decided: 2 }],
    })
    expect((await runs().timeline({ run: run.id })).steps).toHaveLength(60)
  })

  test('ends with the run, and has in its last step what is decided later', async () => {
    const run = await launch({}, 1)
    const from = mephisto.runtime.now()
    mephisto.runtime.advance(4 * SECOND)
    const unit = await work('ann', run)
    mephisto.runtime.advance(3_600 * SECOND)
    await decide([unit], 'approve')
    expect(await mephisto.operator.timeline(run.id, { points: 2 })).toMatchObject({ to: from + 4 * SECOND, steps: [{ answered: 0, decided: 0 }, { answered: 1, decided: 1 }] })
  })

  test('has no steps for a run that has not started', async () => {
    const run = await launching(await launch())
    const from = new Date(mephisto.runtime.now()).toISOString()
    mephisto.runtime.advance(SECOND)
    expect(await runs().timeline({ run })).toEqual({ from, to: new Date(mephisto.runtime.now()).toISOString(), stepMs: 0, unitsTotal: 0, steps: [] })
    expect(await runs().overview({ run })).toEqual({ items: expect.any(Number) as number, people: { invited: null, came: 0, started: 0, answered: 0, accepted: 0 }, leases: { live: 0, endingSoon: 0, nextEndAt: null }, gold: { right: 0, wrong: 0, score: null } })
  })
})

/** Another run like this one, of which a launch has written no more than the run itself. */
async function launching(run: TaskRun): Promise<string> {
  const { rows: [requester] } = await mephisto.db.requesters.find({})
  const id = mephisto.runtime.newId()
  await mephisto.db.runs.insert({ ...run, id, requesterId: requester?.id ?? '', at: mephisto.runtime.now() })
  return id
}

describe('what is asked for wrongly is refused', () => {
  test.each([1, 241, 2.5])('%d points', async points => {
    const run = await launch()
    await expect(mephisto.operator.timeline(run.id, { points })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('points') as string })
    await expect(runs().timeline({ run: run.id, points })).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('points') as string })
  })

  test('a run there is not, and another option', async () => {
    for (const read of [mephisto.operator.overview('nowhere'), mephisto.operator.timeline('nowhere')]) await expect(read).rejects.toMatchObject({ code: 'not_found' })
    for (const read of [runs().overview({ run: 'nowhere' }), runs().timeline({ run: 'nowhere' })]) await expect(read).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(runs().timeline({ run: 'nowhere', pionts: 5 } as never)).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('pionts') as string })
  })

  test('whoever has no role', async () => {
    const { id: run } = await launch()
    const nobody = runs({ id: 'x', name: 'X', roles: [] })
    for (const read of [nobody.overview({ run }), nobody.timeline({ run })]) await expect(read).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
