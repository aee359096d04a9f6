import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { SPECIAL_RANK, specialPositions } from '../data-model/features.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { NewLease } from '../ports/unit-operations.js'
import { addRun, addWorker, AT, LEASE_MS, newAgent, rejects, type DatabaseTest } from './entity-fixture.js'

/** Units that are made for one worker, and onboarding attempts. */
export function specialContract(withDb: DatabaseTest): void {
  withDb('keeps items of a kind apart from the others, and gives each to a worker once', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    await addItems(db, runId, 2)
    const before = await db.special.unanswered(runId, 'gold', ann)
    assert.deepEqual(before.map(({ input, nextIndex }) => [input, nextIndex]), [['"gold 0"', 0], ['"gold 1"', 0]])
    assert.deepEqual((await db.special.unanswered(runId, 'training', ann)).length, 1)
    assert.deepEqual(await db.special.unanswered(runId, 'screening', ann), [])
    const lease = await takeSpecial(db, runId, { workerId: ann, assignmentId: before[0]?.assignmentId ?? '', unitIndex: 0 })
    assert.deepEqual((await db.special.unanswered(runId, 'gold', ann)).map(item => item.input), ['"gold 1"'])
    assert.deepEqual((await db.special.unanswered(runId, 'gold', ben)).map(item => item.nextIndex), [1, 0])
    assert.deepEqual([await db.special.count(runId, 'gold'), await db.special.count(runId, 'training'), await db.special.countOpen(runId)], [1, 0, 1])
    assert.deepEqual(await db.special.judged(lease.agentId), { kind: 'gold', input: '"gold 0"', expected: '"yes"' })
    assert.equal(await db.special.judged(v7()), null)
    assert.deepEqual(await db.special.tally(runId, 'gold', ann), { right: 0, wrong: 0, open: 2, undecided: 1 })
  })

  withDb('[15] adds units of items that are known, never comes upon such a unit in a search, and moves no cursor', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const ann = await addWorker(db, 'ann')
    await addItems(db, runId, 1)
    const [item] = await db.special.unanswered(runId, 'gold', ann)
    const unit = { id: v7(), assignmentId: item?.assignmentId ?? '', unitIndex: 0, kind: 'gold' as const }
    await db.special.addUnits({ id: runId, payMinor: 5 }, [unit], AT)
    assert.equal((await db.units.candidates(runId, -1, 100)).some(candidate => candidate.unitId === unit.id), false)
    assert.notEqual((await db.units.firstUnseen(runId, ann, -1))?.unitId, unit.id)
    assert.equal((await db.runs.firstInput(runId))?.includes('gold'), false)
    await rejects(db.special.addUnits({ id: runId, payMinor: 5 }, [{ ...unit, id: v7() }], AT), 'already_exists')
    await rejects(db.special.addUnits({ id: runId, payMinor: 5 }, [{ ...unit, id: v7(), assignmentId: v7() }], AT), 'not_found')
    await takeUnit(db, runId, { unitId: unit.id, assignmentId: unit.assignmentId, workerId: ann, agentId: v7(), rank: SPECIAL_RANK, fence: 1 })
    const [standing] = await db.units.standings(runId, [ann], AT)
    assert.equal(standing?.cursor, -1)
    assert.equal(standing.held?.kind, 'gold')
  })

  withDb('makes a place free again when its unit is withdrawn', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const ann = await addWorker(db, 'ann')
    await addItems(db, runId, 1)
    const [item] = await db.special.unanswered(runId, 'gold', ann)
    const lease = await takeSpecial(db, runId, { workerId: ann, assignmentId: item?.assignmentId ?? '', unitIndex: 0 })
    assert.equal((await db.units.release([lease])).length, 1)
    assert.deepEqual(await db.replacements.withdraw([lease.unitId]), new Set([lease.unitId]))
    assert.deepEqual([await db.special.count(runId, 'gold'), await db.special.countOpen(runId)], [0, 0])
    assert.deepEqual((await db.special.unanswered(runId, 'gold', ann)).map(one => one.nextIndex), [1])
  })

  withDb('finds onboarding attempts by worker, by agent and by waiting, with what was handed in', async db => {
    const { runId } = await addRun(db)
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const agentId = v7()
    await db.units.writeAgents({ added: [{ id: agentId, runId, workerId: ann, unitId: null, assignmentId: null, fence: 0, status: 'onboarding', endedAt: null, eventCount: 1, eventHash: 'h', acceptedAt: AT }], changed: [] })
    const attempt = { agentId, runId, blueprintType: 'b', workerId: ann, workerName: 'ann', status: 'onboarding', head: { streamId: agentId, count: 1, hash: 'h' }, answer: null }
    assert.deepEqual(await db.onboardings.underWay(runId, [ann, ben]), [attempt])
    assert.deepEqual(await db.onboardings.underWay(v7(), [ann]), [])
    assert.deepEqual(await db.onboardings.waiting(['b'], 10), [])
    await db.submissions.insert([{ id: v7(), runId, agentId, unitId: agentId, workerId: ann, clientId: 'c', outcome: 'onboarding', reason: null, answer: '"ü"', schemaHash: 'h', pageBuild: null, fence: 0, reply: '{}', at: AT }])
    await db.units.writeAgents({ added: [], changed: [{ id: agentId, status: 'waiting', endedAt: null, eventCount: 2, eventHash: 'i' }] })
    const waiting = { ...attempt, status: 'waiting', head: { streamId: agentId, count: 2, hash: 'i' }, answer: '"ü"' }
    assert.deepEqual(await db.onboardings.byAgent([agentId, v7()]), [waiting])
    assert.deepEqual(await db.onboardings.waiting(['a', 'b'], 10), [waiting])
    assert.deepEqual([await db.onboardings.waiting(['a'], 10), await db.onboardings.waiting([], 10)], [[], []])
    assert.deepEqual([...await db.units.placesOfAgents([agentId])], [[agentId, { runId, unit: null }]])
    assert.equal((await db.units.standings(runId, [ann], AT))[0]?.unitsCompleted, 0)
  })
}

async function addItems(db: DbOperations, runId: string, golds: number): Promise<void> {
  const item = (kind: 'gold' | 'training', index: number) => ({ id: v7(), position: specialPositions(kind).first + index, input: `"${kind} ${String(index)}"`, expected: kind === 'gold' ? '"yes"' : null })
  await db.special.addItems(runId, [...Array.from({ length: golds }, (_, index) => item('gold', index)), item('training', 0)], AT)
  await db.special.addItems(runId, [], AT)
}

async function takeSpecial(db: MephistoDb, runId: string, { workerId, assignmentId, unitIndex }: { workerId: string; assignmentId: string; unitIndex: number }): Promise<NewLease> {
  const unitId = v7()
  await db.special.addUnits({ id: runId, payMinor: 5 }, [{ id: unitId, assignmentId, unitIndex, kind: 'gold' }], AT)
  return takeUnit(db, runId, { unitId, assignmentId, workerId, agentId: v7(), rank: SPECIAL_RANK, fence: 1 })
}

async function takeUnit(db: MephistoDb, runId: string, lease: NewLease): Promise<NewLease> {
  await db.transaction(async tx => {
    assert.equal((await tx.units.lease(runId, [lease], { at: AT, until: AT + LEASE_MS })).length, 1)
    await tx.units.writeAgents({ added: [newAgent(runId, lease)], changed: [] })
  })
  return lease
}
