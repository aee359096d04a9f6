import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type CrowdProvider } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, pageCalls, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let run: TaskRun

const LEASE_MS = 60_000

beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), unitsPerAssignment: 2, leaseMs: LEASE_MS, pay: usd('0.10'), budget: usd('0.40') })
})
afterEach(() => mephisto.close())

const coded = (code: string) => expect.objectContaining({ code }) as Error
const money = async () => {
  const { reservedMinor, owedMinor, paidMinor } = (await mephisto.operator.progress(run.id)).run
  expect(await mephisto.db.ledger.balances(run.id)).toEqual({ reservedMinor, owedMinor, paidMinor })
  return { reservedMinor, owedMinor }
}

describe('a worker', () => {
  test('takes a unit, answers it, and gets another item', async () => {
    const first = await mephisto.worker('ann').accept(sentiment, run)
    expect(first.input).toEqual({ text: 'text 0' })
    expect(await money()).toEqual({ reservedMinor: 10, owedMinor: 0 })
    const receipt = await first.submit({ label: 'positive' })
    expect(receipt).toMatchObject({ outcome: 'completed', reason: null, pay: { minor: 10, currency: 'USD' } })
    const second = await mephisto.worker('ann').accept(sentiment, run)
    expect(second.input).toEqual({ text: 'text 1' })
    await second.submit({ label: 'negative' })
    expect((await mephisto.worker('ann').preview(run)).refusal?.reason).toBe('none_left_for_you')
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_left_for_you')
  })

  test('gets the same unit back after a reload, also when the run is paused meanwhile', async () => {
    const first = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.pause(run.id)
    const again = await mephisto.worker('ann').accept(sentiment, run)
    expect(again).toMatchObject({ unitId: first.unitId, agentId: first.agentId, resumed: true })
    expect((await first.submit({ label: 'positive' })).outcome).toBe('completed')
  })

  test('sees what the work is before taking any, and takes none by looking', async () => {
    const preview = await mephisto.worker('ann').preview(run)
    expect(preview).toMatchObject({ worker: 'ann', sample: { text: 'text 0' }, refusal: null, hasUnitUnderWay: false, run: { title: 'tweets', pay: { minor: 10 } } })
    expect((await mephisto.db.runs.countUnits(run.id)).assigned).toBe(0)
    await mephisto.worker('ann').accept(sentiment, run)
    expect((await mephisto.worker('ann').preview(run)).hasUnitUnderWay).toBe(true)
  })

  test('who gives a unit back frees it for others and is not given that item again', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    expect(await task.giveBack()).toBe(true)
    expect(await task.giveBack()).toBe(false)
    expect(await money()).toEqual({ reservedMinor: 0, owedMinor: 0 })
    expect((await mephisto.worker('ann').accept(sentiment, run)).input).toEqual({ text: 'text 1' })
    expect((await mephisto.worker('ben').accept(sentiment, run)).input).toEqual({ text: 'text 0' })
  })

  test('who lets the time run out loses the unit to others, and may be given it again when nobody wants it', async () => {
    const late = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.advance(LEASE_MS)
    expect((await mephisto.db.runs.countUnits(run.id)).assigned).toBe(0)
    expect(await money()).toEqual({ reservedMinor: 0, owedMinor: 0 })
    const next = await mephisto.worker('ann').accept(sentiment, run)
    expect(next.input).toEqual({ text: 'text 1' })
    await next.submit({ label: 'positive' })
    const again = await mephisto.worker('ann').accept(sentiment, run)
    expect(again.input).toEqual(late.input)
    expect((await again.submit({ label: 'positive' })).outcome).toBe('completed')
  })

  test('whose time ran out is found also without any upkeep in between', async () => {
    await mephisto.worker('ann').accept(sentiment, run)
    mephisto.runtime.advance(LEASE_MS)
    const again = await mephisto.worker('ann').accept(sentiment, run)
    expect(again.resumed).toBe(false)
    expect((await mephisto.db.runs.countUnits(run.id)).assigned).toBe(1)
  })

  test('who keeps working keeps the unit', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.advance(LEASE_MS - 1)
    expect((await task.extend()).lease).toEqual({ remainingMs: LEASE_MS, lengthMs: LEASE_MS })
    await mephisto.advance(LEASE_MS - 1)
    expect((await task.submit({ label: 'positive' })).outcome).toBe('completed')
    expect((await task.extend()).lease).toBeNull()
  })

  test('is not troubled by a clock that jumps back', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.advance(-3_600_000)
    expect((await task.submit({ label: 'positive' })).outcome).toBe('completed')
  })
})

describe('an answer', () => {
  test('sent again with the same id gets the same reply and is applied once', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    const replies = await Promise.all([1, 2, 3, 4].map(() => task.submit({ label: 'positive' }, 'the-same-id')))
    mephisto.runtime.advance(1000)
    replies.push(await task.submit({ label: 'negative' }, 'the-same-id'))
    expect(new Set(replies.map(reply => JSON.stringify(reply))).size).toBe(1)
    expect((await mephisto.db.runs.countUnits(run.id)).completed).toBe(1)
    expect(await mephisto.db.units.answers({ runId: run.id, includeSetAside: true, limit: 10 })).toHaveLength(1)
  })

  test('sent a second time with another id is set aside', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    const replies = await Promise.all(['first-id-', 'second-id', 'third-id-'].map(id => task.submit({ label: 'positive' }, id)))
    expect(replies.map(reply => reply.outcome).sort()).toEqual(['completed', 'set_aside', 'set_aside'])
    expect(replies.find(reply => reply.outcome === 'set_aside')).toMatchObject({ reason: 'already_submitted', pay: null })
  })

  test.each([
    ['after the time ran out', 'lease_expired', async () => mephisto.advance(LEASE_MS)],
    ['at the very end of the lease, before any upkeep', 'lease_expired', () => Promise.resolve(mephisto.runtime.advance(LEASE_MS))],
    ['after the run ended', 'run_ended', async () => { await mephisto.operator.expire(run.id) }],
  ] as const)('%s is set aside as %s, not lost', async (_, reason, happening) => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await happening()
    const reply = await task.submit({ label: 'negative', comment: 'kept' })
    expect(reply).toMatchObject({ outcome: 'set_aside', reason })
    const [answer] = await mephisto.db.units.answers({ runId: run.id, includeSetAside: true, limit: 10 })
    expect(JSON.parse(answer?.answer ?? '')).toEqual({ label: 'negative', comment: 'kept' })
    await mephisto.advance(0)
    expect(await money()).toEqual({ reservedMinor: 0, owedMinor: 0 })
  })

  test('after giving the unit back is set aside', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await task.giveBack()
    expect(await task.submit({ label: 'positive' })).toMatchObject({ outcome: 'set_aside', reason: 'returned' })
  })

  test('that comes late does not touch the answer of whoever has the unit now, and closes the item for its worker', async () => {
    const late = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.advance(LEASE_MS)
    const now = await mephisto.worker('ben').accept(sentiment, run)
    expect(now.unitId).toBe(late.unitId)
    expect((await late.submit({ label: 'negative' })).outcome).toBe('set_aside')
    expect((await now.submit({ label: 'positive' })).outcome).toBe('completed')
    expect((await mephisto.worker('ann').accept(sentiment, run)).input).toEqual({ text: 'text 1' })
  })

  test('that does not fit the schema is refused with path and rule, stores nothing and leaves the unit with its worker', async () => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    const wrong = { label: 'perhaps', comment: 'far too long for this schema' } as never
    await expect(task.submit(wrong, 'wrong-answer')).rejects.toMatchObject({
      code: 'invalid_answer',
      problems: [{ path: 'answer.label', rule: 'invalid_value' }, { path: 'answer.comment', rule: 'too_big' }],
    })
    expect(await mephisto.db.units.answers({ runId: run.id, includeSetAside: true, limit: 10 })).toEqual([])
    expect((await task.submit({ label: 'positive' }, 'wrong-answer')).outcome).toBe('completed')
  })
})

describe('unusual text', () => {
  test.each(['half a character \ud800', 'nul \0 inside', 'short', '../../etc/passwd', 'x'.repeat(65)])('a submission id of %j is refused', async submissionId => {
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await expect(task.submit({ label: 'positive' }, submissionId)).rejects.toThrow(coded('invalid_input'))
    expect((await task.submit({ label: 'positive' })).outcome).toBe('completed')
  })

  test('an answer with any text comes back as it was', async () => {
    const comment = 'ü😀\0\ud800\u2028"\\'
    const task = await mephisto.worker('ann').accept(sentiment, run)
    expect((await task.submit({ label: 'positive', comment })).outcome).toBe('completed')
    const [answer] = await mephisto.db.units.answers({ runId: run.id, includeSetAside: false, limit: 1 })
    expect(JSON.parse(answer?.answer ?? '')).toEqual({ label: 'positive', comment })
  })

  test.each(['', '  ', 'two\nlines', 'nul \0', 'half \ud800', 'x'.repeat(201)])('a worker called %j is not invited', async worker => {
    await expect(mephisto.invite({ run: run.id, worker })).rejects.toThrow(coded('invalid_input'))
  })

  test.each([0, -1, NaN, Infinity])('a link for %d ms is not made', async expiresInMs => {
    await expect(mephisto.invite({ run: run.id, worker: 'ann', expiresInMs })).rejects.toThrow(coded('invalid_input'))
  })
})

describe('refusals', () => {
  test('say that everything is taken, answered, paused or over', async () => {
    const [ann, ben, cleo] = ['ann', 'ben', 'cleo'].map(name => mephisto.worker(name))
    if (!ann || !ben || !cleo) return
    const first = [await ann.accept(sentiment, run), await ben.accept(sentiment, run)]
    for (const task of first) await task.submit({ label: 'positive' })
    const second = [await ann.accept(sentiment, run), await ben.accept(sentiment, run)]
    expect(await cleo.refusal(run)).toBe('budget_exhausted')
    await mephisto.operator.pause(run.id)
    expect(await cleo.refusal(run)).toBe('run_paused')
    await mephisto.operator.resume(run.id)
    for (const task of second) await task.submit({ label: 'positive' })
    expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
    expect(await cleo.refusal(run)).toBe('all_answered')
  })

  test('say that all remaining items are with others when the budget would allow more', async () => {
    const free = await mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'free' })
    await mephisto.worker('ann').accept(sentiment, free)
    expect(await mephisto.worker('ben').refusal(free)).toBe('all_taken')
    await mephisto.operator.expire(free.id)
    expect(await mephisto.worker('ben').refusal(free)).toBe('run_ended')
  })

  test('money of a lease that ran out is found again without any upkeep', async () => {
    const tight = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), task: 'tight', leaseMs: LEASE_MS, pay: usd('0.10'), budget: usd('0.10') })
    await mephisto.worker('ann').accept(sentiment, tight)
    expect(await mephisto.worker('ben').refusal(tight)).toBe('budget_exhausted')
    mephisto.runtime.advance(LEASE_MS)
    expect((await mephisto.worker('ben').preview(tight)).refusal).toBeNull()
    expect(await mephisto.worker('ben').refusal(tight)).toBeNull()
    mephisto.runtime.advance(LEASE_MS)
    expect(await mephisto.worker('ben').refusal(tight)).toBeNull()
  })

  test('the budget holds at its edge with many workers at once', async () => {
    const tight = await mephisto.operator.launch(sentiment, { ...sentimentRun(50), task: 'tight', pay: usd('0.10'), budget: usd('0.75') })
    const refusals = await Promise.all(Array.from({ length: 30 }, (_, index) => mephisto.worker(`worker ${String(index)}`).refusal(tight)))
    expect(refusals.filter(reason => reason === null)).toHaveLength(7)
    expect(new Set(refusals)).toEqual(new Set([null, 'budget_exhausted']))
    expect((await mephisto.operator.progress(tight.id)).run.reservedMinor).toBe(70)
  })
})

describe('links and tokens', () => {
  const register = (credential: string, provider = 'inhouse') => pageCalls(mephisto)('register', { provider, credential })

  test('a link with a wrong signature, of another installation, or changed by hand is refused', async () => {
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
    const [head = '', payload = '', signature = ''] = credential.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const forged = [head, Buffer.from(JSON.stringify({ ...claims, sub: 'ben' })).toString('base64url'), signature].join('.')
    const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), payload, ''].join('.')
    for (const wrong of [forged, unsigned, `${credential}x`, 'nonsense', payload]) await expect(register(wrong)).rejects.toThrow(coded('unauthenticated'))
    expect((await mephisto.operator.progress(run.id)).units.assigned).toBe(0)
  })

  test('an expired link says so', async () => {
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ann', expiresInMs: 1000 })
    mephisto.runtime.advance(2001)
    await expect(register(credential)).rejects.toThrow(coded('link_expired'))
  })

  test('a link of a run that does not exist, and one of an unknown provider', async () => {
    await expect(mephisto.invite({ run: 'nowhere', worker: 'ann' })).rejects.toThrow(coded('not_found'))
    await expect(mephisto.invite({ run: run.id, worker: '   ' })).rejects.toThrow(coded('invalid_input'))
    await expect(register('anything', 'prolific')).rejects.toThrow(coded('not_found'))
  })

  test('a credential of another provider leases nothing', async () => {
    const other: CrowdProvider = { ...inhouse(), type: 'other', identify: credential => Promise.resolve({ runId: credential, externalId: 'stranger' }) }
    const both = await createTestMephisto({ blueprints: [implement(sentiment)], providers: [inhouse(), other], file: mephisto.file })
    await expect(pageCalls(both)('register', { provider: 'other', credential: run.id })).rejects.toThrow(coded('forbidden'))
    await expect(pageCalls(both)('preview', { provider: 'other', credential: run.id })).rejects.toThrow(coded('forbidden'))
    await expect(pageCalls(both)('preview', { provider: 'other', credential: 'nowhere' })).rejects.toThrow(coded('not_found'))
    expect((await both.operator.progress(run.id)).units.assigned).toBe(0)
    await both.close()
  })

  test('one worker’s token does nothing to another worker’s unit, and a link is no token', async () => {
    const call = pageCalls(mephisto)
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
    const ann = await call<{ agentToken: string }>('register', { provider: 'inhouse', credential })
    const ben = await mephisto.worker('ben').accept(sentiment, run)
    await expect(call('submit', { submissionId: 'some-submission', answer: { label: 'positive' } }, credential)).rejects.toThrow(coded('unauthenticated'))
    await expect(call('submit', { submissionId: 'some-submission', answer: { label: 'positive' } })).rejects.toThrow(coded('unauthenticated'))
    await expect(call('submit', { submissionId: 'some-submission', answer: { label: 'positive' } }, `${ann.agentToken}x`)).rejects.toThrow(coded('unauthenticated'))
    await call('submit', { submissionId: 'some-submission', answer: { label: 'positive' }, agentId: ben.agentId, unitId: ben.unitId }, ann.agentToken)
    expect((await ben.submit({ label: 'negative' }, 'some-submission')).outcome).toBe('completed')
  })
})
