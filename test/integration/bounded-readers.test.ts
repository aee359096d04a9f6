import { afterEach, describe, expect, test, vi } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import { MOST_PACKETS } from '../../sdk/data-model/packet.js'
import type { EventStream } from '../../sdk/ports/event-stream.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/simulated-worker.js'
import { openLiveStage, until } from '../live-stage.js'
import type { OwnTarget } from '../scenarios/promise-target.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'

// Whatever pages and others do, what one attempt takes of a process and of the database is bounded, and seen.

let target: OwnTarget
let stage: SessionsStage
let run: TaskRun
const ends: (() => unknown)[] = []
sessionsEachTest(opened => { ({ target, stage, run } = opened) }, async () => { for (const end of ends.splice(0)) await end() })
afterEach(() => { vi.useRealTimers() })

async function tokenOf({ mephisto }: SessionsStage, worker: string, of = run): Promise<string> {
  const { credential } = await mephisto.invite({ run: of.id, worker })
  const reply = await pageCalls(mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
  if (reply.status !== 'working') throw new Error(reply.status)
  return reply.agentToken
}

/** A socket without a network in between. */
function socketOf({ mephisto }: SessionsStage) {
  const [said, closed] = [[] as string[], [] as [number, string][]]
  const socket = mephisto.openSocket({
    send(text, done) {
      said.push(text)
      done()
    },
    close: (code, reason) => { closed.push([code, reason]) },
  })
  ends.push(() => { socket.closed() })
  const send = (...messages: unknown[]): void => { for (const one of messages) socket.receive(typeof one === 'string' ? one : JSON.stringify(one)) }
  return { said, closed, send, leave: () => { socket.closed() } }
}
const params = (token: string | null) => ({ method: 'connectionParams', data: token === null ? null : { authorization: `Bearer ${token}` } })
const follow = (id = 1) => ({ id, method: 'subscription', params: { path: 'agent.packets', input: {} } })

/** Events without a network in between. */
async function eventsOf({ mephisto }: SessionsStage, token: string) {
  const said: string[] = []
  const reply = await mephisto.answerHotCall({ method: 'GET', path: 'trpc/agent.packets', query: 'input=%7B%7D', contentType: undefined, origin: undefined, authorization: `Bearer ${token}`, readBody: () => Promise.resolve('') })
  const { closed } = (reply?.body as EventStream).open({ send: text => { said.push(text) }, waiting: () => 0, end: () => { said.push('end') } })
  ends.push(closed)
  return { said, leave: closed }
}

describe('a socket', () => {
  test('that says neither whose it is nor anything else is closed after 10 s', async () => {
    const token = await tokenOf(stage, 'ann')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const [silent, empty, polite, asking, gone] = Array.from({ length: 5 }, () => socketOf(stage))
    empty?.send(params(null), 'PING')
    polite?.send(params(token))
    asking?.send({ id: 1, method: 'mutation', params: { path: 'agent.extend', input: {} } })
    gone?.leave()
    vi.advanceTimersByTime(9_999)
    expect([silent, empty].map(one => one?.closed)).toEqual([[], []])
    vi.advanceTimersByTime(1)
    expect([silent, empty, polite, asking, gone].map(one => one?.closed.map(([code]) => code))).toEqual([[1008], [1008], [], [], []])
    expect(silent?.closed[0]?.[1]).toMatch(/nothing was said/)
  })
})

describe('the readers of one attempt', () => {
  test('are eight at most in a process: the oldest is told why it is told no more', async () => {
    const [ann, ben] = [await tokenOf(stage, 'ann'), await tokenOf(stage, 'ben')]
    const events = await eventsOf(stage, ann)
    await expect.poll(() => events.said).toHaveLength(1)
    const [socket, other] = [socketOf(stage), socketOf(stage)]
    other.send(params(ben), follow())
    socket.send(params(ann), follow(1))
    const started = ({ said }: { said: readonly string[] }): number => said.filter(text => text.includes('"started"')).length
    await expect.poll(() => started(socket)).toBe(1)
    const others = Array.from({ length: 6 }, () => socketOf(stage))
    for (const one of others) one.send(params(ann), follow())
    await expect.poll(() => others.map(started)).toEqual([1, 1, 1, 1, 1, 1])
    expect(events.said).toHaveLength(1)
    const [ninth, tenth] = [await eventsOf(stage, ann), await eventsOf(stage, ann)]
    await expect.poll(() => events.said.at(-1)).toBe('end')
    expect(events.said[1]).toMatch(/^event: serialized-error\ndata: .*more than 8 places.*"mephistoCode":"too_many_requests"/)
    await expect.poll(() => socket.said.at(-1)).toMatch(/^\{"id":1,"error":.*more than 8 places.*"code":"TOO_MANY_REQUESTS"/)
    await pageCalls(stage.mephisto)('act', { callId: 'call-of-ann', name: 'shout', input: { text: 'a' } }, ann)
    for (const one of [ninth, tenth, ...others]) await expect.poll(() => one.said.some(text => text.includes('"kind":"result"'))).toBe(true)
    expect([...events.said, ...socket.said, ...other.said].some(text => text.includes('"kind"'))).toBe(false)
    // Its place is free again.
    socket.send(follow(1))
    await expect.poll(() => socket.said.some(text => text.includes('"kind":"result"'))).toBe(true)
  })
})

describe('what is counted', () => {
  test('is who is connected by which way, and what they were told', async () => {
    const sums = new Map<string, number>()
    const counted = await openSessionsStage(target, { telemetry: { specVersion: 1, record(name, value, attributes) {
      if (/connections|pushed/.test(name)) sums.set(`${name} ${String(attributes['way'])}`, (sums.get(`${name} ${String(attributes['way'])}`) ?? 0) + value)
    } } })
    ends.unshift(() => counted.close())
    const token = await tokenOf(counted, 'ann')
    const [socket, events, more] = [socketOf(counted), await eventsOf(counted, token), await eventsOf(counted, token)]
    socket.send(params(token), follow())
    await expect.poll(() => socket.said).toHaveLength(1)
    expect(Object.fromEntries(sums)).toEqual({ 'mephisto.connections.active socket': 1, 'mephisto.connections.active events': 2 })
    await pageCalls(counted.mephisto)('act', { callId: 'call-of-ann', name: 'shout', input: { text: 'a' } }, token)
    await expect.poll(() => Object.fromEntries(sums)).toMatchObject({ 'mephisto.packets.pushed socket': 2, 'mephisto.packets.pushed events': 4 })
    for (const one of [socket, events, more, more, socket]) one.leave()
    expect(Object.fromEntries(sums)).toMatchObject({ 'mephisto.connections.active socket': 0, 'mephisto.connections.active events': 0 })
  })
})

describe('what pages send', () => {
  /** Fills a session up to so many packets. */
  const filled = (of: SessionsStage, session: { id: string; runId: string }, count: number): Promise<unknown> => of.db.transaction(async tx => {
    const { packetCount = 0 } = (await tx.sessions.hold([session], 1)).get(session.id) ?? {}
    await tx.sessions.append(Array.from({ length: count - packetCount }, (_, index) => {
      const number = packetCount + index + 1
      return { sessionId: session.id, runId: session.runId, number, kind: 'event', name: '', senderId: session.id, clientId: `filling-${String(number)}`, recipientId: null, body: '{}', at: 1 }
    }))
  })

  test('is refused when an attempt has sent ten thousand calls; a repeat is not', async () => {
    const task = await stage.worker('ann').accept(helping, run)
    const [call, token] = [pageCalls(stage.mephisto), await tokenOf(stage, 'ann')]
    await filled(stage, { id: task.agentId, runId: run.id }, MOST_PACKETS - 1)
    const shout = (callId: string): Promise<unknown> => call('act', { callId, name: 'shout', input: { text: 'a' } }, token)
    expect(await shout('call-the-last')).toEqual({ number: MOST_PACKETS })
    await expect(shout('call-too-many')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Too much was sent') as string })
    expect(await shout('call-the-last')).toEqual({ number: MOST_PACKETS })
  })

  test('is refused in a session of several people when it has as many for each of them', async () => {
    const live = await openLiveStage(target)
    ends.unshift(() => live.close())
    const talk = await live.debate({})
    const [ann] = [await live.come('ann', talk), await live.come('ben', talk)]
    await until(ann, ({ phase }) => phase === 'live')
    const [unit] = (await live.db.units.attempts([ann.agentId]))
    await filled(live, { id: unit?.unit.assignmentId ?? '', runId: talk.id }, 2 * MOST_PACKETS)
    await expect(ann.act('say', { text: 'too late' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Too much was sent') as string })
  })
})
