import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { rankBeside } from '../data-model/rank.js'
import { addRun, addWorker, AT, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Units that do the work of others again. */
export function replacementContract(withDb: DatabaseTest): void {
  withDb('finds units of a status by their rank, a page at a time, and all of an assignment', async db => {
    const { runId } = await addRun(db, { assignments: 3 })
    const all = await db.replacements.inStatus(runId, 'launched', { afterRank: -1, limit: 100 })
    assert.equal(all.length, 6)
    const page = await db.replacements.inStatus(runId, 'launched', { afterRank: all[1]?.rank ?? 0, limit: 2 })
    assert.deepEqual(page, all.slice(2, 4))
    assert.deepEqual(await db.replacements.inStatus(runId, 'rejected', { afterRank: -1, limit: 100 }), [])
    const [first] = all
    assert.ok(first)
    assert.deepEqual(await db.replacements.ofAssignments([first.assignmentId]), all.filter(unit => unit.assignmentId === first.assignmentId))
    assert.deepEqual(await db.replacements.ofAssignments([]), [])
  })

  withDb('[15] adds units beside those of an assignment that is known, each index once', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const [first] = await db.replacements.inStatus(runId, 'launched', { afterRank: -1, limit: 1 })
    assert.ok(first)
    const unit = { id: v7(), assignmentId: first.assignmentId, unitIndex: 2, rank: rankBeside(first.rank, 2), replacesUnitId: first.id }
    await db.replacements.add({ id: runId, payMinor: 5, isHeldBack: true }, [unit], AT)
    await db.replacements.add({ id: runId, payMinor: 5, isHeldBack: false }, [], AT)
    assert.deepEqual((await db.replacements.ofAssignments([first.assignmentId])).at(-1), { ...unit, status: 'created' })
    await rejects(db.replacements.add({ id: runId, payMinor: 5, isHeldBack: false }, [{ ...unit, id: v7() }], AT), 'already_exists')
    await rejects(db.replacements.add({ id: runId, payMinor: 5, isHeldBack: false }, [{ ...unit, id: v7(), unitIndex: 3, assignmentId: v7() }], AT), 'not_found')
  })

  withDb('withdraws only units that nobody has', async db => {
    const { runId } = await addRun(db, { assignments: 2 })
    const lease = await takeUnit(db, runId, await addWorker(db, 'ann'))
    const [free] = await db.units.candidates(runId, lease.rank, 1)
    assert.ok(free)
    assert.deepEqual(await db.replacements.withdraw([lease.unitId, free.unitId, v7()]), new Set([free.unitId]))
    assert.deepEqual(await db.replacements.withdraw([free.unitId]), new Set())
    assert.deepEqual(await db.replacements.withdraw([]), new Set())
    assert.equal((await db.runs.countUnits(runId)).expired, 1)
  })

  withDb('lets whoever had an expired unit have the item again', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const ann = await addWorker(db, 'ann')
    const lease = await takeUnit(db, runId, ann)
    assert.equal((await db.units.expireOpen(runId, 10)).leases.length, 1)
    await db.units.writeAgents({ added: [], changed: [{ id: lease.agentId, status: 'expired', endedAt: AT, eventCount: 0, eventHash: '' }] })
    const unit = { id: v7(), assignmentId: lease.assignmentId, unitIndex: 2, rank: rankBeside(lease.rank, 2), replacesUnitId: lease.unitId }
    await db.replacements.add({ id: runId, payMinor: 5, isHeldBack: false }, [unit], AT)
    assert.equal((await takeUnit(db, runId, ann)).unitId, unit.id)
  })
}
