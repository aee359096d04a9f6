import { connect } from 'node:net'
import { createTRPCClient, createWSClient, httpLink, wsLink, type TRPCClientError } from '@trpc/client'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { attachWebSocket } from '../../adapters/ws.js'
import type { TaskRun } from '../../sdk/index.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import type { AppRouter } from '../../sdk/rpc/router.js'
import { pageCalls } from '../../sdk/testing/simulated-worker.js'
import type { OwnTarget } from '../scenarios/promise-target.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'

let target: OwnTarget
let stage: SessionsStage
let run: TaskRun
const ends: (() => unknown)[] = []
sessionsEachTest(opened => { ({ target, stage, run } = opened) }, async () => { for (const end of ends.splice(0)) await end() })

/** Takes a unit as a page does. */
async function tokenOf(worker: string): Promise<string> {
  const { credential } = await stage.mephisto.invite({ run: run.id, worker })
  const reply = await pageCalls(stage.mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
  if (reply.status !== 'working') throw new Error(reply.status)
  return reply.agentToken
}
const address = (at = stage) => `${at.origin.replace('http', 'ws')}/mephisto/trpc`

/** tRPC's own client over a socket. */
function stockClient(token: string) {
  const socket = createWSClient({ url: address(), WebSocket: WebSocket as unknown as typeof globalThis.WebSocket, connectionParams: { authorization: `Bearer ${token}` }, retryDelayMs: () => 20 })
  ends.push(() => socket.close())
  return { socket, client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }) }
}

/** Packets of an attempt as tRPC's own client gets them. */
function stockPackets(client: ReturnType<typeof stockClient>['client'], after = 0): PacketView[] {
  const packets: PacketView[] = []
  const subscription = client.agent.packets.subscribe({ after }, { onData: ({ data }) => { packets.push(data) } })
  ends.push(() => { subscription.unsubscribe() })
  return packets
}

interface RawSocket {
  readonly socket: WebSocket
  readonly said: Record<string, unknown>[]
  send(...messages: unknown[]): void
  /** The code it was closed with. */
  readonly closed: Promise<number>
}

/** A socket that says whatever a test wants. */
async function rawSocket(token: string | null, { at = stage }: { readonly at?: SessionsStage } = {}): Promise<RawSocket> {
  const socket = new WebSocket(`${address(at)}?connectionParams=1`)
  const said: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer) => { said.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>) })
  socket.on('error', () => undefined)
  const closed = new Promise<number>(resolve => { socket.once('close', resolve) })
  ends.push(() => { socket.terminate() })
  await new Promise((resolve, reject) => { socket.once('open', resolve).once('error', reject) })
  const send = (...messages: unknown[]): void => { for (const message of messages) socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)) }
  send({ method: 'connectionParams', data: token === null ? null : { authorization: `Bearer ${token}` } })
  return { socket, said, send, closed }
}

const act = (id: number, callId: string, text = 'a') => ({ id, method: 'mutation', params: { path: 'agent.act', input: { callId, name: 'shout', input: { text } } } })
const follow = (id: number, input: object = {}) => ({ id, method: 'subscription', params: { path: 'agent.packets', input } })

describe('a socket', () => {
  test('speaks tRPC to its own client: calls are answered, packets come by themselves, and errors are those of HTTP', async () => {
    const token = await tokenOf('ann')
    const { client } = stockClient(token)
    const packets = stockPackets(client)
    expect(await client.agent.act.mutate({ callId: 'call-one', name: 'shout', input: { text: 'hello' } })).toEqual({ number: 1 })
    await expect.poll(() => packets).toMatchObject([{ number: 1, kind: 'call', body: { text: 'hello' } }, { number: 2, kind: 'result', callId: 'call-one', body: { text: 'HELLO' } }])
    const overHttp = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${stage.origin}/mephisto/trpc`, headers: { authorization: `Bearer ${token}` } })] })
    const wrong = { callId: 'call-two', name: 'unknown', input: {} }
    const [here, there] = await Promise.all([client, overHttp].map(one => one.agent.act.mutate(wrong).catch((error: unknown) => (error as TRPCClientError<AppRouter>).shape)))
    expect(here).toMatchObject({ data: { mephistoCode: 'not_found', httpStatus: 404 } })
    expect(here).toEqual(there)
    expect((await client.agent.extend.mutate({})).lease).not.toBeNull()
  })

  test('goes on where it was after the connection was lost, without a gap and without anything twice', async () => {
    const { client } = stockClient(await tokenOf('ann'))
    const packets = stockPackets(client)
    // tRPC's client rejects what was on its way: sent again, it is stored once.
    const act = (callId: string): Promise<unknown> => client.agent.act.mutate({ callId, name: 'shout', input: { text: 'a' } }).catch((error: unknown) => {
      if ((error as TRPCClientError<AppRouter>).shape !== undefined) throw error
      return act(callId)
    })
    for (let round = 0; round < 5; round += 1) {
      await act(`call-first-${String(round)}`)
      stage.cutConnections()
      await act(`call-second-${String(round)}`)
    }
    await expect.poll(() => packets.length).toBe(20)
    expect(packets.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  test('gives packets from a number on, and those of its own attempt alone', async () => {
    const [ann, bob] = [stockClient(await tokenOf('ann')), stockClient(await tokenOf('bob'))]
    for (const text of ['a', 'b']) await ann.client.agent.act.mutate({ callId: `call-of-${text}`, name: 'shout', input: { text } })
    const [all, rest, others] = [stockPackets(ann.client), stockPackets(ann.client, 3), stockPackets(bob.client)]
    await expect.poll(() => all.length).toBe(4)
    await expect.poll(() => rest.map(({ number }) => number)).toEqual([4])
    await bob.client.agent.act.mutate({ callId: 'call-of-a', name: 'shout', input: { text: 'bob' } })
    await expect.poll(() => others.map(({ body }) => body)).toMatchObject([{ text: 'bob' }, { text: 'BOB', by: 'bob' }])
    expect(all).toHaveLength(4)
  })

  test('stops a subscription that is given up, and refuses one without a token, twice under one id, or of another name', async () => {
    const { said, send } = await rawSocket(await tokenOf('ann'))
    send(follow(1), follow(1))
    await expect.poll(() => said).toMatchObject([{ id: 1, error: { data: { code: 'BAD_REQUEST' } } }, { id: 1, result: { type: 'started' } }])
    send({ id: 1, method: 'subscription.stop' }, { id: 9, method: 'subscription.stop' })
    await expect.poll(() => said.at(-1)).toEqual({ id: 1, result: { type: 'stopped' } })
    send(act(2, 'call-unheard'), { id: 3, method: 'subscription', params: { path: 'agent.nothing' } }, follow(4, { after: -1 }))
    await expect.poll(() => said.length).toBe(6)
    expect(said.filter(one => 'error' in one && one['id'] !== 1)).toMatchObject([{ id: 3, error: { data: { code: 'NOT_FOUND' } } }, { id: 4, error: { data: { mephistoCode: 'invalid_input' } } }])
    const stranger = await rawSocket(null)
    stranger.send(follow(1), act(2, 'call-nobody'))
    await expect.poll(() => stranger.said.length).toBe(2)
    for (const one of stranger.said) expect(one).toMatchObject({ error: { data: { mephistoCode: 'unauthenticated' } } })
  })

  test('is told what is no message, and is closed for what is no text', async () => {
    const token = await tokenOf('ann')
    const odd = await rawSocket(token)
    odd.send('PING', { id: null, method: 'mutation', params: { path: 'agent.act' } }, [{ id: 1, method: 'dance' }], { id: 2, method: 'mutation', params: { path: 'review.approve', input: {} } })
    odd.socket.removeAllListeners('message')
    const texts: string[] = []
    odd.socket.on('message', (data: Buffer) => { texts.push(data.toString('utf8')) })
    await expect.poll(() => texts.length).toBe(4)
    expect(texts[0]).toBe('PONG')
    expect(texts.slice(1).map(one => JSON.parse(one) as unknown)).toMatchObject([
      { id: null, error: { data: { code: 'PARSE_ERROR' } } }, { id: null, error: { data: { code: 'PARSE_ERROR' } } }, { id: 2, error: { data: { httpStatus: expect.any(Number) as number } } },
    ])
    const [noJson, binary, notUtf8, large] = await Promise.all(Array.from({ length: 4 }, () => rawSocket(token)))
    noJson?.send('{')
    binary?.socket.send(Buffer.from('{}'), { binary: true })
    notUtf8?.socket.send(Buffer.from([0xc3, 0x28]), { binary: false })
    large?.send({ id: 1, method: 'mutation', params: { path: 'agent.act', input: { callId: 'call-large', name: 'shout', input: { text: 'a'.repeat(10_000_000) } } } })
    expect(await Promise.all([noJson, binary, notUtf8, large].flatMap(one => (one ? [one.closed] : [])))).toEqual([1007, 1003, 1007, 1009])
  })

  test('is closed for more messages at once than anybody sends, and has so many subscriptions', async () => {
    const token = await tokenOf('ann')
    const many = await rawSocket(null)
    many.send(Array.from({ length: 101 }, () => 1))
    expect(await many.closed).toBe(1008)
    const { said, send } = await rawSocket(token)
    for (let id = 1; id <= 5; id += 1) send(follow(id))
    await expect.poll(() => said.length).toBe(5)
    expect(said.filter(one => 'error' in one)).toMatchObject([{ id: 5, error: { data: { mephistoCode: 'too_many_requests' } } }])
  })

  test('that is read slowly gets no more packets until it has caught up, and is closed when it goes on asking', async () => {
    const task = await stage.worker('ann').accept(helping, run)
    for (let index = 0; index < 4; index += 1) await task.call('flood', { characters: 200_000 })
    const [sent, waiting, closed]: [string[], (() => void)[], number[]] = [[], [], []]
    const slow = stage.mephisto.openSocket({
      send(text, done) {
        sent.push(text)
        waiting.push(done)
      },
      close: code => { closed.push(code) },
    })
    slow.receive(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${await tokenOf('ann')}` } }))
    slow.receive(JSON.stringify(follow(1)))
    const results = (): number => sent.filter(text => text.includes('"kind":"result"')).length
    // All that there was in one go, and then nothing, though there is more.
    await expect.poll(results).toBe(4)
    await task.call('flood', { characters: 10 })
    expect(results()).toBe(4)
    for (const done of waiting.splice(0)) done()
    await expect.poll(results).toBe(5)
    const read = { id: 2, method: 'mutation', params: { path: 'agent.read', input: {} } }
    for (let index = 0; index < 6; index += 1) {
      slow.receive(JSON.stringify(read))
      await expect.poll(() => sent.filter(text => text.startsWith('{"id":2')).length).toBe(index + 1)
    }
    expect(closed).toEqual([])
    slow.receive(JSON.stringify(read))
    expect(closed).toEqual([1008])
    slow.closed()
  })

  test('that stops a subscription and begins it again is told each packet once', async () => {
    const { said, send } = await rawSocket(await tokenOf('ann'))
    send([follow(1), { id: 1, method: 'subscription.stop' }, follow(1)])
    await expect.poll(() => said.some(one => (one['result'] as { type?: string } | undefined)?.type === 'started')).toBe(true)
    send(act(2, 'call-once-told'))
    const numbers = () => said.flatMap(one => (one['id'] === 1 && (one['result'] as { type: string }).type === 'data' ? [(one['result'] as { id: string }).id] : []))
    await expect.poll(numbers).toEqual(['1', '2'])
  })

  test('speaks for nobody but attempts: what operators do is refused, whatever the host\'s login says', async () => {
    const { said, send } = await rawSocket(await tokenOf('ann'))
    send({ id: 1, method: 'query', params: { path: 'runs.list', input: {} } })
    await expect.poll(() => said).toMatchObject([{ id: 1, error: { data: { mephistoCode: 'unauthenticated' } } }])
  })

  test('has so many calls under way at a time', async () => {
    const { said, send } = await rawSocket(await tokenOf('ann'))
    send(Array.from({ length: 40 }, (_, index) => ({ id: index, method: 'mutation', params: { path: 'agent.extend', input: {} } })))
    await expect.poll(() => said.length).toBe(40)
    expect(said.filter(one => 'error' in one)).toHaveLength(8)
    expect(said.find(one => 'error' in one)).toMatchObject({ error: { data: { mephistoCode: 'too_many_requests', httpStatus: 429 } } })
  })
})

describe('the host', () => {
  const statusOf = (path: string, headers: Readonly<Record<string, string>> = {}) => new Promise<number>(resolve => {
    const socket = new WebSocket(`${stage.origin.replace('http', 'ws')}${path}`, { headers })
    socket.once('unexpected-response', (_request, response) => { resolve(response.statusCode ?? 0) }).once('open', () => {
      resolve(101)
      socket.terminate()
    }).on('error', () => undefined)
  })

  test('keeps its own sockets, and nobody opens ours from another page', async () => {
    expect(await statusOf('/elsewhere')).toBe(404)
    expect(await statusOf('/mephisto/trpc/more')).toBe(404)
    const own = new WebSocketServer({ noServer: true })
    stage.server.on('upgrade', (request, socket, head) => { if (request.url === '/own') own.handleUpgrade(request, socket, head, accepted => { accepted.close() }) })
    expect(await statusOf('/own')).toBe(101)
    expect(await statusOf('/mephisto/trpc', { origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf('/mephisto/trpc', { origin: stage.origin })).toBe(101)
  })

  test('outlives a peer that is refused and cuts the connection', async () => {
    const { hostname, port } = new URL(stage.origin)
    for (const path of ['/elsewhere', '/mephisto/trpc']) {
      const peer = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
      peer.on('error', () => undefined).write(`GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`)
      await new Promise(resolve => peer.once('data', resolve))
      peer.resetAndDestroy()
    }
    expect(await statusOf('/mephisto/trpc')).toBe(101)
    await expect.poll(() => stage.connections()).toBe(0)
  })

  test('says what of its options is wrong', () => {
    const attach = (options: object) => () => attachWebSocket(stage.server, stage.mephisto, options)
    expect(attach({ maxMessageBytes: 0.5 })).toThrow(/maxMessageBytes: must be a whole number/)
    expect(attach({ deadAfterMs: 0 })).toThrow(/deadAfterMs: must be from 100/)
  })

  test('notices a peer that is gone without a word', async () => {
    const token = await tokenOf('ann')
    const impatient = await openSessionsStage(target, { socket: { deadAfterMs: 2_000 } })
    ends.push(() => impatient.close())
    const { hostname, port } = new URL(impatient.origin)
    const dead = connect(Number(port), hostname)
    ends.push(() => dead.destroy())
    dead.write('GET /mephisto/trpc?connectionParams=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    const alive = await rawSocket(token, { at: impatient })
    // It never answers a ping.
    await new Promise(resolve => { dead.on('data', () => undefined).once('close', resolve) })
    await expect.poll(() => impatient.openSockets()).toBe(1)
    alive.send(act(1, 'call-alive'))
    await expect.poll(() => alive.said).toMatchObject([{ id: 1, result: { data: { number: 1 } } }])
  })

  test('that is stopped asks its pages to come again elsewhere', async () => {
    const { said, send, closed } = await rawSocket(await tokenOf('ann'))
    send(follow(1))
    await expect.poll(() => said.length).toBe(1)
    await stage.mephisto.close()
    expect(await closed).toBe(1012)
    expect(said.at(-1)).toEqual({ id: null, method: 'reconnect' })
    const late = new WebSocket(address())
    expect(await new Promise(resolve => { late.once('close', resolve) })).toBe(1012)
  })
})

describe('without a socket', () => {
  test('packets are waited for by polling, and come as events over HTTP to whoever asks for them', async () => {
    const token = await tokenOf('ann')
    const call = pageCalls(stage.mephisto)
    const waiting = call<{ packets: PacketView[] }>('read', { after: 0, waitMs: 10_000 }, token)
    await call('act', { callId: 'call-polled', name: 'shout', input: { text: 'a' } }, token)
    expect((await waiting).packets[0]).toMatchObject({ number: 1, kind: 'call' })
    expect(await call('read', { after: 99, waitMs: 1 }, token)).toEqual({ packets: [] })
    await expect(call('read', { after: 0, waitMs: 60_000 }, token)).rejects.toMatchObject({ code: 'invalid_input' })
    const controller = new AbortController()
    const response = await fetch(`${stage.origin}/mephisto/trpc/agent.packets?input=${encodeURIComponent('{"after":1}')}`, { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` }, signal: controller.signal })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const decoder = new TextDecoder()
    for (const reader = response.body?.getReader(); !text.includes('"kind":"result"');) text += decoder.decode((await reader?.read())?.value)
    controller.abort()
    expect(text).toContain('id: 2')
    expect(text).not.toContain('"kind":"call"')
  })
})
