import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession, type TaskSession } from '../../sdk/client/task-session.js'
import type { TaskState } from '../../sdk/client/task-state.js'
import { deviceStorage, handClock, handSignals, scriptedServer, type Call } from './task-session-server.js'

const kind = defineBlueprint({
  type: 'sentence-kind',
  input: z.object({ sentence: z.string() }),
  output: z.object({ kind: z.enum(['promise', 'fact']), comment: z.string().max(10).optional() }),
})
type Kind = typeof kind
type Status = TaskState<Kind>['status']

const run = {
  id: 'run', title: 'Sentences', description: '', blueprintType: 'sentence-kind', schemaHash: 'cafe',
  pay: { minor: 10, currency: 'USD' }, leaseMs: 60_000,
}
const progress = { completedByYou: 1, unitsTotal: 9, unitsOpen: 5 }
const preview = { run, worker: 'ann', sample: { sentence: 'Once.' }, progress, refusal: null, hasUnitUnderWay: false }
const unit = (unitId: string) => ({
  status: 'working', agentToken: `token-${unitId}`, agentId: `agent-${unitId}`, unitId, input: { sentence: `About ${unitId}` },
  lease: { remainingMs: 60_000, lengthMs: 60_000 }, resumed: false, run, progress,
})
const receiptFor = (call: Call) => ({
  outcome: 'completed', reason: null, message: 'Thank you.', submissionId: call.input.submissionId,
  receivedAt: '2026-01-01T00:00:00.000Z', pay: null,
})
const refusal = { status: 'refused', reason: 'all_taken', message: 'All are taken.', retryAfterMs: 5_000, progress }

let server: Awaited<ReturnType<typeof scriptedServer>>
let clock: ReturnType<typeof handClock>
let signals: ReturnType<typeof handSignals>
let storage: ReturnType<typeof deviceStorage>
let open: TaskSession<Kind>[]

beforeEach(async () => {
  server = await scriptedServer()
  server.always('preview', () => ({ data: preview }))
  server.always('register', () => ({ data: unit('one') }))
  server.always('submit', call => ({ data: receiptFor(call) }))
  server.always('extend', () => ({ data: { lease: { remainingMs: 60_000, lengthMs: 60_000 }, message: '' } }))
  server.always('return', () => ({ data: { returned: true } }))
  clock = handClock()
  signals = handSignals()
  storage = deviceStorage()
  open = []
})

afterEach(async () => {
  for (const session of open) session.stop()
  await server.close()
})

function start(options: { storage?: ReturnType<typeof deviceStorage> } = {}): TaskSession<Kind> {
  const session = createTaskSession({
    blueprint: kind, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, pageBuild: 'b1',
    clock, signals, storage: options.storage ?? storage,
  })
  open.push(session)
  session.start()
  return session
}

async function reach<S extends Status>(session: TaskSession<Kind>, status: S): Promise<Extract<TaskState<Kind>, { status: S }>> {
  return await vi.waitFor(() => {
    const state = session.getState()
    expect(state.status).toBe(status)
    return state as Extract<TaskState<Kind>, { status: S }>
  }, { interval: 5 })
}

async function startWorking(options: { storage?: ReturnType<typeof deviceStorage> } = {}) {
  const session = start(options)
  const first = await reach(session, 'preview')
  first.accept()
  return { session, working: await reach(session, 'working') }
}

const until = (check: () => void) => vi.waitFor(check, { interval: 5 })
const retrying = (session: TaskSession<Kind>) => until(() => { expect(session.getState().connection).toBe('retrying') })
const submissionIds = () => new Set(server.calls('submit').map(call => call.input.submissionId))
const kept = (part: string) => [...storage.entries.keys()].filter(key => key.includes(part))

describe('submitting', () => {
  it('repeats with the same submission id after the reply was lost, and shows one receipt', async () => {
    server.next('submit', { hangUp: true })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    await retrying(session)
    expect(kept(':pending:')).toHaveLength(1)
    clock.advance(500)
    const { receipt, progress: after, connection } = await reach(session, 'submitted')
    expect(receipt.outcome).toBe('completed')
    expect(after).toEqual({ completedByYou: 2, unitsTotal: 9, unitsOpen: 4 })
    expect(connection).toBe('online')
    expect(server.calls('submit')).toHaveLength(2)
    expect(submissionIds().size).toBe(1)
    expect(server.calls('submit')[0]).toMatchObject({ token: 'Bearer token-one', input: { answer: { kind: 'fact' }, schemaHash: 'cafe', pageBuild: 'b1' } })
    expect(storage.entries.size).toBe(0)
  })

  it('keeps trying while the server is away, and at once when the network is back', async () => {
    const { session, working } = await startWorking()
    await server.close()
    working.submit({ kind: 'promise' })
    await retrying(session)
    clock.advance(250)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(session.getState()).toMatchObject({ status: 'working', isSubmitting: true, connection: 'retrying' })
    await server.open()
    signals.wake()
    await reach(session, 'submitted')
  })

  it.each([502, 200, 404, 413])('takes a page of HTML with status %i as trouble, not as an answer', async status => {
    server.next('submit', { html: status })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    await retrying(session)
    clock.advance(500)
    await reach(session, 'submitted')
    expect(submissionIds().size).toBe(1)
  })

  it.each([
    { status: 503, code: 'unavailable' }, { status: 500, code: 'internal' }, { status: 429, code: 'unavailable' },
  ])('tries again after $status', async error => {
    server.next('submit', { error: { ...error, message: 'later' } })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    await retrying(session)
    clock.advance(500)
    await reach(session, 'submitted')
  })

  it('does not take the receipt of another submission for its own', async () => {
    server.next('submit', { data: { ...receiptFor({ procedure: 'submit', input: { submissionId: 'other' }, token: '' }) } })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    await retrying(session)
    expect(kept(':pending:')).toHaveLength(1)
  })

  it('gives up a try after 15 s without a reply', async () => {
    const { session, working } = await startWorking()
    let replies = 0
    server.always('submit', call => {
      replies += 1
      if (replies === 1) clock.advance(15_000) // the page's time runs out while the server is still busy
      return { data: receiptFor(call) }
    })
    working.submit({ kind: 'fact' })
    await retrying(session)
    clock.advance(500)
    await reach(session, 'submitted')
    expect(submissionIds().size).toBe(1)
  })

  it('checks the answer in the page first and names the field', async () => {
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact', comment: 'much too long for this' })
    await until(() => { expect(session.getState()).toMatchObject({ isSubmitting: false, problems: [{ path: 'answer.comment' }] }) })
    expect(server.calls('submit')).toHaveLength(0)
    expect(session.getState()).toMatchObject({ draft: { comment: 'much too long for this' } })
  })

  it('keeps the draft when the server refuses the answer, and submits the next try under a new id', async () => {
    server.next('submit', { error: { status: 422, code: 'invalid_answer', message: 'no', problems: [{ path: 'answer.kind', rule: 'custom', message: 'Not this one.' }] } })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact', comment: 'typed' })
    await until(() => { expect(session.getState()).toMatchObject({ status: 'working', isSubmitting: false, problems: [{ message: 'Not this one.' }] }) })
    expect(session.getState()).toMatchObject({ draft: { kind: 'fact', comment: 'typed' } })
    expect(kept(':pending:')).toHaveLength(0)
    expect(kept(':draft:')).toHaveLength(1)
    const again = await reach(session, 'working')
    again.submit({ kind: 'promise' })
    await reach(session, 'submitted')
    expect(submissionIds().size).toBe(2)
  })

  it('stops for good when the token is refused, with the draft still on the device', async () => {
    server.next('submit', { error: { status: 401, code: 'unauthenticated', message: 'Not valid.' } })
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact', comment: 'typed' })
    expect(await reach(session, 'failed')).toMatchObject({ code: 'unauthenticated', hasDraft: true })
    expect(kept(':draft:')).toHaveLength(1)
    expect(kept(':pending:')).toHaveLength(0)
  })

  it('shows an answer that was set aside as a receipt with its message', async () => {
    server.always('submit', call => ({ data: { ...receiptFor(call), outcome: 'set_aside', reason: 'lease_expired', message: 'Too late.' } }))
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    expect(await reach(session, 'submitted')).toMatchObject({ receipt: { outcome: 'set_aside', message: 'Too late.' }, progress })
    expect(storage.entries.size).toBe(0)
  })

  it('goes straight on to the next unit when asked to', async () => {
    const { session, working } = await startWorking()
    server.always('register', () => ({ data: unit('two') }))
    working.submit({ kind: 'fact' }, { thenNext: true })
    await until(() => { expect(session.getState()).toMatchObject({ status: 'working', unitId: 'two', draft: {}, lastReceipt: { message: 'Thank you.' } }) })
  })

  it('submits once however often it is pressed', async () => {
    const { session, working } = await startWorking()
    working.submit({ kind: 'fact' })
    working.submit({ kind: 'promise' })
    await reach(session, 'submitted')
    working.submit({ kind: 'promise' })
    expect(server.calls('submit')).toHaveLength(1)
  })
})

describe('after a reload', () => {
  it('restores the draft of the unit', async () => {
    const { session, working } = await startWorking()
    working.setDraft({ kind: 'promise' })
    working.setDraft({ comment: 'half' })
    expect(kept(':draft:')).toHaveLength(0)
    signals.leave()
    expect(kept(':draft:')).toHaveLength(1)
    session.stop()
    const after = await startWorking()
    expect(after.working.draft).toEqual({ kind: 'promise', comment: 'half' })
  })

  it('writes a draft 250 ms after the last key', async () => {
    const { working } = await startWorking()
    working.setDraft({ comment: 'x' })
    clock.advance(249)
    expect(kept(':draft:')).toHaveLength(0)
    clock.advance(1)
    expect(kept(':draft:')).toHaveLength(1)
  })

  it('delivers a pending answer first, as the same submission, and shows its receipt', async () => {
    const before = await startWorking()
    await server.close()
    before.working.submit({ kind: 'fact', comment: 'typed' })
    await retrying(before.session)
    before.session.stop()
    const session = start()
    await retrying(session)
    expect(session.getState()).toMatchObject({ status: 'loading', isSending: true })
    await server.open()
    clock.advance(500)
    expect(await reach(session, 'submitted')).toMatchObject({ receipt: { outcome: 'completed' }, progress })
    expect(server.calls('submit')).toHaveLength(1)
    expect(storage.entries.size).toBe(0)
  })

  it('brings a pending answer back as a draft when it is refused for good', async () => {
    const before = await startWorking()
    await server.close()
    before.working.submit({ kind: 'fact', comment: 'typed' })
    await retrying(before.session)
    before.session.stop()
    await server.open()
    server.next('submit', { error: { status: 422, code: 'invalid_answer', message: 'no' } })
    const { working } = await startWorking()
    expect(working.draft).toEqual({ kind: 'fact', comment: 'typed' })
  })

  it('delivers the pending answer of somebody else at the same device, and shows it to nobody else', async () => {
    const before = await startWorking()
    await server.close()
    before.working.submit({ kind: 'fact' })
    await retrying(before.session)
    before.session.stop()
    await server.open()
    server.always('preview', () => ({ data: { ...preview, worker: 'bob' } }))
    const { working } = await startWorking()
    expect(server.calls('submit')).toHaveLength(1)
    expect(working).toMatchObject({ draft: {}, lastReceipt: null })
  })

  it('keeps the draft of a unit from the next worker who gets it at the same device', async () => {
    const { session, working } = await startWorking()
    working.setDraft({ comment: 'mine' })
    session.stop()
    server.always('preview', () => ({ data: { ...preview, worker: 'bob' } }))
    const { working: other } = await startWorking()
    expect(other.draft).toEqual({})
  })

  it('works without storage: everything is kept in memory', async () => {
    const broken = { ...deviceStorage(), setItem: () => { throw new Error('QuotaExceededError') } }
    server.next('submit', { hangUp: true })
    const { session, working } = await startWorking({ storage: broken })
    working.setDraft({ comment: 'x' })
    clock.advance(250)
    working.submit({ kind: 'fact' })
    await retrying(session)
    clock.advance(500)
    await reach(session, 'submitted')
  })
})

describe('the lease', () => {
  it('is counted down by the monotonic clock', async () => {
    const { working } = await startWorking()
    clock.advance(20_000)
    expect(working.lease.remainingMs()).toBe(40_000)
  })

  it('is extended only when at most half is left and the person was active', async () => {
    const { session, working } = await startWorking()
    signals.act()
    clock.advance(29_000)
    expect(server.calls('extend')).toHaveLength(0)
    clock.advance(1_000)
    await until(() => { expect(working.lease.remainingMs()).toBe(60_000) })
    clock.advance(45_000)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(server.calls('extend')).toHaveLength(1)
    signals.act()
    await until(() => { expect(working.lease.remainingMs()).toBe(60_000) })
    expect(server.calls('extend')).toHaveLength(2)
    expect(session.getState().status).toBe('working')
  })

  it('is lost when it runs out without activity and the server confirms; the draft can still be sent', async () => {
    server.always('extend', () => ({ data: { lease: null, message: 'Your time ran out.' } }))
    const { session, working } = await startWorking()
    working.setDraft({ kind: 'fact' })
    clock.advance(60_000)
    const lost = await reach(session, 'lease_lost')
    expect(lost).toMatchObject({ message: 'Your time ran out.', draft: { kind: 'fact' } })
    expect(kept(':draft:')).toHaveLength(1)
    lost.submitAnyway({ kind: 'fact' })
    await reach(session, 'submitted')
    expect(server.calls('submit')[0]?.token).toBe('Bearer token-one')
  })

  it('is never extended by a page in the background', async () => {
    server.always('extend', () => ({ data: { lease: null, message: 'Gone.' } }))
    const { session } = await startWorking()
    signals.act()
    signals.setVisible(false)
    for (const ms of [31_000, 30_000, 100_000]) {
      clock.advance(ms)
      signals.act()
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(server.calls('extend')).toHaveLength(0)
    signals.setVisible(true)
    await reach(session, 'lease_lost')
  })

  it('does not interfere with an answer on its way', async () => {
    server.always('extend', () => ({ data: { lease: null, message: 'Gone.' } }))
    const { session, working } = await startWorking()
    await server.close()
    working.submit({ kind: 'fact' })
    await retrying(session)
    clock.advance(90_000)
    expect(session.getState()).toMatchObject({ status: 'working', isSubmitting: true })
    await server.open()
    signals.wake()
    await reach(session, 'submitted')
    expect(server.calls('extend')).toHaveLength(0)
  })
})

describe('coming in', () => {
  it('asks again by itself after a refusal, and says why until then', async () => {
    server.next('register', { data: refusal })
    const session = start()
    const first = await reach(session, 'preview')
    first.accept()
    expect(await reach(session, 'refused')).toMatchObject({ reason: 'all_taken', message: 'All are taken.' })
    signals.setVisible(false)
    clock.advance(6_000)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(server.calls('register')).toHaveLength(1)
    signals.setVisible(true)
    await reach(session, 'working')
    expect(server.calls('register')).toHaveLength(2)
  })

  it('looks again for itself when the preview finds nothing to do', async () => {
    server.next('preview', { data: { ...preview, refusal } })
    const session = start()
    expect(await reach(session, 'preview')).toMatchObject({ refusal: { reason: 'all_taken' } })
    clock.advance(5_000)
    await until(() => { expect(session.getState()).toMatchObject({ refusal: null }) })
  })

  it.each(['link_expired', 'unauthenticated'])('says so when the link is refused as %s', async code => {
    server.next('preview', { error: { status: 401, code, message: 'Ask for a new one.' } })
    expect(await reach(start(), 'failed')).toMatchObject({ code, message: 'Ask for a new one.', hasDraft: false })
  })

  it('says so when the link belongs to another kind of task', async () => {
    server.next('preview', { data: { ...preview, run: { ...run, blueprintType: 'other' } } })
    expect(await reach(start(), 'failed')).toMatchObject({ code: 'invalid_input' })
  })

  it('gives a unit back and forgets its draft', async () => {
    const { session, working } = await startWorking()
    working.setDraft({ comment: 'x' })
    clock.advance(250)
    working.giveBack()
    await reach(session, 'preview')
    expect(server.calls('return')[0]?.token).toBe('Bearer token-one')
    expect(storage.entries.size).toBe(0)
  })

  it('begins again after a stop, as React does in development', async () => {
    const session = start()
    session.stop()
    session.start()
    await reach(session, 'preview')
    session.stop()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(session.getState()).toMatchObject({ status: 'preview', connection: 'online' })
  })
})
