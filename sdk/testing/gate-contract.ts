import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { addRun, addWorker, AT, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** What decides who gets a unit, and which there are: facts of workers, invitations, refusals, units that wait. */
export function gateContract(withDb: DatabaseTest): void {
  withDb('launches created units by their rank, as many as are wanted', async db => {
    const [{ runId: held }, { runId: other }] = [await addRun(db, { name: 'held', assignments: 3, isHeldBack: true }), await addRun(db, { name: 'other' })]
    assert.deepEqual(await db.units.candidates(held, -1, 10), [])
    const published = await db.units.publish(held, 4)
    const first = await db.units.candidates(held, -1, 10)
    assert.deepEqual(published, first.map(unit => unit.rank))
    assert.equal(first.length, 4)
    assert.deepEqual(await Promise.all([db.units.publish(held, 0), db.units.publish(other, 5)]), [[], []])
    assert.equal((await db.units.publish(held, 9)).length, 2)
    assert.deepEqual((await db.units.candidates(held, -1, 10)).slice(0, 4), first)
  })

  withDb('finds the first unit of some that a worker is not done with, and the lowest of them all', async db => {
    const { runId } = await addRun(db, { name: 'long', assignments: 4 })
    const { runId: other } = await addRun(db, { name: 'short', assignments: 1 })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const units = await db.units.candidates(runId, -1, 100)
    const [lowest, second, third, fourth] = units
    assert.ok(lowest && second && third && fourth)
    assert.equal(lowest.assignmentId, second.assignmentId)
    const first = await db.units.firstOf(runId, ann, { fromRank: 0, within: 1 })
    assert.deepEqual(first, { unit: lowest, lowestRank: lowest.rank })
    await takeUnit(db, runId, ann)
    // The other unit of ann's item is nothing for her.
    assert.equal(await db.units.firstOf(runId, ann, { fromRank: 0, within: 1 }), null)
    assert.deepEqual(await db.units.firstOf(runId, ann, { fromRank: 0, within: 2 }), { unit: third, lowestRank: second.rank })
    assert.deepEqual(await db.units.firstOf(runId, ben, { fromRank: 0, within: 2 }), { unit: second, lowestRank: second.rank })
    assert.deepEqual(await db.units.firstOf(runId, ben, { fromRank: third.rank, within: 2 }), { unit: third, lowestRank: third.rank })
    assert.equal(await db.units.firstOf(runId, ben, { fromRank: (units.at(-1)?.rank ?? 0) + 1, within: 8 }), null)
    const [elsewhere] = await db.units.candidates(other, -1, 1)
    assert.ok(elsewhere)
    assert.deepEqual(await db.units.lowestRanks([fourth.unitId, second.unitId, elsewhere.unitId, v7()]), new Map([[runId, second.rank], [other, elsewhere.rank]]))
  })

  withDb('keeps from which rank on units are free', async db => {
    const { runId } = await addRun(db)
    const [before] = await db.transaction(tx => tx.runs.lock([runId]))
    assert.ok(before)
    assert.equal(before.run.freeFrom, 0)
    const same = { id: runId, feed: before.feed, fromFeed: before.feed, head: before.head, reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 }
    for (const freeFrom of [2 ** 52, 7]) {
      assert.equal(await db.transaction(tx => tx.runs.write({ ...same, freeFrom }, AT)), true)
      assert.equal(await db.transaction(tx => tx.runs.write(same, AT)), true)
      const [after] = await db.transaction(tx => tx.runs.lock([runId]))
      assert.equal(after?.run.freeFrom, freeFrom)
    }
  })

  withDb('knows of workers what is asked, as of an instant', async db => {
    const { runId, taskId } = await addRun(db)
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const [english, other] = [v7(), v7()]
    for (const [id, name] of [[english, 'english'], [other, 'other']] as const) await db.qualifications.create({ id, name, at: AT })
    await db.grants.grant({ id: v7(), qualificationId: english, workerId: ann, actorId: 'rita', value: -3, expiresAt: AT + 10, at: AT })
    await db.grants.grant({ id: v7(), qualificationId: other, workerId: ann, actorId: 'rita', at: AT })
    await takeUnit(db, runId, ann)
    const about = { workerIds: [ann, ben], qualificationIds: [english], taskId, earnings: { currency: 'USD', since: AT - 1 }, at: AT + 9 }
    const facts = await db.workers.facts(about)
    assert.deepEqual(facts.get(ann), { grants: new Map([[english, -3]]), unitsOfTask: 1, heldOfTask: 1, earnedMinor: 5 })
    assert.deepEqual(facts.get(ben), { grants: new Map(), unitsOfTask: 0, heldOfTask: 0, earnedMinor: 0 })
    const later = await db.workers.facts({ ...about, taskId: v7(), earnings: { currency: 'EUR', since: AT - 1 }, at: AT + 10 })
    assert.deepEqual(later.get(ann), { grants: new Map(), unitsOfTask: 0, heldOfTask: 0, earnedMinor: 0 })
    assert.equal((await db.workers.facts({ ...about, earnings: { currency: 'USD', since: AT } })).get(ann)?.earnedMinor, 0)
    const overdue = (await db.workers.facts({ ...about, at: AT + 10 ** 10 })).get(ann)
    assert.deepEqual([overdue?.unitsOfTask, overdue?.heldOfTask], [1, 0])
    await db.transaction(tx => tx.workers.lock([ann, ben]))
  })

  withDb('admits workers once, and keeps what they have done', async db => {
    const { runId } = await addRun(db)
    const [ann, ben, cem] = [await addWorker(db, 'ann'), await addWorker(db, 'ben'), await addWorker(db, 'cem')]
    await takeUnit(db, runId, ann)
    assert.equal(await db.workers.admit(runId, [ann, ben, cem, ann], AT), 2)
    assert.equal(await db.workers.admit(runId, [ann, ben, cem], AT), 0)
    const standings = await db.units.standings(runId, [ann, ben, cem], AT)
    assert.deepEqual(standings.map(({ isKnown, unitsTaken, block }) => [isKnown, unitsTaken, block]), [[true, 1, null], [true, 0, null], [true, 0, null]])
    assert.equal((await db.runs.countPeople(runId)).workers, 1)
  })

  withDb('adds up what a worker did, by run and status, the newest run first', async db => {
    const [{ runId: first }, { runId: second }] = [await addRun(db, { name: 'first', assignments: 3 }), await addRun(db, { name: 'second' })]
    const [ann, ben, cem] = [await addWorker(db, 'ann'), await addWorker(db, 'ben'), await addWorker(db, 'cem')]
    // Each item has two units: ben takes the other one of each, so that the next is of another item.
    const [one, , two] = [await takeUnit(db, first, ann), await takeUnit(db, first, ben), await takeUnit(db, first, ann)]
    for (const [runId, workerId] of [[first, ben], [first, ann], [second, ann], [second, ben]] as const) await takeUnit(db, runId, workerId)
    await db.workers.admit(second, [cem], AT)
    await db.transaction(tx => tx.units.complete([one, two].map(({ unitId, agentId, fence }) => ({ unitId, agentId, fence })), AT + 1))
    const paid = { currency: 'USD', payMinor: 5, units: 1, kind: 'standard' as const }
    const [inSecond, ...inFirst] = await db.workers.done(ann)
    assert.deepEqual(inSecond, { ...paid, runId: second, taskName: 'second', status: 'assigned' })
    assert.deepEqual(inFirst, [
      { ...paid, runId: first, taskName: 'first', status: 'assigned' }, { ...paid, runId: first, taskName: 'first', status: 'completed', units: 2, payMinor: 10 },
    ])
    assert.deepEqual(await db.workers.done(cem), [])
    assert.deepEqual(await db.workers.done('nobody'), [])
  })

  withDb('counts refusals by people and times', async db => {
    const [{ runId }, { runId: other }] = [await addRun(db), await addRun(db, { name: 'other' })]
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    await db.runs.noteRefusals(runId, [], AT)
    await db.runs.noteRefusals(runId, [{ workerId: ann, reason: 'all_taken' }, { workerId: ben, reason: 'all_taken' }], AT)
    await Promise.all([1, 2, 3].map(number => db.runs.noteRefusals(runId, [{ workerId: ann, reason: 'all_taken' }, { workerId: ben, reason: 'blocked' }], AT + number)))
    assert.deepEqual(await db.runs.refusals(runId), [{ reason: 'all_taken', workers: 2, times: 5 }, { reason: 'blocked', workers: 1, times: 3 }])
    assert.deepEqual(await db.runs.refusals(other), [])
  })
}
