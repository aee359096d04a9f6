import type { Server } from 'node:http'
import express from 'express'
import { beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { expressArchitect } from '../../adapters/express.js'
import { attachWebSocket } from '../../adapters/ws.js'
import { linkPackets, type PacketLinkOptions } from '../../sdk/client/packet-link.js'
import { monotonicClock, type SessionClock } from '../../sdk/client/session-clock.js'
import type { TaskRun } from '../../sdk/index.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { holdingProxy, type HoldingProxy } from '../holding-proxy.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'
import type { OwnTarget } from '../scenarios/promise-target.js'

// A page behind proxies that refuse sockets, and hold or cut streams, before a real Express server: nothing is lost, nothing comes twice, the order is kept.

let target: OwnTarget
let stage: SessionsStage
let run: TaskRun
let proxy: HoldingProxy
let detach: () => void
let host: Server
const ends: (() => void)[] = []
sessionsEachTest(opened => { ({ target, stage, run } = opened) }, async () => {
  for (const end of ends.splice(0)) end()
  await expect.poll(() => proxy.open()).toBe(0)
  await proxy.close()
  detach()
  host.closeAllConnections()
  await new Promise(resolve => host.close(resolve))
})
beforeEach(async () => {
  const app = express()
  app.use('/mephisto', expressArchitect({ baseUrl: stage.mephisto.architect.baseUrl }).middleware(stage.mephisto))
  host = app.listen(0, '127.0.0.1')
  await new Promise(resolve => host.once('listening', resolve))
  detach = attachWebSocket(host, stage.mephisto)
  const address = host.address()
  proxy = await holdingProxy(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`)
})

/** Time that goes ten times as fast: what a page waits for 10 s for, it waits for 1 s for. */
const fast: SessionClock = { now: () => performance.now() * 10, after: (delayMs, then) => monotonicClock.after(delayMs / 10, then), random: () => 0 }

async function follow(options: Partial<PacketLinkOptions> = {}) {
  const { credential } = await stage.mephisto.invite({ run: run.id, worker: 'ann' })
  const direct = pageCalls(stage.mephisto)
  const reply = await direct<RegisterReply>('register', { provider: 'inhouse', credential })
  if (reply.status !== 'working') throw new Error(reply.status)
  const { agentToken } = reply
  const controller = new AbortController()
  ends.push(() => { controller.abort() })
  const told: PacketView[] = []
  const read = async (after: number): Promise<readonly PacketView[]> => {
    const response = await fetch(`${proxy.url}mephisto/trpc/agent.read`, { method: 'POST', signal: controller.signal, headers: { 'content-type': 'application/json', authorization: `Bearer ${agentToken}` }, body: JSON.stringify({ after, waitMs: 1_000 }) })
    return (await response.json() as { result: { data: { packets: PacketView[] } } }).result.data.packets
  }
  linkPackets({ baseUrl: `${proxy.url}mephisto/`, tokenNow: () => agentToken, renewToken: () => Promise.reject(new Error("unused")), clock: fast, signal: controller.signal, onWake: () => () => undefined, fetch, read, onPacket: packet => { told.push(packet) }, onTrouble: () => undefined, ...options })
  let sent = 0
  return {
    told, reply,
    /** Calls the server so often, one after the other. */
    async say(times: number) {
      for (let count = 0; count < times; count += 1) {
        sent += 1
        await direct('act', { callId: `call-${String(sent)}-of-ann`, name: 'shout', input: { text: `text ${String(sent)}` } }, agentToken)
      }
    },
    /** All that was said has come: each call and its result once, by their numbers from 1 on. */
    async hasAll(timeout = 10_000) {
      await expect.poll(() => told.length, { timeout }).toBeGreaterThanOrEqual(2 * sent)
      expect(told.map(({ number }) => number)).toEqual(Array.from({ length: 2 * sent }, (_, index) => index + 1))
      expect(told.filter(({ kind }) => kind === 'call').map(({ callId }) => callId)).toEqual(Array.from({ length: sent }, (_, index) => `call-${String(index + 1)}-of-ann`))
    },
  }
}
const count = (what: string): number => proxy.asked.filter(one => one === what).length
const Socket = WebSocket as unknown as typeof globalThis.WebSocket

describe('a page whose network lets no sockets through', () => {
  test.each(['refuse', 'ignore'] as const)('takes events when upgrades are answered so: %s', async upgrades => {
    proxy.upgrades = upgrades
    const page = await follow({ WebSocket: Socket })
    await page.say(5)
    await page.hasAll()
    await expect.poll(() => count('GET agent.packets')).toBe(1)
    await page.say(5)
    await page.hasAll()
    expect(count('GET trpc')).toBe(2)
  })

  test('goes on over events where a socket was open before', async () => {
    proxy.upgrades = 'pass'
    const page = await follow({ WebSocket: Socket })
    await page.say(5)
    await page.hasAll()
    expect(count('GET agent.packets')).toBe(0)
    proxy.upgrades = 'refuse'
    proxy.cut()
    await page.say(5)
    await page.hasAll()
    await expect.poll(() => count('GET agent.packets')).toBe(1)
  })
})

describe('a stream of events', () => {
  test('lives by the pings of the server while there is nothing to tell', async () => {
    const page = await follow({ clock: monotonicClock })
    await new Promise(resolve => { setTimeout(resolve, 13_000) })
    await page.say(1)
    await page.hasAll(1_000)
    expect(proxy.asked).toEqual(['GET agent.packets'])
  }, 20_000)

  test('that is cut again and again is resumed', async () => {
    proxy.streams = { cutAfterMs: 60 }
    const page = await follow()
    for (let round = 0; round < 20; round += 1) {
      await page.say(2)
      await new Promise(resolve => { setTimeout(resolve, 20) })
    }
    await page.hasAll()
    expect(count('GET agent.packets')).toBeGreaterThan(3)
  })

  test('that is held back delays nothing for long, and is given up after two', async () => {
    proxy.streams = 'hold'
    const page = await follow()
    await page.say(5)
    // The page asks meanwhile, after 3 s of its time.
    await page.hasAll(1_000)
    await expect.poll(() => count('GET agent.packets'), { timeout: 5_000 }).toBe(2)
    await expect.poll(() => proxy.open(), { timeout: 5_000 }).toBe(0)
    await page.say(5)
    await page.hasAll(1_000)
    await new Promise(resolve => { setTimeout(resolve, 4_000) })
    expect(count('GET agent.packets')).toBe(2)
  }, 20_000)

  test('is marked as one that is neither kept nor compressed', async () => {
    const { reply } = await follow()
    const controller = new AbortController()
    const response = await fetch(`${proxy.url}mephisto/trpc/agent.packets?input=%7B%7D`, { signal: controller.signal, headers: { accept: 'text/event-stream', authorization: `Bearer ${reply.agentToken}` } })
    expect(response.headers.get('cache-control')).toContain('no-transform')
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    controller.abort()
    await response.body?.cancel().catch(() => undefined)
  })

  test('goes on with whatever the proxy does next, in whatever order', async () => {
    const page = await follow({ WebSocket: Socket })
    for (const streams of ['pass', 'hold', { cutAfterMs: 30 }, 'hold', 'pass', { cutAfterMs: 200 }, 'pass'] as const) {
      proxy.streams = streams
      proxy.upgrades = streams === 'hold' ? 'pass' : 'refuse'
      proxy.cut()
      await page.say(4)
      await new Promise(resolve => { setTimeout(resolve, 150) })
    }
    await page.hasAll()
  }, 20_000)
})

describe('what a page is told of sockets', () => {
  const sockets = async ({ mephisto }: SessionsStage, { id }: TaskRun): Promise<boolean | undefined> => {
    const { credential } = await mephisto.invite({ run: id, worker: 'ben' })
    const reply = await pageCalls(mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
    return reply.status === 'working' ? reply.sockets : undefined
  }

  test('is whether this instance takes them, on any server', async () => {
    expect(await sockets(stage, run)).toBe(true)
    detach()
    expect(await sockets(stage, run)).toBe(true)
    stage.detach()
    expect(await sockets(stage, run)).toBe(false)
    detach = attachWebSocket(host, stage.mephisto)
    expect(await sockets(stage, run)).toBe(true)
  })

  test.each([true, false])('is what the architect says, whatever the instance does: %s', async said => {
    const other = await openSessionsStage(target, { sockets: said })
    if (said) other.detach()
    expect(await sockets(other, run)).toBe(said)
    await other.close()
    expect(expressArchitect({ baseUrl: 'https://app.example/mephisto/', taskUrl: '/work', sockets: said }).sockets).toBe(said)
  })
})
