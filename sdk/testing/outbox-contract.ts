import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { CallEnd, CallRow, NewCall } from '../ports/outbox-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import { AT, ids, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

const LEASE_MS = 60_000

/** What is written into the outbox, who makes it, and what is recorded of it. */
export function outboxContract(withDb: DatabaseTest): void {
  withDb('enqueues a call once for its key, also of several at once, and with the transaction that wants it', async db => {
    const call = newCall({ callKey: 'pay:1', body: '{"text":"ü 😀 \\u0000"}' })
    await db.outbox.enqueue([call, newCall({})], AT)
    await Promise.all([1, 2, 3].map(() => db.outbox.enqueue([newCall({ callKey: 'pay:1', body: '{}' })], AT + 1)))
    await assert.rejects(db.transaction(async tx => {
      await tx.outbox.enqueue([newCall({ callKey: 'pay:2' })], AT)
      throw new Error('changed my mind')
    }))
    assert.equal((await db.outbox.find()).rows.length, 2)
    assert.deepEqual(await db.outbox.get(call.id), {
      ...call, status: 'pending', tries: 0, fence: 0, nextAt: AT, leaseUntil: null, result: null, createdAt: AT, changedAt: null,
    })
    // Whoever writes it makes it: nobody else does before its lease ends.
    const own = newCall({ leaseUntil: AT + LEASE_MS })
    await db.outbox.enqueue([own], AT)
    assert.deepEqual(await db.outbox.get(own.id), { ...own, status: 'pending', tries: 1, fence: 1, nextAt: AT + LEASE_MS, result: null, createdAt: AT, changedAt: null })
    assert.equal(await db.outbox.finish({ id: own.id, fence: 1 }, { status: 'done', nextAt: AT, result: '{}', at: AT }), true)
    await db.outbox.enqueue([], AT)
    await rejects(db.outbox.enqueue([newCall({ callKey: '' })], AT), 'invalid_input')
    await rejects(db.outbox.enqueue([newCall({ topic: 'x'.repeat(65) })], AT), 'invalid_input')
  })

  withDb('leases each due call to one taker, the longest due first, and again only when its lease ends', async db => {
    for (let index = 0; index < 12; index += 1) await db.outbox.enqueue([newCall({})], AT + index)
    await db.outbox.enqueue([newCall({ topic: 'other' })], AT)
    assert.deepEqual(await take(db, AT - 1, {}), [])
    const [first] = await take(db, AT + 100, { limit: 1 })
    assert.deepEqual([first?.createdAt, first?.tries, first?.fence, first?.leaseUntil], [AT, 1, 1, AT + 100 + LEASE_MS])
    assert.deepEqual(await db.outbox.get(first?.id ?? ''), first)
    const taken = (await Promise.all([1, 2, 3].map(() => take(db, AT + 100, { limit: 20 })))).flat()
    assert.equal(new Set(taken.map(call => call.id)).size, taken.length)
    assert.equal(taken.length + (await take(db, AT + 101, { limit: 20 })).length, 11)
    assert.deepEqual(await take(db, AT + 99 + LEASE_MS, {}), [])
    const [again] = await take(db, AT + 100 + LEASE_MS, { limit: 1 })
    assert.deepEqual([again?.id, again?.tries, again?.fence], [first?.id, 2, 2])
  })

  withDb('records the result of the current lease alone, once', async db => {
    await db.outbox.enqueue([newCall({})], AT)
    const [late] = await take(db, AT, {})
    const [current] = await take(db, AT + LEASE_MS, {})
    assert.ok(late && current)
    assert.equal(await db.outbox.finish(late, end('done', AT)), false)
    assert.equal(await db.outbox.finish({ id: NOWHERE, fence: 1 }, end('done', AT)), false)
    assert.equal(await db.outbox.finish(current, end('pending', AT + LEASE_MS + 500)), true)
    assert.equal(await db.outbox.finish(current, end('done', AT)), false, 'twice')
    assert.deepEqual(await take(db, AT + LEASE_MS + 499, {}), [])
    const [third] = await take(db, AT + LEASE_MS + 500, {})
    assert.ok(third)
    assert.deepEqual([third.tries, third.result], [3, '{"said":"ü"}'])
    const outcomes = await Promise.all([1, 2, 3].map(() => db.outbox.finish(third, end('done', AT))))
    assert.equal(outcomes.filter(Boolean).length, 1)
    assert.deepEqual(await take(db, AT + 10 * LEASE_MS, {}), [])
    const row = await db.outbox.get(third.id)
    assert.deepEqual([row?.status, row?.leaseUntil, row?.changedAt], ['done', null, AT])
  })

  withDb('makes the calls of a lane one after the other, by position, and others meanwhile', async db => {
    const [ann, ben] = [v7(), v7()]
    const lane = (subjectId: string, id: string, position: number): NewCall => newCall({ subjectId, lane: { id, position } })
    const calls = [lane(ann, 'one', 10), lane(ann, 'one', 9), lane(ann, 'two', 10), lane(ben, 'one', 11), newCall({ subjectId: ann })]
    for (const [index, call] of calls.entries()) await db.outbox.enqueue([call], AT + index)
    const places = (rows: readonly CallRow[]) => rows.map(row => calls.findIndex(call => call.id === row.id)).sort()
    const first = await take(db, AT + 10, {})
    assert.deepEqual(places(first), [1, 2, 3, 4])
    assert.deepEqual(await take(db, AT + 10, {}), [])
    const head = first.find(call => call.id === calls[1]?.id)
    assert.ok(head)
    await db.outbox.finish(head, end('pending', AT + 20))
    assert.deepEqual(await take(db, AT + 10, {}), [], 'one that is tried again keeps its lane')
    const [retried] = await take(db, AT + 20, {})
    assert.equal(retried?.id, head.id)
    await db.outbox.finish(retried, end('failed', AT))
    assert.deepEqual(places(await take(db, AT + 20, {})), [0])
  })

  withDb('leaves calls about some subjects for later', async db => {
    const [ann, ben] = [v7(), v7()]
    await db.outbox.enqueue([newCall({ subjectId: ann }), newCall({ subjectId: ben }), newCall({})], AT)
    assert.deepEqual((await take(db, AT, { perSubject: 1, underWay: new Map([[ann, 1], [NOWHERE, 1]]) })).map(call => call.subjectId).sort(), [ben, null].sort())
    assert.deepEqual((await take(db, AT, {})).map(call => call.subjectId), [ann])
  })

  withDb('takes no more about a subject than its share, and those of others behind them all the same', async db => {
    const [ann, ben] = [v7(), v7()]
    for (let index = 0; index < 8; index += 1) await db.outbox.enqueue([newCall({ subjectId: ann })], AT + index)
    await db.outbox.enqueue([newCall({ subjectId: ben }), newCall({})], AT + 9)
    const taken = await take(db, AT + 10, { perSubject: 2, underWay: new Map([[ann, 1]]), limit: 3 })
    assert.deepEqual(taken.map(call => call.subjectId).sort(), [ann, ben, null].sort())
    assert.equal((await take(db, AT + 10, { perSubject: 100, limit: 3 })).length, 3)
    assert.equal((await take(db, AT + 10, { perSubject: 2, limit: 100 })).length, 2)
  })

  withDb('holds and releases calls about a subject; one under way still ends', async db => {
    const [ann, ben] = [v7(), v7()]
    await db.outbox.enqueue([newCall({ subjectId: ann }), newCall({ subjectId: ann }), newCall({ subjectId: ben }), newCall({ subjectId: ann, topic: 'other' })], AT)
    const [first, second] = await take(db, AT, { perSubject: 2, underWay: new Map([[ben, 2]]) })
    assert.ok(first && second)
    await db.outbox.hold('topic', ann)
    assert.equal(await db.outbox.finish(first, end('done', AT)), true)
    assert.equal(await db.outbox.finish(second, end('pending', AT + 5)), true)
    assert.deepEqual((await Promise.all([first, second].map(call => db.outbox.get(call.id)))).map(call => call?.status), ['done', 'held'])
    assert.deepEqual((await take(db, AT + LEASE_MS, {})).map(call => call.subjectId), [ben])
    await db.outbox.release('topic', ann, AT + LEASE_MS)
    const [released] = await take(db, AT + LEASE_MS, {})
    assert.deepEqual([released?.id, released?.tries, released?.fence], [second.id, 1, 2])
    assert.equal(await db.outbox.finish(second, end('done', AT)), false, 'under the lease before')
  })

  withDb('has calls that ended made again, under a new fence', async db => {
    await db.outbox.enqueue([newCall({}), newCall({}), newCall({})], AT)
    const taken = await take(db, AT, {})
    for (const [index, status] of (['done', 'failed', 'pending'] as const).entries()) await db.outbox.finish(taken[index] ?? { id: '', fence: 0 }, end(status, AT + 1_000))
    const all = taken.map(call => call.id)
    assert.deepEqual(await db.outbox.again([...all, NOWHERE], AT + 10), new Set(all.slice(0, 2)))
    assert.deepEqual(await db.outbox.again([], AT), new Set())
    const again = await take(db, AT + 10, {})
    assert.deepEqual(again.map(call => [call.tries, call.fence]), [[1, 2], [1, 2]])
    assert.deepEqual(ids(await db.outbox.find({ filter: { statuses: ['done', 'failed'] } })), [])
  })

  withDb('finds calls, and removes those of a lane from a position on, or all about a subject', async db => {
    const [ann, ben] = [v7(), v7()]
    const calls = [1, 2, 3, 4].map(position => newCall({ subjectId: ann, lane: { id: 'one', position } }))
    const [other, bens] = [newCall({ subjectId: ann, lane: { id: 'two', position: 9 } }), newCall({ subjectId: ben })]
    await db.outbox.enqueue([...calls, other, bens], AT)
    const [head] = await take(db, AT, { limit: 1, perSubject: 1, underWay: new Map([[ben, 1]]) })
    assert.ok(head)
    assert.deepEqual(ids(await db.outbox.find({ filter: { subjectId: ann, lane: 'two' } })), [other.id])
    await db.outbox.remove({ topic: 'topic', subjectId: ann, lane: 'one', fromPosition: 3, at: AT })
    assert.equal((await db.outbox.find({ filter: { lane: 'one' } })).rows.length, 2)
    await db.outbox.remove({ topic: 'topic', subjectId: ann, lane: 'one', fromPosition: 1, at: AT })
    assert.deepEqual(ids(await db.outbox.find({ filter: { lane: 'one' } })), [head.id], 'one that is under way stays')
    await db.outbox.remove({ topic: 'topic', subjectId: ann, at: AT })
    assert.deepEqual(ids(await db.outbox.find()), [bens.id])
    await rejects(db.outbox.find({ filter: { statuses: ['gone' as 'done'] } }), 'invalid_input')
  })
}

function newCall(change: Partial<NewCall>): NewCall {
  const id = v7()
  return { id, callKey: `key:${id}`, topic: 'topic', body: '{}', subjectId: null, lane: null, ...change }
}

function take(db: MephistoDb | DbOperations, at: number, change: Partial<Parameters<DbOperations['outbox']['take']>[0]>): Promise<readonly CallRow[]> {
  return db.outbox.take({ topic: 'topic', at, until: at + LEASE_MS, perSubject: 1_000, underWay: new Map(), limit: 10, ...change })
}

function end(status: CallEnd['status'], nextAt: number): CallEnd {
  return { status, nextAt, result: '{"said":"ü"}', at: AT }
}
