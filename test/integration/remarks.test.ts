import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MOST_REMARKS } from '../../sdk/data-model/remark.js'
import type { TaskRun } from '../../sdk/index.js'
import type { RemarkView } from '../../sdk/protocol/remark-views.js'
import { pageCalls, type SimulatedTask } from '../../sdk/testing/simulated-worker.js'
import { essay, OLGA, openStage, requestId, RITA, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

type Task = SimulatedTask<typeof essay>

describe.each(await targetKinds())('what workers say about their work, on %s', kind => {
  let [target, stage, run] = [{} as OwnTarget, {} as PrivacyStage, {} as TaskRun]
  let shift = 0
  beforeAll(async () => {
    target = await makeTarget(kind)
    stage = await openStage(target, { now: () => Date.now() + shift })
    run = await stage.launch({ data: Array.from({ length: 40 }, (_, index) => ({ topic: `topic ${String(index)}` })) })
  })
  afterAll(async () => {
    expect(await check(target)).toEqual([])
    await stage.close()
    await target.drop()
  })

  const accept = (name: string): Promise<Task> => stage.worker(name).accept(essay, run)
  const listed = async (query: object = {}): Promise<readonly RemarkView[]> => (await stage.mephisto.remarks.list(query)).remarks
  const of = (task: Task): Promise<readonly RemarkView[]> => listed({ agent: task.agentId })
  const decide = (remarkIds: readonly string[], status: 'approved' | 'declined' | 'reviewed' | 'new', more: object = {}) => stage.mephisto.remarks.decide(RITA, { requestId: requestId(), remarkIds: [...remarkIds], status, ...more })

  test('is kept as it was said, at the work and after it', async () => {
    const ann = await accept('ann')
    await ann.remark({ kind: 'feedback', text: '  The picture is missing 😀 ', about: 'item' })
    await ann.submit({ text: 'done' })
    const receipt = await ann.remark({ kind: 'opinion', answers: [{ id: 'hard', question: 'How hard was it?', answer: 'Not at all' }, { question: 'What else?', answer: '' }] })
    expect(Date.parse(receipt.receivedAt)).toBeGreaterThan(0)
    const [opinion, feedback] = await of(ann)
    expect(feedback).toMatchObject({
      kind: 'feedback', status: 'new', body: { kind: 'feedback', text: 'The picture is missing 😀', about: 'item' }, run: run.id, unit: ann.unitId, agent: ann.agentId, task: { name: 'essays' }, worker: { externalId: 'ann' }, decidedAt: null, shown: null,
    })
    expect(opinion?.body).toEqual({ kind: 'opinion', answers: [{ id: 'hard', question: 'How hard was it?', answer: 'Not at all' }, { question: 'What else?', answer: '' }] })
    expect(await listed({ task: 'essays', kinds: ['opinion'], worker: { provider: 'inhouse', externalId: 'ann' } })).toHaveLength(1)
  })

  test('is kept once under its id, also when it is sent twice at the same moment', async () => {
    const ben = await accept('ben')
    const id = crypto.randomUUID()
    const receipts = await Promise.all(Array.from({ length: 4 }, (_, index) => ben.remark({ kind: 'feedback', text: `said ${String(index)}` }, id)))
    expect(new Set(receipts.map(({ receivedAt }) => receivedAt)).size).toBe(1)
    expect(await of(ben)).toHaveLength(1)
  })

  test('is bounded for each attempt and kind, also when it comes all at once', async () => {
    const cy = await accept('cy')
    const outcomes = await Promise.allSettled(Array.from({ length: MOST_REMARKS.tip + 4 }, (_, index) => cy.remark({ kind: 'tip', text: `tip ${String(index)}` })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_REMARKS.tip)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict', message: expect.stringContaining('10 remarks') as string })
    await cy.remark({ kind: 'feedback', text: 'of another kind' })
    expect(await of(cy)).toHaveLength(MOST_REMARKS.tip + 1)
  })

  test('shows a tip to later workers of the task once somebody approved it, in their words where they give some', async () => {
    const [dan, eve] = [await accept('dan'), await accept('eve')]
    const mine = async (): Promise<readonly string[]> => (await of(dan)).map(({ id }) => id).reverse()
    await dan.remark({ kind: 'tip', title: 'Dates', text: 'Read the date first' })
    await dan.remark({ kind: 'tip', text: 'Bad adivce' })
    expect(await eve.tips()).toEqual([])
    const [good = '', bad = ''] = await mine()
    expect(await decide([good, bad], 'approved')).toEqual({ decided: 2 })
    expect(await eve.tips()).toEqual([{ id: bad, title: null, text: 'Bad adivce' }, { id: good, title: 'Dates', text: 'Read the date first' }])
    await decide([bad], 'approved', { shown: { title: 'Advice', text: 'Better advice' } })
    const later = await stage.launch({ task: 'essays' })
    const fay = await stage.worker('fay').accept(essay, later)
    expect((await fay.tips()).map(({ title, text }) => [title, text])).toEqual([['Advice', 'Better advice'], ['Dates', 'Read the date first']])
    const elsewhere = await stage.worker('gus').accept(essay, await stage.launch({ task: 'other essays' }))
    expect(await elsewhere.tips()).toEqual([])
    await decide([good], 'declined')
    await decide([bad], 'new')
    expect(await fay.tips()).toEqual([])
    expect(await of(dan)).toMatchObject([{ status: 'new', shown: null, body: { text: 'Bad adivce' } }, { status: 'declined' }])
  })

  test('is decided about as a whole, once, and written into the audit trail', async () => {
    const hal = await accept('hal')
    await hal.remark({ kind: 'feedback', text: 'one' })
    await hal.remark({ kind: 'tip', text: 'two' })
    const [tip, feedback] = await of(hal)
    const [tipId, feedbackId] = [tip?.id ?? '', feedback?.id ?? '']
    await expect(decide([feedbackId, tipId], 'reviewed')).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('new, approved, declined') as string })
    await expect(decide([feedbackId], 'approved')).rejects.toMatchObject({ code: 'illegal_move' })
    await expect(decide([feedbackId, 'nothing'], 'reviewed')).rejects.toMatchObject({ code: 'not_found' })
    await expect(decide([], 'reviewed')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(decide([tipId], 'declined', { shown: { text: 'x' } })).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await of(hal)).map(({ status }) => status)).toEqual(['new', 'new'])
    const request = { requestId: requestId(), remarkIds: [feedbackId], status: 'reviewed' as const }
    expect([await stage.mephisto.remarks.decide(RITA, request), await stage.mephisto.remarks.decide(RITA, request)]).toEqual([{ decided: 1 }, { decided: 1 }])
    expect((await stage.mephisto.audit.list({ action: 'decide_remarks', subjectId: feedbackId })).entries).toMatchObject([{ actor: RITA.id }])
  })

  test('is refused where it says nothing, of nobody, too late, or of work whose data is gone', async () => {
    const ida = await accept('ida')
    for (const remark of [{ kind: 'praise' }, { kind: 'feedback', text: ' ' }, { kind: 'feedback', text: 'a'.repeat(4_001) }, { kind: 'tip', text: 'x', title: 'two\nlines' }, { kind: 'opinion', answers: [] }, { kind: 'feedback', text: 'half \ud800' }, { kind: 'feedback', text: 'x', about: 'weather' }]) {
      await expect(ida.remark(remark as Parameters<Task['remark']>[0])).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await expect(ida.remark({ kind: 'opinion', answers: [{ question: 'Show us', answer: 'here' }], files: [{ $file: 'somebody-elses' }] })).rejects.toMatchObject({ code: 'invalid_answer' })
    const call = pageCalls(stage.mephisto)
    await expect(call('remark', { remarkId: crypto.randomUUID(), remark: { kind: 'feedback', text: 'x' } })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(call('tips', {}, 'forged')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await of(ida)).toEqual([])
    await ida.submit({ text: 'done' })
    shift += 3_700_000
    await expect(ida.remark({ kind: 'feedback', text: 'too late' })).rejects.toMatchObject({ code: 'illegal_move' })
    shift = 0
    const short = await stage.launch({ task: 'short' })
    const jim = await stage.worker('jim').accept(essay, short)
    await jim.remark({ kind: 'feedback', text: 'gone soon' })
    await stage.mephisto.operator.expire(short.id)
    await stage.mephisto.caller(OLGA).runs.archive({ run: short.id })
    await stage.mephisto.privacy.removeData(OLGA, { requestId: requestId(), run: short.id, isForGood: true })
    await expect(jim.remark({ kind: 'feedback', text: 'again' })).rejects.toMatchObject({ code: 'illegal_move' })
    expect(await listed({ run: short.id })).toMatchObject([{ body: { erased: true } }])
  })

  test('an error of a page keeps what can be kept of it', async () => {
    const kim = await accept('kim')
    await kim.remark({ kind: 'error', message: `boom \0 \ud800${'a'.repeat(3_000)}`, stack: 'at page.js:1' })
    const [error] = await of(kim)
    expect(error).toMatchObject({ kind: 'error', body: { message: expect.stringMatching(/^boom \uFFFD \uFFFDa+$/) as string, stack: 'at page.js:1' } })
    expect((error?.body as { message: string }).message).toHaveLength(2_000)
  })

  test('goes with whoever said it, also what others were shown', async () => {
    const [lea, max] = [await accept('lea'), await accept('max')]
    await lea.remark({ kind: 'tip', text: 'of Lea' })
    await decide((await of(lea)).map(({ id }) => id), 'approved')
    expect((await max.tips()).map(({ text }) => text)).toEqual(['of Lea'])
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: { provider: 'inhouse', externalId: 'lea' }, force: true })
    expect(await max.tips()).toEqual([])
    const [erased] = await of(lea)
    expect(erased).toMatchObject({ body: { erased: true }, shown: null })
    await expect(decide([erased?.id ?? ''], 'declined')).resolves.toEqual({ decided: 1 })
    await expect(decide([erased?.id ?? ''], 'approved')).rejects.toMatchObject({ code: 'illegal_move' })
    await expect(lea.remark({ kind: 'tip', text: 'again' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
