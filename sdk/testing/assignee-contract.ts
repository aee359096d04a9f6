import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { AssigneeNote } from '../ports/assignee-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, AT, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** A run of three items with two units each, for Ann and, but for the last one, for Ben. */
async function assignedRun(db: MephistoDb): Promise<{ readonly runId: string; readonly ann: string; readonly ben: string; readonly items: readonly string[] }> {
  const { runId } = await addRun(db, { assignments: 3 })
  const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
  await db.workers.admit(runId, [ann, ben], AT)
  const items = (await db.runs.items(runId, { after: -1, limit: 9 })).map(({ id }) => id)
  await db.assignees.add(runId, items.flatMap((assignmentId, index) => (index === 2 ? [ann] : [ann, ben]).map((workerId): AssigneeNote => ({ assignmentId, workerId, status: 'open', rank: index * 1_024 }))))
  return { runId, ann, ben, items }
}

/** Whom items are for. */
export function assigneeContract(withDb: DatabaseTest): void {
  const found = async (db: MephistoDb, runId: string, { workerId, status = 'open', afterRank = -1, limit = 9 }: { workerId: string; status?: 'open' | 'again'; afterRank?: number; limit?: number }) =>
    (await db.assignees.items({ runId, workerId, status, afterRank, limit }))

  withDb('finds the items of a worker by their rank, page by page, each with its first free unit', async db => {
    const { runId, ann, ben, items } = await assignedRun(db)
    const units = await db.units.candidates(runId, -1, 9)
    assert.deepEqual(await found(db, runId, { workerId: ann }), items.map((assignmentId, index) => ({ assignmentId, rank: index * 1_024, unitId: units[index * 2]?.unitId, isClosed: false })))
    assert.deepEqual((await found(db, runId, { workerId: ben })).map(({ assignmentId }) => assignmentId), items.slice(0, 2))
    assert.deepEqual((await found(db, runId, { workerId: ann, limit: 1 })).map(({ assignmentId }) => assignmentId), items.slice(0, 1))
    assert.deepEqual((await found(db, runId, { workerId: ann, afterRank: 0 })).map(({ assignmentId }) => assignmentId), items.slice(1))
    assert.deepEqual(await found(db, NOWHERE, { workerId: ann }), [])
    assert.deepEqual(await found(db, runId, { workerId: ann, status: 'again' }), [])
    await takeUnit(db, runId, ben)
    assert.deepEqual((await found(db, runId, { workerId: ben })).map(({ unitId, isClosed }) => [unitId, isClosed]), [[units[1]?.unitId, true], [units[2]?.unitId, false]])
    await takeUnit(db, runId, ann)
    assert.deepEqual((await found(db, runId, { workerId: ann })).map(({ unitId }) => unitId), [null, units[2]?.unitId, units[4]?.unitId])
  })

  withDb('notes where items stand, and that units are free, for everybody whom their items are for', async db => {
    const { runId, ann, ben, items: [one = '', two = ''] } = await assignedRun(db)
    const units = await db.units.candidates(runId, -1, 9)
    await db.assignees.note([{ assignmentId: one, workerId: ann, status: 'had', rank: 7 }, { assignmentId: one, workerId: ben, status: 'waiting', rank: 7 }, { assignmentId: two, workerId: ben, status: 'open', rank: 2_000 }, { assignmentId: NOWHERE, workerId: ben, status: 'open', rank: 1 }])
    await db.assignees.note([])
    assert.deepEqual((await found(db, runId, { workerId: ben })).map(({ rank }) => rank), [2_000])
    assert.equal((await found(db, runId, { workerId: ann })).length, 2)
    await db.assignees.freed([units[1]?.unitId ?? '', units[3]?.unitId ?? '', NOWHERE])
    await db.assignees.freed([])
    assert.deepEqual((await found(db, runId, { workerId: ben })).map(({ assignmentId, rank }) => [assignmentId, rank]), [[one, 1], [two, 1_025]])
    assert.deepEqual((await found(db, runId, { workerId: ann, status: 'again' })).map(({ assignmentId, rank }) => [assignmentId, rank]), [[one, 1]])
    assert.equal((await found(db, runId, { workerId: ann })).find(({ assignmentId }) => assignmentId === two)?.rank, 1_024)
  })

  withDb('says whom items are for, and which pairs are', async db => {
    const { runId, ann, ben, items } = await assignedRun(db)
    const [one = '', , three = ''] = items
    await takeUnit(db, runId, ben)
    const byName = (await db.assignees.of([one, three])).map(({ assignmentId, externalId, isClosed }) => [items.indexOf(assignmentId), externalId, isClosed])
    assert.deepEqual(byName.sort(), [[0, 'ann', false], [0, 'ben', true], [2, 'ann', false]])
    assert.deepEqual(await db.assignees.of([]), [])
    assert.deepEqual(await db.assignees.among([{ assignmentId: one, workerId: ben }, { assignmentId: three, workerId: ben }, { assignmentId: NOWHERE, workerId: ann }]), new Set([`${ben}/${one}`]))
    assert.deepEqual(await db.assignees.among([]), new Set())
    assert.equal(await db.assignees.fewest(runId), 1)
    assert.equal(await db.assignees.fewest(NOWHERE), 0)
    await db.assignees.remove(one, [ben, NOWHERE])
    await db.assignees.remove(three, [])
    await db.assignees.add(runId, [{ assignmentId: three, workerId: ben, status: 'open', rank: 2_048 }, { assignmentId: one, workerId: ann, status: 'done', rank: 9 }])
    assert.deepEqual((await found(db, runId, { workerId: ben })).map(({ assignmentId }) => assignmentId), items.slice(1))
    // Who was noted stays so.
    assert.equal((await found(db, runId, { workerId: ann })).length, 3)
    await rejects(db.assignees.add(runId, [{ assignmentId: NOWHERE, workerId: ben, status: 'open', rank: 1 }]), 'not_found')
    await rejects(db.assignees.add(runId, [{ assignmentId: one, workerId: NOWHERE, status: 'open', rank: 1 }]), 'not_found')
  })

  withDb('finds items with more free units than people who could do them', async db => {
    const { runId, ann, ben, items } = await assignedRun(db)
    assert.deepEqual(await db.assignees.stranded(runId, AT, 9), [])
    const lease = await takeUnit(db, runId, ben)
    assert.equal(lease.assignmentId, items[0])
    await db.transaction(tx => tx.units.writeAgents({ added: [], changed: [{ id: lease.agentId, status: 'returned', endedAt: AT, eventCount: 1, eventHash: 'h' }] }))
    await db.transaction(async tx => { await tx.units.release([lease]) })
    await db.assignees.note([{ assignmentId: lease.assignmentId, workerId: ben, status: 'had', rank: 0 }])
    await db.assignees.freed([lease.unitId])
    // Two units are free, and only Ann can have one.
    assert.deepEqual(await db.assignees.stranded(runId, AT, 9), [{ assignmentId: items[0], units: 1 }])
    await db.blocks.create({ id: v7(), workerId: ann, scope: 'run', scopeId: runId, isSoft: true, reason: 'left', actorId: 'rita', until: AT + 10, at: AT })
    assert.deepEqual(await db.assignees.stranded(runId, AT, 9), [{ assignmentId: items[0], units: 2 }, { assignmentId: items[1], units: 1 }, { assignmentId: items[2], units: 2 }])
    assert.equal((await db.assignees.stranded(runId, AT, 1)).length, 1)
    assert.equal((await db.assignees.stranded(runId, AT + 20, 9)).length, 1)
  })

  withDb('goes with a run that never began', async db => {
    const { runId: other } = await addRun(db, { name: 'other' })
    const run = await db.runs.get(other)
    assert.ok(run)
    const [runId, ann] = [v7(), await addWorker(db, 'ann')]
    await db.runs.insert({ id: runId, taskId: run.taskId, requesterId: (await db.requesters.find({})).rows[0]?.id ?? '', provider: 'p', blueprintType: 'b', schemaHash: 'h', config: run.config, unitsPerAssignment: 1, leaseMs: 60_000, currency: 'USD', payMinor: 5, budgetMinor: null, at: AT })
    const item = v7()
    await db.transaction(tx => tx.runs.addAssignments({ id: runId, payMinor: 5 }, [{ id: item, position: 0, input: '{}', unitIds: [v7()], assignees: [ann] }], AT))
    assert.deepEqual((await db.assignees.items({ runId, workerId: ann, status: 'open', afterRank: -1, limit: 9 })).map(({ assignmentId, rank }) => [assignmentId, rank]), [[item, 0]])
    await db.transaction(tx => tx.runs.remove(runId))
    assert.deepEqual(await db.assignees.of([item]), [])
  })
}
