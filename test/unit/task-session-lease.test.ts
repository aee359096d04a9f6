import { describe, expect, it, vi } from 'vitest'
import { reach, startWorking, clock, kept, preview, refusal, retrying, run, server, signals, start, storage, until } from './task-session-stage.js'

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

  it('says why a unit is given back, and nothing where nobody does, as a button that is given the action itself', async () => {
    const { session, working } = await startWorking()
    working.giveBack({ reason: 'broken', text: 'no picture' })
    await reach(session, 'preview')
    const { working: again } = await startWorking()
    ;(again.giveBack as (event: unknown) => void)({ type: 'click', target: {} })
    await until(() => { expect(server.calls('return').map(({ input }) => input)).toEqual([{ why: { reason: 'broken', text: 'no picture' } }, {}]) })
  })

  it('knows where the draft is: nowhere, about to be written, on the device, or in the page alone', async () => {
    const { session, working } = await startWorking()
    const state = () => {
      const now = session.getState()
      return now.status === 'working' ? now.draftState : null
    }
    expect(state()).toEqual({ status: 'untouched', savedAt: null })
    working.setDraft({ comment: 'x' })
    expect(state()).toEqual({ status: 'saving', savedAt: null })
    clock.advance(250)
    expect(state()).toEqual({ status: 'saved', savedAt: expect.any(Number) as number })
    const full = vi.spyOn(storage, 'setItem').mockImplementation(() => { throw new Error('full') })
    working.setDraft({ comment: 'xy' })
    clock.advance(250)
    expect(state()).toMatchObject({ status: 'page_only' })
    full.mockRestore()
    session.stop()
    const { working: resumed } = await startWorking()
    expect([resumed.draft, resumed.draftState]).toEqual([{ comment: 'x' }, { status: 'saved', savedAt: null }])
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
