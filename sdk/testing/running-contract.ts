import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { RunChange } from '../ports/mephisto-db.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import { addRun, addWorker, AT, NOWHERE, takeUnit, type DatabaseTest } from './entity-fixture.js'

const NOTHING = { reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 } as const

/** Runs after their launch: more work in them, their end, how they go. */
export function runningContract(withDb: DatabaseTest): void {
  withDb('adds items after the last one, held back or launched, and lists them by position', async db => {
    const { runId } = await addRun(db, { assignments: 2 })
    assert.equal(await db.runs.lastPosition(runId), 1)
    assert.equal(await db.runs.lastPosition(NOWHERE), -1)
    const more = [2, 3].map(position => ({ id: v7(), position, input: '{"text":"ü 😀"}', unitIds: [v7(), v7()] }))
    await db.transaction(async tx => {
      await tx.runs.appendAssignments({ id: runId, payMinor: 5, isHeldBack: true }, more.slice(0, 1), AT)
      await tx.runs.appendAssignments({ id: runId, payMinor: 5, isHeldBack: false }, more.slice(1), AT)
    })
    assert.deepEqual((await db.runs.items(runId, { after: 1, limit: 5 })).map(item => ({ ...item })), more.map(({ id, position }) => ({ id, position })))
    assert.deepEqual((await db.runs.items(runId, { after: -1, limit: 3 })).map(({ position }) => position), [0, 1, 2])
    const places = [{ position: 3, unitIndex: 1 }, { position: 2, unitIndex: 0 }, { position: 2, unitIndex: 7 }, { position: 99, unitIndex: 0 }]
    assert.deepEqual(new Map((await db.units.atPlaces(runId, places)).map(({ unitId, completedAt, ...place }) => [unitId, place])), new Map([
      [more[1]?.unitIds[1], { position: 3, unitIndex: 1, status: 'launched' }], [more[0]?.unitIds[0], { position: 2, unitIndex: 0, status: 'created' }],
    ]))
    assert.deepEqual([await db.units.atPlaces(NOWHERE, places), await db.units.atPlaces(runId, [])], [[], []])
    const units = await db.runs.countUnits(runId)
    assert.deepEqual([units.created, units.launched], [2, 6])
  })

  withDb('tells since when nothing has happened in runs that hand out units', async db => {
    const [{ runId }, { runId: other }] = [await addRun(db, { assignments: 1 }), await addRun(db, { name: 'other', assignments: 1 })]
    const all = await db.runs.still({ limit: 10 })
    assert.deepEqual(all.map(({ id }) => id), [runId, other].sort())
    assert.deepEqual(all.map(({ patienceMs }) => patienceMs), [null, null])
    assert.deepEqual((await db.runs.still({ after: all[0]?.id ?? '', limit: 10 })).map(({ id }) => id), [all[1]?.id])
    await db.transaction(async tx => {
      const [held] = await tx.runs.lock([runId])
      assert.ok(held)
      assert.ok(await tx.runs.write({ ...NOTHING, id: runId, fromFeed: held.feed, feed: held.feed + 1, head: held.head }, AT + 5_000))
    })
    assert.deepEqual((await db.runs.still({ id: runId, limit: 1 })).map(({ since }) => since), [AT + 5_000])
    assert.deepEqual(await db.runs.still({ id: NOWHERE, limit: 1 }), [])
  })

  withDb('expires free units, so many at a time, and finds runs that drain and still have some', async db => {
    const { runId } = await addRun(db, { assignments: 2 })
    await takeUnit(db, runId, await addWorker(db, 'ann'))
    assert.deepEqual(await db.runs.drainingWithFreeUnits(10), [])
    await db.transaction(async tx => {
      const [held] = await tx.runs.lock([runId])
      assert.ok(held)
      assert.ok(await tx.runs.write({ ...NOTHING, id: runId, fromFeed: held.feed, feed: held.feed + 1, head: held.head, status: 'draining' }, AT))
    })
    assert.deepEqual(await db.runs.drainingWithFreeUnits(10), [runId])
    assert.equal((await db.units.expireFree(runId, 2)).length, 2)
    assert.deepEqual(await db.runs.drainingWithFreeUnits(10), [runId])
    assert.equal((await db.units.expireFree(runId, 2)).length, 1)
    assert.deepEqual(await db.units.expireFree(runId, 2), [])
    assert.deepEqual(await db.runs.drainingWithFreeUnits(10), [])
    const units = await db.runs.countUnits(runId)
    assert.deepEqual([units.assigned, units.expired], [1, 3])
  })

  withDb('changes settings of a held run, never to a cap below what is spent and reserved', async db => {
    const { runId } = await addRun(db)
    const write = (change: Partial<RunChange>): Promise<boolean> => db.transaction(async tx => {
      const [held] = await tx.runs.lock([runId])
      assert.ok(held)
      return tx.runs.write({ ...NOTHING, id: runId, fromFeed: held.feed, feed: held.feed + 1, head: held.head, ...change }, AT)
    })
    assert.ok(await write({ settings: { unitsPerAssignment: 7, leaseMs: 90_000, budgetMinor: 20 } }))
    const run = await db.runs.get(runId)
    assert.deepEqual([run?.unitsPerAssignment, run?.leaseMs, run?.budgetMinor], [7, 90_000, 20])
    assert.ok(await write({ reservedMinor: 15 }))
    assert.equal(await write({ reservedMinor: 6 }), false)
    assert.equal(await write({ settings: { budgetMinor: 14 } }), false)
    assert.ok(await write({ settings: { budgetMinor: 15 } }))
    assert.equal(await write({ owedMinor: 6, settings: { budgetMinor: 20 } }), false)
    assert.ok(await write({ owedMinor: 6, settings: { budgetMinor: 21 } }))
    assert.ok(await write({ reservedMinor: -15, settings: { budgetMinor: 6 } }))
  })

  withDb('tells how a run goes', async db => {
    const { runId } = await addRun(db, { assignments: 3 })
    assert.equal(await db.runs.pulse(NOWHERE), null)
    assert.deepEqual({ ...await db.runs.pulse(runId) }, { status: 'running', feed: 1, unitsTotal: 6, unitsOpen: 6 })
    assert.deepEqual({ ...await db.runs.rhythm(runId, 0) }, { answeredSince: 0, returned: 0, timedOut: 0, disconnected: 0, expired: 0 })
    assert.deepEqual(await db.runs.durations(runId, { limit: 5, areAccepted: false }), [])
    const leases = []
    for (const name of ['ann', 'ben', 'cem']) leases.push(await takeUnit(db, runId, await addWorker(db, name)))
    const answered = leases.slice(0, 2)
    await db.transaction(async tx => { await tx.units.complete(answered, AT + 500) })
    await db.submissions.insert(answered.map(({ agentId, unitId, workerId, fence }, index): NewSubmission => ({
      id: v7(), runId, agentId, unitId, workerId, clientId: `answer-${String(index)}`, outcome: 'completed', reason: null, answer: '{}', schemaHash: 'h', pageBuild: null, fence, reply: '{}', at: AT + 1_000 * (index + 1),
    })))
    await db.units.decide(answered.slice(0, 1).map(({ unitId }) => ({ unitId, from: 'completed', to: 'accepted' })), AT)
    await db.units.writeAgents({ added: [], changed: [{ id: leases[2]?.agentId ?? '', status: 'timeout', endedAt: AT, eventCount: 0, eventHash: '' }] })
    assert.deepEqual({ ...await db.runs.rhythm(runId, AT + 1_000) }, { answeredSince: 1, returned: 0, timedOut: 1, disconnected: 0, expired: 0 })
    assert.deepEqual(await db.runs.durations(runId, { limit: 5, areAccepted: false }), [2_000, 1_000])
    assert.deepEqual(await db.runs.durations(runId, { limit: 1, areAccepted: false }), [2_000])
    assert.deepEqual(await db.runs.durations(runId, { limit: 5, areAccepted: true }), [1_000])
  })

  withDb('counts why units were given back, of those that were and where somebody said so', async db => {
    const { runId } = await addRun(db, { assignments: 4 })
    assert.deepEqual(await db.runs.returnReasons(runId), [])
    for (const [index, body] of ['{"reason":"broken"}', '{}', '{"reason":"no_time"}', '{"reason":"broken"}', '{"reason":"of a later version"}'].entries()) {
      const { agentId } = await takeUnit(db, runId, await addWorker(db, `w${String(index)}`))
      await db.events.append([{ streamId: agentId, number: 1, runId, feed: index + 1, type: 'return', body, hash: String(index), at: AT }])
      await db.units.writeAgents({ added: [], changed: [{ id: agentId, status: 'returned', endedAt: AT, eventCount: 1, eventHash: String(index) }] })
    }
    assert.deepEqual(await db.runs.returnReasons(runId), [{ reason: 'broken', attempts: 2 }, { reason: 'no_time', attempts: 1 }])
    assert.deepEqual(await db.runs.returnReasons(NOWHERE), [])
  })

  withDb('finds runs whose items are to have more units each until the log says that they have', async db => {
    const { runId } = await addRun(db)
    const { runId: other } = await addRun(db, { name: 'other' })
    let number = 0
    const log = (type: 'change' | 'top_up' | 'drain', body: object): Promise<void> => {
      number += 1
      return db.events.append([{ streamId: runId, number, runId, feed: number, type, body: JSON.stringify(body), hash: String(number), at: AT }])
    }
    const found = async (): Promise<readonly string[]> => db.runs.widening({ limit: 10 })
    assert.deepEqual(await found(), [])
    await log('change', { setting: 'leaseMs', from: 1, to: 2 })
    assert.deepEqual(await found(), [])
    await log('change', { setting: 'unitsPerAssignment', from: 2, to: 3 })
    await log('top_up', { id: null, of: null, rows: 0, units: 1 })
    assert.deepEqual(await found(), [runId])
    assert.deepEqual(await db.runs.widening({ runId, limit: 1 }), [runId])
    assert.deepEqual(await db.runs.widening({ runId: other, limit: 1 }), [])
    await log('top_up', { id: null, of: null, rows: 0, units: 0, isLast: 'yes' })
    assert.deepEqual(await found(), [])
    await log('change', { setting: 'unitsPerAssignment', from: 3, to: 4 })
    assert.deepEqual(await found(), [runId])
    await log('drain', { units: 5 })
    assert.deepEqual(await found(), [])
  })

  withDb('finds events of one type in a stream, in order', async db => {
    const { runId } = await addRun(db)
    const event = (number: number, type: 'pause' | 'top_up') => ({ streamId: runId, number, runId, feed: number, type, body: `{"n":${String(number)}}`, hash: String(number), at: AT })
    await db.events.append([event(1, 'top_up'), event(2, 'pause'), event(3, 'top_up')])
    assert.deepEqual((await db.events.ofType(runId, 'top_up')).map(({ number }) => number), [1, 3])
    assert.deepEqual(await db.events.ofType(runId, 'drain'), [])
  })
}
