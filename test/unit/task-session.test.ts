import { describe, expect, it } from 'vitest'
import { deviceStorage } from './task-session-server.js'
import { reach, startWorking, clock, kept, preview, progress, receiptFor, retrying, server, signals, start, storage, submissionIds, unit, until } from './task-session-stage.js'

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
    expect(after).toEqual({ completedByYou: 2, unitsTotal: 9, unitsAnswered: 5 })
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
