import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type BlueprintImplementation } from '../../sdk/index.js'
import type { OnboardingView, RegisterReply, SubmitReply } from '../../sdk/protocol/worker-views.js'
import { createTestMephisto, pageCalls, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'

const quiz = defineBlueprint({
  type: 'quiz', input: z.object({ text: z.string() }), output: z.object({ label: z.string() }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string().min(1) }) },
})

let mephisto: TestMephisto
const open: TestMephisto[] = []
let validate: (reply: string) => boolean | Promise<boolean>
const make = async (file?: string, ...others: BlueprintImplementation[]): Promise<TestMephisto> => {
  const made = await createTestMephisto({
    blueprints: others.length > 0 ? others : [implement(quiz, { validateOnboarding: ({ reply }, { input, worker }) => validate(`${input.question}${reply}${worker}`) })], logger: silentLogger, ...(file === undefined ? {} : { file }),
  })
  open.push(made)
  return made
}
beforeEach(async () => {
  validate = text => text === '1+1=2ann' || text.startsWith('1+1=2')
  mephisto = await make()
})
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })

const launch = (options: object = {}): Promise<TaskRun> => mephisto.operator.launch(quiz, {
  task: 'quiz', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }, { text: 'b' }], onboarding: { qualification: 'quiz-onboarding', input: { question: '1+1=' } }, ...options,
})

async function register(name: string, run: TaskRun, at = mephisto): Promise<RegisterReply> {
  const { credential } = await at.invite({ run: run.id, worker: name })
  return pageCalls(at)<RegisterReply>('register', { provider: 'inhouse', credential })
}

async function onboard(name: string, run: TaskRun): Promise<OnboardingView> {
  const reply = await register(name, run)
  if (reply.status !== 'onboarding') throw new Error(`${name} got ${reply.status}`)
  return reply
}

const handIn = (view: OnboardingView, reply: string, submissionId: string = crypto.randomUUID(), at = mephisto): Promise<SubmitReply> =>
  pageCalls(at)<SubmitReply>('submit', { submissionId, answer: { reply } }, view.agentToken)

const units = async (run: TaskRun) => (await mephisto.operator.progress(run.id)).units

describe('onboarding', () => {
  test('[77] gives an untested worker the onboarding, and no unit', async () => {
    const run = await launch()
    expect(await onboard('ann', run)).toMatchObject({ input: { question: '1+1=' }, resumed: false, run: { title: 'quiz' } })
    expect(await units(run)).toMatchObject({ launched: 2, assigned: 0 })
    await expectSound(mephisto)
  })

  test('[78] bars who fails, after a reload too', async () => {
    const run = await launch()
    expect(await handIn(await onboard('ann', run), '3')).toMatchObject({ outcome: 'completed', pay: null })
    for (let time = 0; time < 2; time += 1) expect(await register('ann', run)).toMatchObject({ status: 'refused', reason: 'onboarding_failed', retryAfterMs: null })
    expect(await units(run)).toMatchObject({ assigned: 0 })
    await expectSound(mephisto)
  })

  test('[79] gives nothing to who was disqualified before', async () => {
    await handIn(await onboard('ann', await launch()), '3')
    expect(await register('ann', await launch())).toMatchObject({ status: 'refused', reason: 'onboarding_failed' })
  })

  test('[80] gives a unit to who passes, once, after a reload too', async () => {
    const run = await launch()
    await handIn(await onboard('ann', run), '2')
    const [first, again] = [await register('ann', run), await register('ann', run)]
    expect(first).toMatchObject({ status: 'working', input: { text: 'a' } })
    expect(again).toMatchObject({ status: 'working', resumed: true, agentId: first.status === 'working' ? first.agentId : '' })
    await expectSound(mephisto)
  })

  test('[81] is skipped by who passed in an earlier run', async () => {
    await handIn(await onboard('ann', await launch()), '2')
    expect(await register('ann', await launch())).toMatchObject({ status: 'working' })
  })

  test('gives the same attempt back on a reload, and to two tabs at once', async () => {
    const run = await launch()
    const other = await make(mephisto.file)
    const views = await Promise.all([register('ann', run), register('ann', run, other), register('ann', run)])
    expect(new Set(views.map(view => (view.status === 'onboarding' ? view.agentId : view.status))).size).toBe(1)
    await expectSound(mephisto)
  })

  test('takes what is handed in once for each id, and the first of two', async () => {
    const run = await launch()
    const view = await onboard('ann', run)
    const [first, same] = [await handIn(view, '2', 'submission-1'), await handIn(view, '2', 'submission-1')]
    expect(same).toEqual(first)
    expect(await handIn(view, '3', 'submission-2')).toMatchObject({ outcome: 'set_aside', reason: 'already_submitted' })
    expect(await register('ann', run)).toMatchObject({ status: 'working' })
    await expectSound(mephisto)
  })

  test('refuses what does not fit, and keeps the attempt open', async () => {
    const run = await launch()
    const view = await onboard('ann', run)
    await expect(handIn(view, '')).rejects.toMatchObject({ code: 'invalid_answer', problems: [{ path: 'answer.reply' }] })
    expect(await handIn(view, '2')).toMatchObject({ outcome: 'completed' })
  })

  test('(row 69) can be done again by one worker whose result was revoked', async () => {
    const run = await launch()
    await handIn(await onboard('ann', run), '3')
    await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).people.revoke({ requestId: 'request-1', qualification: 'quiz-onboarding', people: [{ provider: 'inhouse', externalId: 'ann' }] })
    await handIn(await onboard('ann', run), '2')
    expect(await register('ann', run)).toMatchObject({ status: 'working' })
    await expectSound(mephisto)
  })

  test('(row 74) comes before screening, training and gold', async () => {
    const items = [{ input: { text: 'known' }, expected: { label: 'x' } }]
    const run = await launch({ screening: { passed: 'p', failed: 'f', items }, training: { qualification: 't', items }, gold: { qualification: 'g', items } })
    await handIn(await onboard('ann', run), '2')
    expect(await register('ann', run)).toMatchObject({ status: 'working', input: { text: 'known' } })
  })

  test('leaves its unit-less calls without effect: there is nothing to extend or to give back', async () => {
    const view = await onboard('ann', await launch())
    expect(await pageCalls(mephisto)('extend', {}, view.agentToken)).toMatchObject({ lease: null })
    expect(await pageCalls(mephisto)('return', {}, view.agentToken)).toEqual({ returned: false })
  })
})

describe('retention', () => {
  test('lets who was not validated in time begin anew when the run goes on, and rejects nobody for a text that is gone', async () => {
    validate = () => { throw new Error('down') }
    const run = await launch({ retentionDays: 1 })
    await handIn(await onboard('ann', run), '2')
    await mephisto.operator.expire(run.id)
    await mephisto.advance(2 * 86_400_000)
    validate = text => text === '1+1=2ann'
    await mephisto.operator.topUp(run.id, { topUpId: 'more-data-1', data: [{ text: 'c' }] })
    await mephisto.advance(600_000)
    expect(await register('ann', run)).toMatchObject({ status: 'onboarding', resumed: false })
    await expectSound(mephisto)
  })
})

describe('(row 68) a validation', () => {
  test('that takes long goes on in the background, and the worker is told so', async () => {
    const run = await launch()
    let decide: (hasPassed: boolean) => void = () => undefined
    validate = () => new Promise(resolve => { decide = resolve })
    expect(await handIn(await onboard('ann', run), '2')).toMatchObject({ outcome: 'completed' })
    expect(await register('ann', run)).toMatchObject({ status: 'refused', reason: 'being_checked', retryAfterMs: 2_000 })
    decide(true)
    await expect.poll(async () => (await register('ann', run)).status).toBe('working')
    await expectSound(mephisto)
  })

  test('that a killed process left is done by another one, once', async () => {
    const run = await launch()
    validate = () => new Promise(() => undefined)
    await handIn(await onboard('ann', run), '2')
    validate = () => true
    const [one, two] = [await make(mephisto.file), await make(mephisto.file)]
    await Promise.all([one.operator.tick(), two.operator.tick()])
    expect(await register('ann', run, one)).toMatchObject({ status: 'working' })
    const worker = (await mephisto.db.workers.find({ filter: { externalId: 'ann' } })).rows[0]
    expect((await mephisto.db.grants.history({ filter: { workerId: worker?.id ?? '' } })).rows).toHaveLength(1)
    await expectSound(mephisto)
  })

  test('that another instance knows of is left to it', async () => {
    const run = await launch()
    validate = () => new Promise(() => undefined)
    await handIn(await onboard('ann', run), '2')
    validate = () => true
    const stranger = await make(mephisto.file, implement(defineBlueprint({ type: 'stranger', input: z.object({}), output: z.object({}) })))
    expect(await stranger.operator.tick()).toMatchObject({ onboardings: 0 })
    expect(await (await make(mephisto.file)).operator.tick()).toMatchObject({ onboardings: 1 })
    expect(await register('ann', run)).toMatchObject({ status: 'working' })
  })

  test('that throws is tried again, later and later, and loses nothing', async () => {
    const run = await launch()
    let calls = 0
    validate = () => {
      calls += 1
      if (calls < 3) throw new Error('on purpose')
      return true
    }
    await handIn(await onboard('ann', run), '2')
    expect(calls).toBe(1)
    await mephisto.advance(1_000)
    expect(calls).toBe(1)
    await mephisto.advance(1_001)
    expect(calls).toBe(2)
    await mephisto.advance(2_001)
    expect(calls).toBe(2)
    await mephisto.advance(2_001)
    expect(calls).toBe(3)
    expect(await register('ann', run)).toMatchObject({ status: 'working' })
  })

  test('that gives nonsense counts as failed to decide, not as passed', async () => {
    const run = await launch()
    validate = () => 'yes' as unknown as boolean
    await handIn(await onboard('ann', run), '2')
    expect(await register('ann', run)).toMatchObject({ status: 'refused', reason: 'being_checked' })
  })
})

test('what was handed in before its schema became stricter gets the same reply when it is sent again', async () => {
  const view = await onboard('ann', await launch())
  const first = await handIn(view, '2', 'submission-1')
  const output = z.object({ reply: z.string().min(2) })
  const stricter = await make(mephisto.file, implement(defineBlueprint({ ...quiz, onboarding: { ...quiz.onboarding, input: z.object({ question: z.string() }), output } })))
  expect(await handIn(view, '2', 'submission-1', stricter)).toEqual(first)
  await expect(handIn(view, '2', 'submission-2', stricter)).rejects.toMatchObject({ code: 'invalid_answer' })
})

test('an implementation that validates an onboarding which its blueprint does not have is refused', () => {
  const plain = defineBlueprint({ type: 'plain', input: z.object({}), output: z.object({}) })
  expect(() => implement(plain, { validateOnboarding: () => true })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('plain') as string }) as Error)
})
