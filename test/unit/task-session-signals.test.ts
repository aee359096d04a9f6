import { describe, expect, it } from 'vitest'
import type { SignalView } from '../../sdk/protocol/signal-views.js'
import { acceptLive, begun, inPhase, seller, shown } from './live-session-stage.js'
import { HandSocket } from './packet-link-stage.js'
import { clock, server, until } from './task-session-stage.js'

async function atWork() {
  const sockets: HandSocket[] = []
  const Socket = class extends HandSocket {
    constructor() {
      super()
      sockets.push(this)
    }
  }
  const { session } = await acceptLive({ WebSocket: Socket as unknown as typeof WebSocket })
  const [socket] = sockets
  if (!socket) throw new Error('no socket was opened')
  socket.opens()
  let number = 0
  const stands = (body: object): void => { socket.hears({ result: { type: 'data', data: { id: '1', data: { number: number += 1, kind: 'state', name: '', callId: '', body, at: '' } } } }) }
  const hears = (signal: SignalView): void => { socket.hears({ result: { type: 'data', data: { signal } } }) }
  stands(begun)
  return { session, socket, hears, stands, working: await inPhase(session, 'live') }
}
const said = () => server.calls('signal').map(({ input }) => input)
const typing = (isTyping: boolean): SignalView => ({ from: seller.agentId, name: 'typing', value: { isTyping } })

describe('signals', () => {
  it('are asked for, and what others say is there for five seconds after the last time', async () => {
    const { session, socket, hears } = await atWork()
    expect(socket.sent.some(text => text.includes('"signals":true'))).toBe(true)
    hears(typing(true))
    expect((await shown(session, ({ live }) => { expect(live.signals).toHaveLength(1) })).live.signals).toEqual([typing(true)])
    clock.advance(4_000)
    hears(typing(false))
    hears({ from: seller.agentId, name: 'looks', value: { at: 1 } })
    expect((await shown(session, ({ live }) => { expect(live.signals).toHaveLength(2) })).live.signals[0]).toEqual(typing(false))
    clock.advance(4_900)
    expect((await shown(session, ({ live }) => { expect(live.signals).toHaveLength(2) })).live.signals).toHaveLength(2)
    await shown(session, ({ live }) => { expect(live.signals).toEqual([]) })
  })

  it('are gone when the person leaves, and nothing of strangers is shown', async () => {
    const { session, hears, stands } = await atWork()
    hears({ ...typing(true), from: 'agent-nobody' })
    hears(typing(true))
    await shown(session, ({ live }) => { expect(live.signals).toEqual([typing(true)]) })
    stands({ ...begun, people: [begun.people[0], { ...seller, status: 'left' }] })
    await shown(session, ({ live }) => { expect([live.people[1]?.status, live.signals]).toEqual(['left', []]) })
  })

  it('are sent once in a tenth of a second, with the last value, and each name by itself', async () => {
    const { working: { live } } = await atWork()
    for (let at = 0; at < 5; at += 1) live.signal('looks', { at })
    live.signal('typing', { isTyping: true })
    await until(() => { expect(said()).toEqual([{ name: 'looks', value: { at: 0 } }, { name: 'typing', value: { isTyping: true } }]) })
    expect(server.calls('signal')[0]?.token).toBe('Bearer token-one')
    clock.advance(100)
    await until(() => { expect(said().slice(2)).toEqual([{ name: 'looks', value: { at: 4 } }]) })
    clock.advance(1_000)
    live.signal('looks', { at: 9 })
    await until(() => { expect(said()).toHaveLength(4) })
  })

  it('that do not come through trouble nobody, and are not repeated', async () => {
    const { session, working: { live } } = await atWork()
    server.next('signal', { hangUp: true })
    live.signal('looks', { at: 1 })
    await until(() => { expect(said()).toHaveLength(1) })
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(session.getState().connection).toBe('online')
    server.next('signal', { error: { status: 429, code: 'too_many_requests', message: 'Too many.' } })
    clock.advance(200)
    live.signal('looks', { at: 2 })
    await until(() => { expect(said()).toHaveLength(2) })
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(session.getState()).toMatchObject({ status: 'working', connection: 'online' })
  })
})
