import 'fake-indexeddb/auto'
import { clear, createStore, entries } from 'idb-keyval'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../../sdk/client/create-task-session.js'
import type { TaskSession } from '../../sdk/client/task-session.js'
import type { WorkingTask } from '../../sdk/client/task-state.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import { acceptLive, begun, inPhase, reachLive, shown, stands, startLive } from './live-session-stage.js'
import { clock, open, preview, receiptFor, run, server, signals, storage, unit, until } from './task-session-stage.js'
import type { Call, Script } from './task-session-server.js'

// Pages that are closed before the server has what they sent: the next page goes on with it.

const helping = defineBlueprint({
  type: 'sentence-kind', input: z.object({ sentence: z.string() }), output: z.object({ kind: z.string() }),
  procedures: { shout: { input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) } },
})
type Helping = TaskSession<typeof helping>

const database = createStore('mephisto-calls', 'calls')
const kept = async () => (await entries<string[], { calls: string[] }>(database)).flatMap(([, { calls }]) => calls.map(text => (JSON.parse(text) as { input: { text: string } }).input.text))
const sent = () => server.calls('act').map(({ input }) => [input.callId as string, (input.input as { text: string }).text] as const)
const never = () => new Promise<Script>(() => undefined)

beforeEach(() => clear(database))

async function page(read: (call: Call) => Script | Promise<Script> = never, unitId = 'one'): Promise<{ session: Helping; working: WorkingTask<typeof helping> }> {
  server.always('preview', () => ({ data: { ...preview, run } }))
  server.always('register', () => ({ data: unit(unitId) }))
  server.always('read', read)
  const session = createTaskSession({ blueprint: helping, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage, WebSocket: null, events: false })
  open.push(session as unknown as (typeof open)[number])
  session.start()
  await until(() => { expect(session.getState().status).toBe('preview') })
  const state = session.getState()
  if (state.status === 'preview') state.accept()
  await until(() => { expect(session.getState().status).toBe('working') })
  return { session, working: workingOf(session) }
}
function workingOf(session: Helping): WorkingTask<typeof helping> {
  const state = session.getState()
  if (state.status !== 'working') throw new Error(state.status)
  return state
}
/** The page is loaded again, with the server as it is now. */
async function reloaded(before: Helping, unitId = 'one') {
  before.stop()
  return await page(never, unitId)
}
const call = ({ call: make }: WorkingTask<typeof helping>, ...texts: string[]) => { for (const text of texts) make('shout', { text }).catch(() => undefined) }

describe('calls of a page that is closed while it is offline', () => {
  it('are sent by the next one, once, in order and under their ids, before its own', async () => {
    const first = await page()
    await server.close()
    call(first.working, 'a', 'b', 'c')
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a', 'b', 'c']) })
    first.session.stop()
    await server.open()
    server.always('act', () => ({ data: { number: 1 } }))
    let packets: PacketView[] = []
    const second = await page(async () => {
      while (packets.length === 0) await new Promise(resolve => { setTimeout(resolve, 2) })
      return { data: { packets: packets.splice(0) } }
    })
    call(second.working, 'd')
    await until(() => { expect(sent().map(([, text]) => text)).toEqual(['a', 'b', 'c', 'd']) })
    expect(new Set(sent().map(([id]) => id)).size).toBe(4)
    expect(workingOf(second.session).calls.map(({ input: { text }, status }) => `${text} ${status}`).sort()).toEqual(['a pending', 'b pending', 'c pending', 'd pending'])
    packets = sent().map(([id, text], index) => ({ number: index + 1, kind: 'call', name: 'shout', callId: id, body: { text }, at: '' }))
    await until(() => { expect(workingOf(second.session).calls.map(({ input: { text } }) => text)).toEqual(['a', 'b', 'c', 'd']) })
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
  })

  it('are sent under the same id when the reply was lost with the page', async () => {
    const first = await page()
    server.always('act', never)
    call(first.working, 'a', 'b')
    await until(() => { expect(sent()).toHaveLength(1) })
    const second = await reloaded(first.session)
    server.always('act', () => ({ data: { number: 1 } }))
    second.session.stop()
    await page()
    await until(() => { expect(sent().at(-1)?.[1]).toBe('b') })
    const ids = new Map(sent().map(([id, text]) => [text, id]))
    expect(sent().filter(([, text]) => text === 'a').every(([id]) => id === ids.get('a'))).toBe(true)
  })

  it('are done when their answer is there, whatever a repeat is told', async () => {
    const first = await page()
    server.always('act', never)
    call(first.working, 'a')
    await until(() => { expect(sent()).toHaveLength(1) })
    const id = sent()[0]?.[0] ?? ''
    const packets: PacketView[] = [
      { number: 1, kind: 'call', name: 'shout', callId: id, body: { text: 'a' }, at: '' },
      { number: 2, kind: 'result', name: 'shout', callId: id, body: { text: 'A' }, at: '' },
    ]
    let refuse = (_script: Script): void => undefined
    server.always('act', () => new Promise(resolve => { refuse = resolve }))
    first.session.stop()
    const second = await page(({ input: { after } }) => (after === 0 ? { data: { packets } } : never()))
    await until(() => { expect(sent()).toHaveLength(2) })
    await until(() => { expect(workingOf(second.session).calls).toMatchObject([{ status: 'done', output: { text: 'A' } }]) })
    refuse({ error: { status: 409, code: 'conflict', message: 'It is over.' } })
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
    expect(workingOf(second.session).calls).toMatchObject([{ status: 'done', output: { text: 'A' } }])
  })

  it('are refused as ever, and kept no more', async () => {
    const first = await page()
    await server.close()
    call(first.working, 'a', 'b')
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a', 'b']) })
    first.session.stop()
    await server.open()
    server.next('act', { error: { status: 403, code: 'forbidden', message: 'Not any more.' } })
    server.always('act', () => ({ data: { number: 1 } }))
    const { session } = await page()
    await until(() => { expect(workingOf(session).calls).toMatchObject([{ input: { text: 'a' }, status: 'failed', message: 'Not any more.' }, { status: 'pending' }]) })
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
  })
})

describe('two tabs of an attempt', () => {
  it('send all of it, in order, whoever sends', async () => {
    const one = await page()
    await server.close()
    call(one.working, 'a', 'b')
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a', 'b']) })
    await server.open()
    server.always('act', () => ({ data: { number: 1 } }))
    const other = await page()
    call(other.working, 'c')
    signals.wake()
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
    // Each is stored by its first arrival: that is the order which the server has.
    expect([...new Map(sent().map(([id, text]) => [id, text])).values()]).toEqual(['a', 'b', 'c'])
  })
})

describe('when the attempt is over', () => {
  it('because it is given back, what was not sent is dropped, and what is called then is not kept', async () => {
    const { session, working } = await page()
    server.always('act', never)
    call(working, 'a')
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a']) })
    working.giveBack()
    await until(() => { expect(session.getState().status).toBe('preview') })
    call(working, 'late')
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
    await new Promise(resolve => { setTimeout(resolve, 50) })
    expect(await kept()).toEqual([])
  })

  /** Calls and answers as the server got them, each once. */
  const arrived = () => [...new Map([...server.calls('act'), ...server.calls('submit')].map(({ procedure, input }) => [input.callId ?? input.submissionId, procedure === 'act' ? (input.input as { text: string }).text : 'answer'])).values()]
  const slowly = () => new Promise<Script>(resolve => { setTimeout(() => { resolve({ data: { number: 1 } }) }, 20) })

  it('because an answer is handed in, what was called before goes ahead of it', async () => {
    const { session, working } = await page()
    const stored: string[] = []
    server.always('act', ({ input }) => slowly().then(reply => (stored.push((input.input as { text: string }).text), reply)))
    server.always('submit', made => (stored.push('answer'), { data: receiptFor(made) }))
    call(working, 'a', 'b', 'c')
    working.submit({ kind: 'fact' })
    await until(() => { expect(session.getState().status).toBe('submitted') })
    expect([...new Set(stored)]).toEqual(['a', 'b', 'c', 'answer'])
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
  })

  it('while the page is offline, the next page sends the calls and then the answer', async () => {
    const { session, working } = await page()
    await server.close()
    call(working, 'a', 'b')
    working.submit({ kind: 'fact' })
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a', 'b']) })
    session.stop()
    await server.open()
    server.always('act', slowly)
    server.always('preview', () => ({ data: { ...preview, run } }))
    const next = createTaskSession({ blueprint: helping, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage, WebSocket: null, events: false })
    open.push(next as unknown as (typeof open)[number])
    next.start()
    await until(() => { expect(server.calls('submit').length).toBeGreaterThan(0) })
    expect(arrived()).toEqual(['a', 'b', 'answer'])
  })

  it('and another unit is in hand, its calls are not sent there', async () => {
    const { session, working } = await page()
    server.always('act', never)
    call(working, 'a')
    await vi.waitFor(async () => { expect(await kept()).toEqual(['a']) })
    const before = sent().length
    await reloaded(session, 'two')
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
    expect(sent()).toHaveLength(before)
  })
})

describe('live actions', () => {
  it('are sent by the next page, and shown as being sent until they are there', async () => {
    const { session } = await acceptLive()
    stands(begun)
    const { live } = await inPhase(session, 'live')
    await server.close()
    live.act('say', { text: 'one' }).catch(() => undefined)
    live.act('say', { text: 'two' }).catch(() => undefined)
    await vi.waitFor(async () => { expect(await kept()).toEqual(['one', 'two']) })
    session.stop()
    await server.open()
    const next = startLive()
    ;(await reachLive(next, 'preview')).accept()
    await reachLive(next, 'working')
    await shown(next, ({ live: { actions } }) => { expect(actions).toMatchObject([{ input: { text: 'one' }, status: 'done' }, { input: { text: 'two' }, status: 'done' }]) })
    expect(sent().map(([, text]) => text)).toEqual(['one', 'two'])
    await vi.waitFor(async () => { expect(await kept()).toEqual([]) })
  })
})

it('gives up a call that something in between does not let through while it lets others, and goes on', async () => {
  const { working } = await page(() => ({ data: { packets: [] } }))
  server.always('act', ({ input }) => ((input.input as { text: string }).text === 'bad' ? { html: 403 } : { data: { number: 1 } }))
  const refused = working.call('shout', { text: 'bad' })
  call(working, 'good')
  const waking = setInterval(() => { signals.wake() }, 5)
  await expect(refused).rejects.toThrow('Something on the way to the server stops this.')
  await until(() => { expect(sent().map(([, text]) => text)).toContain('good') })
  clearInterval(waking)
  expect(sent().filter(([, text]) => text === 'bad')).toHaveLength(5)
})

it('refuses at once what is no JSON', async () => {
  const { working } = await page()
  const circular: { text?: unknown } = {}
  circular.text = circular
  await expect(working.call('shout', circular as { text: string })).rejects.toThrow('This page could not send it.')
})
