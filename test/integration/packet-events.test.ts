import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCClientError } from '@trpc/client'
import { describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import type { EventStream } from '../../sdk/ports/event-stream.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import type { AppRouter } from '../../sdk/rpc/router.js'
import { pageCalls } from '../../sdk/testing/simulated-worker.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import type { SessionsStage } from '../sessions-stage.js'
import { eventSourceWith } from '../stock-event-source.js'

// Packets as server-sent events, as tRPC's own client and a host read them.

let stage: SessionsStage
let run: TaskRun
const ends: (() => unknown)[] = []
sessionsEachTest(opened => { ({ stage, run } = opened) }, async () => { for (const end of ends.splice(0)) await end() })

async function tokenOf(worker: string): Promise<string> {
  const { credential } = await stage.mephisto.invite({ run: run.id, worker })
  const reply = await pageCalls(stage.mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
  if (reply.status !== 'working') throw new Error(reply.status)
  return reply.agentToken
}

/** tRPC's own client, with an EventSource that sends the token. */
function stockClient(token: string) {
  const headers = { authorization: `Bearer ${token}` }
  const [{ EventSource, cut }, url] = [eventSourceWith(headers), `${stage.origin}/mephisto/trpc`]
  const client = createTRPCClient<AppRouter>({ links: [splitLink({ condition: ({ type }) => type === 'subscription', true: httpSubscriptionLink({ url, EventSource }), false: httpLink({ url, headers }) })] })
  return { client, cut }
}

const shout = (callId: string) => ({ callId, name: 'shout', input: { text: 'a' } })

/** All that a handler's stream says until it ends or says `last`. */
async function saidBy(response: Response, last = 'event: return'): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for (const reader = response.body?.getReader(); !text.includes(last);) {
    const { done, value } = await reader?.read() ?? { done: true, value: undefined }
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  return text
}

const asking = (token: string, query = '?input=%7B%7D', more: RequestInit = {}): Request => new Request(`${stage.origin}/mephisto/trpc/agent.packets${query}`, { ...more, headers: { authorization: `Bearer ${token}` } })

describe('a stream of events', () => {
  test('is read by tRPC\'s own client, which goes on where it was when the connection was lost', async () => {
    const { client, cut } = stockClient(await tokenOf('ann'))
    const packets: PacketView[] = []
    const subscription = client.agent.packets.subscribe({}, { onData: ({ id, data }) => {
      expect(id).toBe(String(data.number))
      packets.push(data)
    } })
    ends.push(() => { subscription.unsubscribe() })
    for (let round = 0; round < 5; round += 1) {
      await client.agent.act.mutate(shout(`call-round-${String(round)}`))
      if (round % 2 === 0) cut()
    }
    await expect.poll(() => packets.length).toBe(10)
    expect(packets.map(({ number }) => number)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
  })

  test('tells what refuses it in the shape of every other refusal', async () => {
    const shapes = await Promise.all(['forged', await tokenOf('ann')].map(token => new Promise<unknown>(resolve => {
      const subscription = stockClient(token).client.agent.packets.subscribe({ after: -1 }, { onError: error => {
        resolve((error as TRPCClientError<AppRouter>).shape)
        subscription.unsubscribe()
      } })
    })))
    expect(shapes).toMatchObject([{ data: { mephistoCode: 'unauthenticated', path: 'agent.packets', httpStatus: 401 } }, { data: { mephistoCode: 'invalid_input', httpStatus: 400 } }])
    const odd = await stage.mephisto.handler(asking(await tokenOf('ben'), '?input=%7B'))
    expect(await saidBy(odd, 'nothing')).toMatch(/^event: connected\ndata: \{\}\n\nevent: serialized-error\ndata: .*BAD_REQUEST/)
    expect((await stage.mephisto.handler(asking(await tokenOf('ben'), '?batch=1&input=%7B%7D'))).headers.get('content-type')).toContain('json')
    expect((await stage.mephisto.handler(asking(await tokenOf('ben'), undefined, { method: 'POST' }))).status).toBe(415)
  })

  test('is one of a Response where the host wants that, and is let go when nobody reads it', async () => {
    const token = await tokenOf('ann')
    const [read, left, aborted] = [new AbortController(), new AbortController(), new AbortController()]
    const [first, second, third] = await Promise.all([read, left, aborted].map(({ signal }) => stage.mephisto.handler(asking(token, undefined, { signal }))))
    await second?.body?.cancel()
    aborted.abort()
    expect(await saidBy(third as Response, 'nothing')).toBe('event: connected\ndata: {}\n\n')
    await pageCalls(stage.mephisto)('act', shout('call-of-ann'), token)
    expect(await saidBy(first as Response, '"kind":"result"')).toMatch(/^event: connected\ndata: \{\}\n\ndata: \{"number":1,.*\}\nid: 1\n\ndata: \{"number":2,.*\}\nid: 2\n\n$/)
  })

  test('ends when the instance is closed, and says so', async () => {
    const response = await stage.mephisto.handler(asking(await tokenOf('ann')))
    const said = saidBy(response, 'nothing')
    await stage.mephisto.close()
    expect(await said).toMatch(/event: return\ndata: \n\n$/)
    expect(await saidBy(await stage.mephisto.handler(asking('forged')), 'nothing')).toContain('serialized-error')
  })

  test('that is read slowly gets no more packets until it has caught up', async () => {
    const task = await stage.worker('ann').accept(helping, run)
    for (let index = 0; index < 2; index += 1) await task.call('flood', { characters: 200_000 })
    const reply = await stage.mephisto.answerHotCall({
      method: 'GET', path: 'trpc/agent.packets', query: 'input=%7B%7D', contentType: undefined, origin: undefined, authorization: `Bearer ${await tokenOf('ann')}`, readBody: () => Promise.resolve(''),
    })
    const [sent, stream] = [[] as string[], reply?.body as EventStream]
    let waiting = 0
    const open = stream.open({
      send(text) {
        sent.push(text)
        waiting += text.length
      },
      waiting: () => waiting, end: () => undefined,
    })
    const results = (): number => sent.filter(text => text.includes('"kind":"result"')).length
    await expect.poll(results).toBe(2)
    await task.call('flood', { characters: 10 })
    expect(results()).toBe(2)
    waiting = 0
    open.drained()
    await expect.poll(results).toBe(3)
    open.closed()
    await task.call('flood', { characters: 10 })
    expect(results()).toBe(3)
  })
})
