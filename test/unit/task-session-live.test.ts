import { describe, expect, it } from 'vitest'
import { gateOf } from '../../sdk/client/gate.js'
import { acceptLive, acted, begun, buyer, inPhase, liveRun, lobby, over, packets, reachLive, seller, shown, stands, startLive, tell } from './live-session-stage.js'
import { clock, kept, preview, progress, server, signals, startWorking, unit, until } from './task-session-stage.js'

const said = (text: string) => ({ kind: 'message' as const, name: 'said', body: { text } })
const conflict = (message: string) => ({ error: { status: 409, code: 'conflict', message } })
const pause = () => new Promise(resolve => setTimeout(resolve, 20))
const hagglers = async () => {
  const { session } = await acceptLive()
  stands(begun)
  return { session, working: await inPhase(session, 'live') }
}

describe('people at an item together', () => {
  it('wait for each other, work, and hand in when it is over', async () => {
    const { session, working } = await acceptLive()
    expect(working.live).toMatchObject({ phase: 'lobby', state: null, people: [], you: null, seats: 2, packets: [], actions: [] })
    stands(lobby)
    const waiting = await shown(session, ({ live }) => { expect(live.people).toHaveLength(1) })
    expect(waiting.live).toMatchObject({ phase: 'lobby', you: buyer })
    stands(begun)
    expect((await inPhase(session, 'live')).live).toMatchObject({ people: [buyer, seller], you: buyer, state: { price: 10, turn: 0 } })
    stands(over)
    const after = await inPhase(session, 'over')
    expect(after.live).toMatchObject({ reason: 'done', state: { price: 8, turn: 1 } })
    after.submit({ price: 8 })
    expect((await reachLive(session, 'submitted')).receipt.outcome).toBe('completed')
  })

  it('are told things in order, whatever numbers lie between', async () => {
    const { session } = await acceptLive()
    tell({ ...said('one'), number: 3 })
    await shown(session, ({ live }) => { expect(live.packets).toHaveLength(1) })
    tell({ ...said('two'), number: 17 }, { kind: 'message', name: 'warned', body: { leftMs: 5 }, number: 40 }, { kind: 'event', body: {}, number: 41 })
    const { live } = await shown(session, ({ live: { packets: all } }) => { expect(all).toHaveLength(3) })
    expect(live.packets.map(({ number, name, body }) => [number, name, body])).toEqual([[3, 'said', { text: 'one' }], [17, 'said', { text: 'two' }], [40, 'warned', { leftMs: 5 }]])
    await until(() => { expect(server.calls('read').map(({ input }) => input.after)).toEqual([0, 3, 41]) })
  })

  it('have all of it again after a reload', async () => {
    const before = await hagglers()
    tell(said('one'), said('two'))
    await before.working.live.act('offer', { price: 9 })
    stands(over)
    await inPhase(before.session, 'over')
    before.session.stop()
    const { session } = await acceptLive()
    const { live } = await inPhase(session, 'over')
    expect(live).toMatchObject({ packets: [{ body: { text: 'one' } }, { body: { text: 'two' } }], actions: [{ name: 'offer', input: { price: 9 }, status: 'done' }] })
  })

  it('are shown thousands of packets at once, and the same objects until something changes', async () => {
    const { session } = await acceptLive()
    let shows = 0
    session.subscribe(() => { shows += 1 })
    stands(begun)
    tell(...Array.from({ length: 5_000 }, (_, index) => said(String(index))))
    const { live, setDraft } = await shown(session, ({ live: { packets: all } }) => { expect(all).toHaveLength(5_000) })
    expect(shows).toBeLessThan(5)
    setDraft({ price: 1 })
    expect((await reachLive(session, 'working')).live).toBe(live)
  })
})

describe('an action', () => {
  it('is being sent, and then done', async () => {
    const { session, working } = await hagglers()
    await server.close()
    const acting = working.live.act('offer', { price: 9 })
    await until(() => { expect(session.getState()).toMatchObject({ connection: 'retrying', live: { actions: [{ name: 'offer', input: { price: 9 }, status: 'sending' }] } }) })
    await server.open()
    signals.wake()
    await acting
    expect((await reachLive(session, 'working')).live.actions).toMatchObject([{ status: 'done' }])
    expect(server.calls('act')[0]).toMatchObject({ token: 'Bearer token-one', input: { name: 'offer', input: { price: 9 } } })
  })

  it('is repeated under its id when the reply is lost', async () => {
    const { session, working } = await hagglers()
    server.next('act', { hangUp: true })
    const acting = working.live.act('say', { text: 'no' })
    await until(() => { expect(session.getState().connection).toBe('retrying') })
    clock.advance(500)
    await acting
    expect(new Set(server.calls('act').map(({ input }) => input.callId)).size).toBe(1)
    expect(server.calls('act')).toHaveLength(2)
  })

  it('says in words why it was refused', async () => {
    const { session, working } = await hagglers()
    server.next('act', conflict('It is not your turn.'))
    await expect(working.live.act('offer', { price: 9 })).rejects.toThrow('It is not your turn.')
    expect(session.getState()).toMatchObject({ status: 'working', live: { phase: 'live', actions: [{ status: 'refused', message: 'It is not your turn.' }] } })
  })

  it('is done when it has come back as a packet, whatever a repeat is told', async () => {
    const { session, working } = await hagglers()
    let tries = 0
    server.always('act', call => {
      tries += 1
      if (tries > 1) return conflict('It is over.')
      acted(call)
      return { hangUp: true }
    })
    const acting = working.live.act('offer', { price: 9 })
    await shown(session, ({ live }) => { expect(live.actions).toMatchObject([{ status: 'done' }]) })
    clock.advance(500)
    await acting
    expect((await reachLive(session, 'working')).live.actions).toMatchObject([{ status: 'done' }])
  })
})

describe('an answer', () => {
  it('is not sent before it is over, and kept', async () => {
    const { session, working } = await hagglers()
    working.submit({ price: 9 })
    const problems = [{ path: '', rule: 'too_soon', message: 'You can hand this in when the work together is over.' }]
    await until(() => { expect(session.getState()).toMatchObject({ status: 'working', isSubmitting: false, problems, draft: { price: 9 }, live: { phase: 'live' } }) })
    expect(server.calls('submit')).toHaveLength(0)
    expect(kept(':pending:')).toHaveLength(0)
    stands({ ...over, reason: 'partner_left' })
    ;(await inPhase(session, 'over')).submitDraft()
    await reachLive(session, 'submitted')
  })

  it('leaves the unit in hand when the server refuses it', async () => {
    const { session } = await acceptLive()
    stands(over)
    const { submit } = await inPhase(session, 'over')
    server.next('submit', conflict('The others are still at it.'))
    submit({ price: 9 })
    await until(() => { expect(session.getState()).toMatchObject({ status: 'working', isSubmitting: false, problems: [{ message: 'The others are still at it.' }], live: { phase: 'over' } }) })
  })
})

describe('the lease', () => {
  it('is neither extended by the page nor counted down', async () => {
    const { session, working } = await hagglers()
    for (let turns = 0; turns < 9; turns += 1) {
      signals.act()
      clock.advance(10_000)
      await pause()
    }
    expect(server.calls('extend')).toHaveLength(0)
    expect(session.getState().status).toBe('working')
    expect(working.lease.remainingMs()).toBe(30_000)
  })

  it.each([
    ['has left', [{ ...buyer, status: 'left' as const }, seller]],
    ['was replaced', [{ ...buyer, agentId: 'agent-three' }, seller]],
  ])('is asked for once when the worker %s, and lost when the server says so', async (_, people) => {
    const { session, working } = await hagglers()
    working.setDraft({ price: 9 })
    server.always('extend', () => ({ data: { lease: null, message: 'You were away for more than half a minute.' } }))
    stands({ ...begun, people })
    await until(() => {
      clock.advance(30)
      expect(session.getState().status).toBe('lease_lost')
    })
    const lost = await reachLive(session, 'lease_lost')
    expect(lost).toMatchObject({ message: 'You were away for more than half a minute.', draft: { price: 9 } })
    expect(gateOf(lost).heading).toBe('You were away too long')
    expect(server.calls('extend')).toHaveLength(1)
  })

  it('is asked for once and it goes on when it is still good', async () => {
    const { session } = await hagglers()
    stands({ ...begun, people: [{ ...buyer, status: 'left' }, seller] })
    await shown(session, ({ live }) => { expect(live.you?.status).toBe('left') })
    await until(() => { expect(server.calls('extend')).toHaveLength(1) })
    stands({ ...begun, people: [{ ...buyer, status: 'left' }, { ...seller, status: 'away' }] })
    await shown(session, ({ live }) => { expect(live.people[1]?.status).toBe('away') })
    stands(begun)
    await shown(session, ({ live }) => { expect(live.you?.status).toBe('here') })
    expect(server.calls('extend')).toHaveLength(1)
  })

  it('is asked for when reading is refused', async () => {
    server.next('read', conflict('This is over.'))
    const { session } = await acceptLive()
    await until(() => { expect(server.calls('extend')).toHaveLength(1) })
    expect(session.getState().status).toBe('working')
    server.next('read', conflict('This is over.'))
    server.always('extend', () => ({ data: { lease: null, message: 'Gone.' } }))
    await until(() => {
      clock.advance(5_000)
      expect(session.getState().status).toBe('lease_lost')
    })
  })

  it('is asked for when the connection is back after it was lost', async () => {
    const sockets: FakeSocket[] = []
    class FakeSocket {
      readonly OPEN = 1
      readyState = 1
      onopen?: () => void
      onmessage?: (event: { data: string }) => void
      onclose?: () => void
      constructor() { sockets.push(this) }
      send(): void { /* nobody listens */ }
      close(): void { /* closed */ }
      hears(told: object) { this.onmessage?.({ data: JSON.stringify(told) }) }
      opens() {
        this.onopen?.()
        this.hears({ result: { type: 'started' } })
      }
    }
    const { session } = await acceptLive({ WebSocket: FakeSocket as unknown as typeof WebSocket })
    sockets[0]?.opens()
    sockets[0]?.hears({ result: { type: 'data', data: { id: '1', data: { number: 1, kind: 'state', name: '', callId: '', body: begun, at: '' } } } })
    await inPhase(session, 'live')
    expect(server.calls('extend')).toHaveLength(0)
    sockets[0]?.onclose?.()
    await until(() => { expect(session.getState().connection).toBe('retrying') })
    server.always('extend', () => ({ data: { lease: null, message: 'Gone.' } }))
    clock.advance(1_000)
    sockets[1]?.opens()
    await reachLive(session, 'lease_lost')
    expect(server.calls('extend')).toHaveLength(1)
  })
})

describe('the waiting room', () => {
  it('lets the worker go when nobody else comes, who can wait again', async () => {
    const { session } = await acceptLive()
    stands(lobby)
    await shown(session, ({ live }) => { expect(live.people).toHaveLength(1) })
    tell({ kind: 'released', body: { message: 'Nobody else came.', pay: { minor: 5, currency: 'USD' } } })
    stands({ ...lobby, people: [] })
    const refused = await reachLive(session, 'refused')
    expect(refused).toMatchObject({ reason: 'nobody_came', message: 'Nobody else came. You are paid $0.05 for the time that you waited.', retryAfterMs: null, progress })
    expect(gateOf(refused).primary?.label).toBe('Wait again')
    clock.advance(60_000)
    await pause()
    expect(server.calls('extend')).toHaveLength(0)
    expect(server.calls('register')).toHaveLength(1)
    packets.length = 0
    refused.retry()
    expect((await reachLive(session, 'working')).live.phase).toBe('lobby')
  })

  it('says nothing of pay where there is none', async () => {
    const { session } = await acceptLive()
    tell({ kind: 'released', body: { message: 'Nobody else came.', pay: null } })
    expect(await reachLive(session, 'refused')).toMatchObject({ message: 'Nobody else came.' })
  })

  it('can be left', async () => {
    const { session, working } = await acceptLive()
    stands(lobby)
    await shown(session, ({ live }) => { expect(live.you).not.toBeNull() })
    server.always('return', () => {
      stands({ ...lobby, people: [] })
      return { data: { returned: true } }
    })
    working.giveBack()
    await reachLive(session, 'preview')
    expect(server.calls('return')).toHaveLength(1)
  })

  it('is announced before the worker accepts, without a time limit', async () => {
    const waiting = await reachLive(startLive(), 'preview')
    expect(gateOf(waiting).facts).toEqual([{ name: 'Pay', value: '$0.10 per item' }, { name: 'Done by', value: '2 people together' }])
    expect(gateOf({ ...waiting, run: { ...waiting.run, ...liveRun, live: { seats: 1 }, args: {} } }).facts).toHaveLength(1)
  })
})

describe('a task in which nothing is live', () => {
  it('has null there, and asks for no packets', async () => {
    server.always('preview', () => ({ data: preview }))
    server.always('register', () => ({ data: unit('one') }))
    const { working } = await startWorking()
    expect(working.live).toBeNull()
    await pause()
    expect(server.calls('read')).toHaveLength(0)
  })
})
