import { afterEach, describe, expect, test } from 'vitest'
import { implement, type CallRow, type OutboxHandler, type Principal } from '../../sdk/index.js'
import type { NewCall } from '../../sdk/ports/outbox-operations.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const open: TestMephisto[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const handling = (call: OutboxHandler['call'], change: Partial<OutboxHandler> = {}): OutboxHandler => ({ specVersion: 1, topic: 'pay', call, ...change })
async function stage(...outbox: OutboxHandler[]): Promise<TestMephisto> {
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], outbox })
  open.push(mephisto)
  return mephisto
}
/** As an operation of ours would: in a transaction. */
const enqueue = (on: TestMephisto, ...calls: Partial<NewCall>[]): Promise<void> => on.db.transaction(async tx => tx.outbox.enqueue(calls.map((call): NewCall => {
  const id = on.runtime.newId()
  return { id, callKey: `pay:${id}`, topic: 'pay', body: '{}', subjectId: null, lane: null, ...call }
}), await tx.now()))
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const rows = async (on: TestMephisto): Promise<readonly CallRow[]> => (await on.db.outbox.find()).rows

describe('a call', () => {
  test('is made by its topic\'s handler, once, and its result is kept with it', async () => {
    const made: CallRow[] = []
    const mephisto = await stage(handling(call => {
      made.push(call)
      return Promise.resolve({ kind: 'done', result: { paid: 5 } })
    }), handling(() => Promise.reject(new Error('not mine')), { topic: 'other' }))
    await enqueue(mephisto, { callKey: 'pay:unit-1', body: '{"unit":1}' })
    await enqueue(mephisto, { callKey: 'pay:unit-1', body: '{"unit":2}' })
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 1, retried: 0, failed: 0 })
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 0, retried: 0, failed: 0 })
    expect(made).toMatchObject([{ callKey: 'pay:unit-1', body: '{"unit":1}', tries: 1 }])
    expect(await rows(mephisto)).toMatchObject([{ status: 'done', tries: 1, leaseUntil: null, result: '{"paid":5}' }])
  })

  test('is made outside any transaction, and what follows is written in the one that records its result', async () => {
    const mephisto = await stage(handling(async () => {
      // SQLite has one writer: it would wait for ever.
      await mephisto.db.transaction(tx => tx.tasks.ensureTask({ id: mephisto.runtime.newId(), name: 'meanwhile', blueprintType: 'b', at: 1 }))
      return { kind: 'done', result: {} }
    }, {
      record: async (tx, call, { status, at }) => tx.audit.insert({ id: call.id, actorId: 'x', action: status, subject: 'call', subjectId: call.id, body: '{}', at }),
    }))
    await enqueue(mephisto, {})
    expect((await mephisto.operator.tick()).calls.done).toBe(1)
    const [row] = await rows(mephisto)
    expect(await mephisto.db.audit.get(row?.id ?? '')).toMatchObject({ action: 'done' })
  })

  test('that fails is tried again later and later, then given up, visibly; the operator can have it made again', async () => {
    let isUp = false
    const mephisto = await stage(handling(() => (isUp ? Promise.resolve({ kind: 'done', result: {} }) : Promise.reject(new Error('the bank is closed'))), { maxTries: 4, backoff: { firstMs: 1_000, mostMs: 60_000 } }))
    await enqueue(mephisto, {})
    const waits: number[] = []
    for (let tries = 1; tries < 4; tries += 1) {
      expect((await mephisto.operator.tick()).calls).toEqual({ done: 0, retried: 1, failed: 0 })
      const [row] = await rows(mephisto)
      const waitMs = (row?.nextAt ?? 0) - mephisto.runtime.now()
      waits.push(waitMs)
      expect(row).toMatchObject({ status: 'pending', tries, result: '{"error":"the bank is closed"}' })
      mephisto.runtime.advance(waitMs - 1)
      expect((await mephisto.operator.tick()).calls.retried).toBe(0)
      mephisto.runtime.advance(1)
    }
    expect(waits.every((ms, index) => ms >= 500 * 2 ** index && ms <= 1_000 * 2 ** index)).toBe(true)
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 0, retried: 0, failed: 1 })
    await mephisto.advance(86_400_000)
    const [failed] = (await mephisto.outbox.calls({ statuses: ['failed'] })).calls
    expect(failed).toMatchObject({ tries: 4, result: { error: 'the bank is closed' } })
    isUp = true
    const request = { requestId: crypto.randomUUID(), callIds: [failed?.id ?? ''] }
    expect([await mephisto.outbox.replay(OLGA, request), await mephisto.outbox.replay(OLGA, request)]).toEqual([{ replayed: 1 }, { replayed: 1 }])
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 1, retried: 0, failed: 0 })
    expect((await mephisto.db.audit.get(request.requestId))).toMatchObject({ actorId: 'olga', action: 'replay_calls' })
    await expect(mephisto.outbox.replay(OLGA, { requestId: crypto.randomUUID(), callIds: [] })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('that is refused for good is not tried again', async () => {
    const mephisto = await stage(handling(() => Promise.resolve({ kind: 'failed', result: { why: 'no such account' } })))
    await enqueue(mephisto, {})
    expect((await mephisto.operator.tick()).calls.failed).toBe(1)
    await mephisto.advance(86_400_000)
    expect(await rows(mephisto)).toMatchObject([{ status: 'failed', tries: 1 }])
  })

  test('that takes too long has failed; what comes of it later does not count', async () => {
    const signals: AbortSignal[] = []
    const mephisto = await stage(handling(async (_, signal) => {
      signals.push(signal)
      await pause(200)
      return { kind: 'done', result: {} }
    }, { timeoutMs: 50 }))
    await enqueue(mephisto, {})
    expect((await mephisto.operator.tick()).calls.retried).toBe(1)
    await pause(250)
    expect(signals.map(signal => signal.aborted)).toEqual([true])
    expect(await rows(mephisto)).toMatchObject([{ status: 'pending', result: '{"error":"no result within 50 ms"}' }])
  })

  test('whose process is gone is made by another when its lease ends, and a late result does not count', async () => {
    const ends: (() => void)[] = []
    let calls = 0
    const mephisto = await stage(handling(async () => {
      calls += 1
      if (calls === 1) await new Promise<void>(resolve => { ends.push(resolve) })
      return { kind: 'done', result: { by: calls } }
    }, { timeoutMs: 20_000 }))
    const other = await mephisto.another()
    open.push(other)
    await enqueue(mephisto, {})
    const stuck = mephisto.operator.tick()
    await expect.poll(() => calls).toBe(1)
    expect((await other.operator.tick()).calls.done).toBe(0)
    mephisto.runtime.advance(50_000)
    expect((await other.operator.tick()).calls.done).toBe(1)
    ends[0]?.()
    expect((await stuck).calls.done).toBe(0)
    expect(await rows(mephisto)).toMatchObject([{ status: 'done', tries: 2, result: '{"by":2}' }])
  })
})

describe('many calls', () => {
  test('are made so many at a time, of one subject fewer, and each by one of two instances', async () => {
    let [now, most] = [0, 0]
    const perSubject = new Map<string, number>()
    const seen: string[] = []
    const mostOfSubject = { ann: 0, ben: 0 }
    const call = async ({ id, body }: CallRow) => {
      const subject = body === '"ann"' ? 'ann' : 'ben'
      most = Math.max(most, (now += 1))
      perSubject.set(subject, (perSubject.get(subject) ?? 0) + 1)
      mostOfSubject[subject] = Math.max(mostOfSubject[subject], perSubject.get(subject) ?? 0)
      seen.push(id)
      await pause(2)
      perSubject.set(subject, (perSubject.get(subject) ?? 0) - 1)
      now -= 1
      return { kind: 'done', result: {} } as const
    }
    const mephisto = await stage(handling(call, { concurrency: 5, concurrencyPerSubject: 3 }))
    const other = await mephisto.another()
    open.push(other)
    const [ann, ben] = [mephisto.runtime.newId(), mephisto.runtime.newId()]
    await enqueue(mephisto, ...Array.from({ length: 100 }, (_, index) => (index < 80 ? { subjectId: ann, body: '"ann"' } : { subjectId: ben, body: '"ben"' })))
    expect((await mephisto.operator.tick()).calls.done).toBe(100)
    expect({ most, ann: mostOfSubject.ann }).toEqual({ most: 5, ann: 3 })
    // What ann's calls leave of the five, or its own share.
    expect([2, 3]).toContain(mostOfSubject.ben)
    await enqueue(mephisto, ...Array.from({ length: 100 }, () => ({})))
    const reports = await Promise.all([mephisto, other].map(one => one.operator.tick()))
    expect(reports.reduce((sum, { calls }) => sum + calls.done, 0)).toBe(100)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('about a subject that is slow leave room for others that came after them, at once', async () => {
    const [made, slow]: [string[], (() => void)[]] = [[], []]
    const mephisto = await stage(handling(async ({ body }) => {
      if (body === '"slow"') await new Promise<void>(resolve => { slow.push(resolve) })
      made.push(body)
      return { kind: 'done', result: {} }
    }))
    const [ann, ben] = [mephisto.runtime.newId(), mephisto.runtime.newId()]
    await enqueue(mephisto, ...Array.from({ length: 40 }, () => ({ subjectId: ann, body: '"slow"' })))
    mephisto.runtime.advance(1)
    await enqueue(mephisto, { subjectId: ben, body: '"quick"' })
    const ticking = mephisto.operator.tick()
    await expect.poll(() => made).toEqual(['"quick"'])
    expect(slow).toHaveLength(4)
    const release = setInterval(() => { slow.splice(0).forEach(resolve => { resolve() }) }, 1)
    expect((await ticking).calls.done).toBe(41)
    clearInterval(release)
  })

  test('of a tick are bounded', async () => {
    const mephisto = await stage(handling(() => Promise.resolve({ kind: 'done', result: {} })))
    await enqueue(mephisto, ...Array.from({ length: 1_003 }, () => ({})))
    expect((await mephisto.operator.tick()).calls.done).toBe(1_000)
    expect((await mephisto.operator.tick()).calls.done).toBe(3)
  })
})

describe('a started instance', () => {
  test('makes calls as soon as the transaction that wants them has committed', async () => {
    const times: number[] = []
    const mephisto = await stage(handling(({ body }) => {
      times.push(performance.now() - Number(body))
      return Promise.resolve({ kind: 'done', result: {} })
    }))
    // In the instance's own transactions: here an act that has a call made again.
    const stop = mephisto.start({ everyMs: 60_000 })
    await enqueue(mephisto, { body: String(performance.now()) })
    await mephisto.operator.tick()
    const [row] = await rows(mephisto)
    times.length = 0
    for (let round = 1; round <= 20; round += 1) {
      const started = performance.now()
      await mephisto.outbox.replay(OLGA, { requestId: crypto.randomUUID(), callIds: [row?.id ?? ''] })
      await expect.poll(() => times.length, { interval: 1 }).toBe(round)
      times[round - 1] = performance.now() - started
      await expect.poll(async () => (await rows(mephisto))[0]?.status, { interval: 1 }).toBe('done')
    }
    await stop()
    const median = times.sort((a, b) => a - b)[10] ?? Infinity
    console.log(`from the act to the call: median ${median.toFixed(1)} ms, longest ${(times.at(-1) ?? 0).toFixed(1)} ms`)
    expect(median).toBeLessThan(50)
  })

  test('is not held up by calls that take long, and waits for them when it is stopped', async () => {
    const done: string[] = []
    const slow: (() => void)[] = []
    const mephisto = await stage(
      handling(async ({ topic }) => {
        await new Promise<void>(resolve => { slow.push(resolve) })
        done.push(topic)
        return { kind: 'done', result: {} }
      }),
      handling(({ topic }) => {
        done.push(topic)
        return Promise.resolve({ kind: 'done', result: {} })
      }, { topic: 'other' }))
    const stop = mephisto.start({ everyMs: 10 })
    await enqueue(mephisto, {})
    await expect.poll(() => slow.length).toBe(1)
    await enqueue(mephisto, { topic: 'other' })
    await expect.poll(() => done).toEqual(['other'])
    const stopped = stop()
    setTimeout(() => slow[0]?.(), 30)
    await stopped
    expect(done).toEqual(['other', 'pay'])
    expect((await rows(mephisto)).map(row => row.status)).toEqual(['done', 'done'])
    await enqueue(mephisto, { topic: 'other' })
    await pause(50)
    expect(done).toHaveLength(2)
  })
})
