import { afterEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type DeliveryView, type Logger, type Network, type Principal, type WebhookView } from '../../sdk/index.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { answering, isSignedWith, startReceiver, type Answer, type Receiver } from '../webhook-receiver.js'

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const HOUR = 3_600_000
const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close()
})

const requestId = (): string => crypto.randomUUID()

interface Stage { readonly mephisto: TestMephisto; readonly receiver: Receiver; readonly webhook: WebhookView; readonly secret: string; readonly run: TaskRun }

/** An instance with a webhook to a receiver, and a run launched before it was made. */
async function stage(answer: Answer = answering(200), { create = {}, items = 20, network = {}, timeoutMs = 2_000, logger = silentLogger }: { create?: object; items?: number; network?: Partial<Network>; timeoutMs?: number; logger?: Logger } = {}): Promise<Stage> {
  const receiver = await startReceiver(answer)
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], webhooks: { allowPrivate: [receiver.host], timeoutMs, network }, logger })
  closing.push(receiver, mephisto)
  const run = await mephisto.operator.launch(sentiment, sentimentRun(items))
  const { webhook, secret } = await mephisto.webhooks.create(OLGA, { requestId: requestId(), url: receiver.url, ...create })
  return { mephisto, receiver, webhook, secret: secret ?? '', run }
}

async function answerOne({ mephisto, run }: Pick<Stage, 'mephisto' | 'run'>, name: string): Promise<{ unitId: string; agentId: string }> {
  const task = await mephisto.worker(name).accept(sentiment, run)
  await task.submit({ label: 'positive', comment: 'secret comment' })
  return task
}
const log = async ({ mephisto, webhook }: Pick<Stage, 'mephisto' | 'webhook'>, query: object = {}): Promise<readonly DeliveryView[]> => (await mephisto.webhooks.deliveries({ webhookId: webhook.id, limit: 200, ...query })).deliveries
const told = ({ receiver }: Pick<Stage, 'receiver'>) => receiver.received.map(({ message }) => `${String(message.feed)} ${message.type}`)
/** The clock moves to the next try of the latest delivery. */
async function untilNextTry(on: Stage): Promise<void> {
  // Those behind it in their run wait for it, and have no time of their own.
  const waiting = (await log(on, { status: 'waiting' })).find(delivery => delivery.nextTryAt !== null)
  if (waiting?.nextTryAt) on.mephisto.runtime.advance(Math.max(0, Date.parse(waiting.nextTryAt) - on.mephisto.runtime.now()))
}

describe('a webhook is told', () => {
  test('what happens from when it was made, by ids, signed; and what became of it is in the log', async () => {
    const on = await stage()
    const { unitId, agentId } = await answerOne(on, 'ann')
    expect((await on.mephisto.operator.tick()).calls).toEqual({ done: 2, retried: 0, failed: 0 })
    expect(told(on)).toEqual(['2 agent.begin', '3 agent.complete'])
    const [, delivery] = on.receiver.received
    expect(delivery?.message).toEqual({
      id: delivery?.headers['webhook-id'], type: 'agent.complete', runId: on.run.id, feed: 3, at: new Date(on.mephisto.runtime.now()).toISOString(),
      data: { agentId, unitId, assignmentId: expect.any(String) as string, workerId: expect.any(String) as string, submissionId: expect.any(String) as string },
    })
    expect(delivery?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-timestamp': String(Math.floor(on.mephisto.runtime.now() / 1000)) })
    expect(on.receiver.received.map(one => [isSignedWith(on.secret, one), isSignedWith(`whsec_${'A'.repeat(43)}=`, one)])).toEqual([[true, false], [true, false]])
    expect(JSON.stringify(on.receiver.received)).not.toMatch(/positive|secret comment|ann\b|digest/)
    expect(await log(on)).toMatchObject([
      { messageId: delivery?.message.id, feed: 3, type: 'agent.complete', status: 'delivered', tries: 1, httpStatus: 200, error: null, nextTryAt: null }, { feed: 2, status: 'delivered' },
    ])
    expect((await on.mephisto.operator.tick()).calls.done).toBe(0)
  })

  test('only the types and runs that it asked for', async () => {
    const on = await stage(answering(204), { create: { eventTypes: ['run.complete', 'run.pause'], scope: 'task', scopeId: 'tweets' }, items: 1 })
    const other = await on.mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'others' })
    const later = await on.mephisto.operator.launch(sentiment, sentimentRun(1))
    for (const run of [on.run, other, later]) {
      await on.mephisto.operator.pause(run.id)
      await on.mephisto.operator.resume(run.id)
      await answerOne({ ...on, run }, 'ann')
    }
    await on.mephisto.operator.tick()
    expect(on.receiver.received.map(({ message }) => `${message.runId} ${message.type}`).sort()).toEqual([on.run, later].flatMap(({ id }) => [`${id} run.pause`, `${id} run.complete`]).sort())
  })

  test('at once where the instance was started', async () => {
    const on = await stage()
    const stop = on.mephisto.start({ everyMs: 60_000 })
    const times: number[] = []
    for (let index = 1; index <= 15; index += 1) {
      const started = performance.now()
      await on.mephisto.worker(`worker ${String(index)}`).accept(sentiment, on.run)
      const committed = performance.now()
      await expect.poll(() => on.receiver.received.length, { interval: 1 }).toBe(index)
      times.push(performance.now() - committed)
      expect(committed).toBeGreaterThan(started)
    }
    await stop()
    const median = times.sort((a, b) => a - b)[7] ?? Infinity
    console.log(`from the reply to the delivery: median ${median.toFixed(1)} ms, longest ${(times.at(-1) ?? 0).toFixed(1)} ms`)
    expect(median).toBeLessThan(50)
  })

  test('one run in its order, the next when the one before was taken; other runs meanwhile', async () => {
    const failing = new Set<string>()
    const on = await stage((response, { message }) => response.writeHead(failing.has(message.runId) ? 500 : 200).end())
    const other = await on.mephisto.operator.launch(sentiment, { ...sentimentRun(9), task: 'others' })
    failing.add(on.run.id)
    for (const run of [on.run, other]) for (const name of ['ann', 'ben', 'cat']) await answerOne({ ...on, run }, name)
    await on.mephisto.operator.tick()
    const of = (run: { id: string }) => on.receiver.received.filter(({ message }) => message.runId === run.id).map(({ message }) => message.feed)
    expect(of(on.run)).toEqual([2])
    expect(of(other)).toEqual([1, 2, 3, 4, 5, 6, 7])
    failing.clear()
    await on.mephisto.advance(10_000)
    expect(of(on.run)).toEqual([2, 2, 3, 4, 5, 6, 7])
    expect(new Set(on.receiver.received.filter(({ message }) => message.runId === on.run.id && message.feed === 2).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })
})

describe('a receiver', () => {
  test('that answers 500 and then 200 has it the second time, under the same id', async () => {
    const on = await stage((response, _, index) => response.writeHead(index === 0 ? 500 : 200).end('x'.repeat(1_000_000)))
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    expect((await on.mephisto.operator.tick()).calls).toEqual({ done: 0, retried: 1, failed: 0 })
    expect(await log(on)).toMatchObject([{ status: 'waiting', tries: 1, httpStatus: 500, error: 'The receiver answered 500.' }])
    expect((await on.mephisto.webhooks.get(on.webhook.id)).failingSince).not.toBeNull()
    await untilNextTry(on)
    expect((await on.mephisto.operator.tick()).calls).toEqual({ done: 1, retried: 0, failed: 0 })
    expect(new Set(on.receiver.received.map(({ headers, body }) => `${headers['webhook-id'] ?? ''} ${body}`)).size).toBe(1)
    expect(await log(on)).toMatchObject([{ status: 'delivered', tries: 2, httpStatus: 200, error: null }])
    expect((await on.mephisto.webhooks.get(on.webhook.id)).failingSince).toBeNull()
  })

  test('that is down is asked again, and told when it is up', async () => {
    const on = await stage()
    await on.receiver.close()
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    expect((await on.mephisto.operator.tick()).calls.retried).toBe(1)
    expect(await log(on)).toMatchObject([{ status: 'waiting', httpStatus: null, error: expect.stringContaining('ECONNREFUSED') as string }])
    const back = await startReceiver(answering(200), Number(new URL(on.receiver.url).port))
    closing.push(back)
    await untilNextTry(on)
    expect((await on.mephisto.operator.tick()).calls.done).toBe(1)
    expect(back.received).toHaveLength(1)
  })

  test('that never answers, or never ends its answer, costs no more than the time limit', async () => {
    const on = await stage((response, _, index) => {
      if (index > 0) response.writeHead(200).write('and so on')
    }, { timeoutMs: 200 })
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    const started = performance.now()
    expect((await on.mephisto.operator.tick()).calls.retried).toBe(1)
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(await log(on)).toMatchObject([{ httpStatus: null, error: 'The receiver did not answer within 200 ms.' }])
    await untilNextTry(on)
    // It said 200: it has it.
    expect((await on.mephisto.operator.tick()).calls.done).toBe(1)
  })

  test('that is slow has no more than four deliveries at a time, whatever the number of runs', async () => {
    const on = await stage(response => { setTimeout(() => response.writeHead(200).end(), 20) })
    for (let index = 0; index < 12; index += 1) await on.mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: `task ${String(index)}` })
    expect((await on.mephisto.operator.tick()).calls.done).toBe(12)
    expect(on.receiver.mostAtOnce()).toBe(4)
  })

  test('that redirects to an address inside is not followed', async () => {
    const inside = await startReceiver()
    closing.push(inside)
    const on = await stage(answering(302, { location: inside.url }))
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    await on.mephisto.operator.tick()
    expect(inside.received).toEqual([])
    expect(await log(on)).toMatchObject([{ status: 'waiting', httpStatus: 302, error: 'The receiver answered 302, a redirect, which is not followed.' }])
  })

  test('that asks to wait is waited for', async () => {
    const on = await stage(answering(429, { 'retry-after': '3600' }))
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    await on.mephisto.operator.tick()
    expect(Date.parse((await log(on))[0]?.nextTryAt ?? '') - on.mephisto.runtime.now()).toBe(HOUR)
  })

  test('that refuses one event is told the next after some minutes; the refused one can be told again', async () => {
    let isRefusing = true
    const on = await stage((response, { message }) => response.writeHead(isRefusing && message.feed === 2 ? 422 : 200).end())
    await answerOne(on, 'ann')
    await answerOne(on, 'ben')
    for (let round = 0; round < 8; round += 1) {
      await on.mephisto.operator.tick()
      await untilNextTry(on)
    }
    expect(on.mephisto.runtime.now() - Date.parse(on.webhook.createdAt)).toBeLessThan(HOUR / 2)
    expect(told(on)).toEqual([...Array.from({ length: 8 }, () => '2 agent.begin'), '3 agent.complete', '4 agent.begin', '5 agent.complete'])
    const [failed] = await log(on, { status: 'failed' })
    expect(failed).toMatchObject({ feed: 2, tries: 8, httpStatus: 422 })
    isRefusing = false
    expect(await on.mephisto.webhooks.replay(OLGA, { requestId: requestId(), webhookId: on.webhook.id, deliveryIds: [failed?.id ?? ''] })).toEqual({ webhookId: on.webhook.id, replayed: 1 })
    await on.mephisto.operator.tick()
    expect(on.receiver.received.at(-1)?.message.id).toBe(failed?.messageId)
    expect(await log(on, { status: 'failed' })).toEqual([])
  })
})

describe('an address', () => {
  test('whose name stands for an inside one by now is not connected to', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1'], ['93.184.216.34', '::ffff:10.0.0.1']]
    const posted: (readonly string[])[] = []
    const on = await stage(answering(200), {
      create: { url: 'https://rebinding.example/hooks' },
      network: {
        resolve: () => Promise.resolve(answers.shift() ?? []),
        post: ({ addresses }) => {
          posted.push(addresses)
          return Promise.resolve({ status: 500, retryAfter: null })
        },
      },
    })
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    const errors: unknown[] = []
    for (let round = 0; round < 4; round += 1) {
      await on.mephisto.operator.tick()
      errors.push((await log(on))[0]?.error)
      await untilNextTry(on)
    }
    expect(posted).toEqual([['93.184.216.34']])
    expect(errors).toEqual(['The receiver answered 500.', expect.stringContaining('stands for 127.0.0.1, which is not a public address'), expect.stringContaining('stands for ::ffff:10.0.0.1'), expect.stringContaining('has no address')])
  })

  test('is the one that was checked, whatever the resolver of the system would say', async () => {
    const on = await stage(answering(200), { network: { resolve: () => Promise.resolve(['127.0.0.1']) } })
    const port = new URL(on.receiver.url).port
    const another = await createTestMephisto({ blueprints: [implement(sentiment)], webhooks: { allowPrivate: [`nowhere.invalid:${port}`], network: { resolve: () => Promise.resolve(['127.0.0.1']) } } })
    closing.push(another)
    await another.webhooks.create(OLGA, { requestId: requestId(), url: `http://nowhere.invalid:${port}/pinned` })
    await another.operator.launch(sentiment, sentimentRun(1))
    expect((await another.operator.tick()).calls.done).toBe(1)
    expect(on.receiver.received).toMatchObject([{ path: '/pinned', headers: { host: `nowhere.invalid:${port}` } }])
    // The connection is not kept: the next one is checked anew.
    expect(on.receiver.received[0]?.headers['connection']).toBe('close')
  })

  test('that its instance no longer allows is not told any more', async () => {
    const on = await stage()
    const strict = await createTestMephisto({ blueprints: [implement(sentiment)], file: on.mephisto.file, seed: 2 })
    closing.push(strict)
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    expect((await strict.operator.tick()).calls.retried).toBe(1)
    expect(await log(on)).toMatchObject([{ error: expect.stringContaining('stands for 127.0.0.1, which is not a public address') as string }])
    expect(on.receiver.received).toEqual([])
  })
})

describe('a secret', () => {
  test('that is replaced signs beside the new one for a while, then no more', async () => {
    const on = await stage()
    const rotated = await on.mephisto.webhooks.rotate(OLGA, { requestId: requestId(), webhookId: on.webhook.id, overlapMs: HOUR })
    const signed = async (name: string) => {
      await on.mephisto.worker(name).accept(sentiment, on.run)
      await on.mephisto.operator.tick()
      const last = on.receiver.received.at(-1)
      return last && [isSignedWith(on.secret, last), isSignedWith(rotated.secret ?? '', last)]
    }
    expect(await signed('ann')).toEqual([true, true])
    on.mephisto.runtime.advance(HOUR)
    expect(await signed('ben')).toEqual([false, true])
    await on.mephisto.webhooks.rotate(OLGA, { requestId: requestId(), webhookId: on.webhook.id, overlapMs: 0 })
    expect(await signed('cat')).toEqual([false, false])
  })
})

describe('a webhook that is paused', () => {
  test('is told nothing; after it is resumed, what happened meanwhile, in order', async () => {
    const on = await stage((response, _, index) => response.writeHead(index === 0 ? 500 : 200).end())
    const of = () => ({ requestId: requestId(), webhookId: on.webhook.id })
    await on.mephisto.worker('ann').accept(sentiment, on.run)
    await on.mephisto.operator.tick()
    await on.mephisto.webhooks.pause(OLGA, of())
    for (const name of ['ben', 'cat']) await on.mephisto.worker(name).accept(sentiment, on.run)
    await on.mephisto.advance(60_000)
    expect(told(on)).toEqual(['2 agent.begin'])
    expect(await log(on)).toMatchObject([{ status: 'held', nextTryAt: null }])
    await on.mephisto.webhooks.resume(OLGA, of())
    await on.mephisto.operator.tick()
    expect(told(on)).toEqual(['2 agent.begin', '2 agent.begin', '3 agent.begin', '4 agent.begin'])
  })

  test('pauses by itself when its receiver is gone for good, or took nothing for a day', async () => {
    const warned: unknown[] = []
    const gone = await stage(answering(410), { logger: { ...silentLogger, warn: fields => { warned.push(fields) } } })
    await gone.mephisto.worker('ann').accept(sentiment, gone.run)
    await gone.mephisto.operator.tick()
    expect(await gone.mephisto.webhooks.get(gone.webhook.id)).toMatchObject({ status: 'paused', pauseReason: expect.stringContaining('answered 410') as string })
    expect(warned).toEqual([{ webhookId: gone.webhook.id }])
    const down = await stage(answering(503))
    await down.mephisto.worker('ann').accept(sentiment, down.run)
    let tries = 0
    for (; (await down.mephisto.webhooks.get(down.webhook.id)).status === 'active' && tries < 40; tries += 1) {
      await untilNextTry(down)
      await down.mephisto.operator.tick()
    }
    const waitedMs = down.mephisto.runtime.now() - Date.parse(down.webhook.createdAt)
    expect(waitedMs).toBeGreaterThanOrEqual(24 * HOUR)
    expect(waitedMs).toBeLessThan(31 * HOUR)
    expect(await down.mephisto.webhooks.get(down.webhook.id)).toMatchObject({ status: 'paused', pauseReason: expect.stringMatching(/No delivery was taken for \d\d hours\. The receiver answered 503/) as string })
    // The lease ran out meanwhile: that waits behind what could not be told.
    expect(await log(down)).toMatchObject([{ status: 'held', type: 'agent.time_out', tries: 0 }, { status: 'held', type: 'agent.begin' }])
    expect(tries).toBeLessThan(22)
  })
})

test('a replay from a number of the feed tells everything from there again, under the same ids', async () => {
  const on = await stage()
  for (const name of ['ann', 'ben']) await answerOne(on, name)
  await on.mephisto.operator.tick()
  const before = on.receiver.received.map(({ message }) => message.id)
  expect(await on.mephisto.webhooks.replay(OLGA, { requestId: requestId(), webhookId: on.webhook.id, runId: on.run.id, fromFeed: 1 })).toEqual({ webhookId: on.webhook.id, replayed: 5 })
  await on.mephisto.operator.tick()
  expect(told(on).slice(4)).toEqual(['1 run.run', '2 agent.begin', '3 agent.complete', '4 agent.begin', '5 agent.complete'])
  expect(on.receiver.received.slice(5).map(({ message }) => message.id)).toEqual(before)
  expect(await log(on)).toHaveLength(5)
})

test('a webhook that is deleted is told nothing more, and its deliveries are gone', async () => {
  const on = await stage(answering(500))
  await answerOne(on, 'ann')
  await on.mephisto.operator.tick()
  await on.mephisto.webhooks.delete(OLGA, { requestId: requestId(), webhookId: on.webhook.id })
  await on.mephisto.advance(HOUR)
  expect(told(on)).toEqual(['2 agent.begin'])
  expect((await on.mephisto.outbox.calls()).calls).toEqual([])
})
