import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { SPECIAL_RANK, specialPositions } from '../data-model/features.js'
import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { StepCount } from '../ports/overview-operations.js'
import type { NewLease } from '../ports/unit-operations.js'
import { addRun, addWorker, AT, LEASE_MS, newAgent, NOWHERE, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** A run at a glance: its people, its leases, its gold, and how it has come along. */
export function overviewContract(withDb: DatabaseTest): void {
  withDb('counts the people of a run by how far they have come, each once', async db => {
    const { runId } = await addRun(db, { assignments: 4 })
    const { runId: other } = await addRun(db, { name: 'other', assignments: 1 })
    const people = []
    for (const name of ['absent', 'told', 'onboarding', 'handed in', 'began', 'answered', 'right']) people.push(await addWorker(db, name))
    const [absent = '', told = '', onboarding = '', handedIn = '', began = '', answered = '', right = ''] = people
    await db.workers.admit(runId, [absent, told, right], AT)
    await db.runs.noteRefusals(runId, [told, answered].map(workerId => ({ workerId, reason: 'run_paused' as const })), AT)
    await onboard(db, runId, { workerId: onboarding, status: 'returned' })
    await submit(db, 'onboarding', { runId, workerId: handedIn, ...await onboard(db, runId, { workerId: handedIn, status: 'approved' }) })
    await takeUnit(db, runId, began)
    await answer(db, runId, answered)
    const decided = []
    // Nobody gets an item twice, and items have two units.
    for (const worker of [right, await addWorker(db, 'wrong'), right]) decided.push(await answer(db, runId, worker))
    await decide(db, decided.filter(({ workerId }) => workerId === right), 'accepted')
    await decide(db, decided.filter(({ workerId }) => workerId !== right), 'rejected')
    await answer(db, other, absent)
    const [item] = await db.runs.items(runId, { after: -1, limit: 1 })
    for (const [at, workerIds] of [[runId, [absent, right]], [other, [told]]] as const) {
      await db.assignees.add(at, workerIds.map(workerId => ({ assignmentId: item?.id ?? '', workerId, status: 'open' as const, rank: 0 })))
    }
    await decide(db, [await finish(db, runId, await takeGold(db, runId, { workerId: answered, index: 0 }))], 'accepted')
    const [all, none] = [{ hasAssignees: true, hasOnboarding: true, hasOtherKinds: true }, { hasAssignees: false, hasOnboarding: false, hasOtherKinds: false }]
    assert.deepEqual(await db.overviews.people(runId, all), { invited: 2, came: 7, started: 4, answered: 3, accepted: 1 })
    assert.deepEqual(await db.overviews.people(runId, none), { invited: 0, came: 5, started: 4, answered: 3, accepted: 2 })
    assert.deepEqual(await db.overviews.people(other, none), { invited: 0, came: 1, started: 1, answered: 1, accepted: 0 })
    assert.deepEqual(await db.overviews.people(NOWHERE, all), { invited: 0, came: 0, started: 0, answered: 0, accepted: 0 })
  })

  withDb('counts leases that have not run out, those that soon will, and tells when the first does', async db => {
    const { runId } = await addRun(db)
    const leases: NewLease[] = []
    for (const name of ['ann', 'ben', 'cem', 'dee']) leases.push(await takeUnit(db, runId, await addWorker(db, name)))
    await db.units.extend(leases.slice(0, 2).map(lease => ({ ...lease, until: AT + 2 * LEASE_MS })), AT)
    await db.transaction(tx => tx.units.complete(leases.slice(3), AT + 1))
    const end = AT + LEASE_MS
    assert.deepEqual(await db.overviews.leases(runId, { at: AT, soon: end }), { live: 3, endingSoon: 1, nextEndAt: end })
    assert.deepEqual(await db.overviews.leases(runId, { at: AT, soon: end - 1 }), { live: 3, endingSoon: 0, nextEndAt: end })
    assert.deepEqual(await db.overviews.leases(runId, { at: end, soon: end + LEASE_MS }), { live: 2, endingSoon: 2, nextEndAt: end + LEASE_MS })
    assert.deepEqual(await db.overviews.leases(NOWHERE, { at: AT, soon: end }), { live: 0, endingSoon: 0, nextEndAt: null })
  })

  withDb('counts gold units by what was decided, and no other work', async db => {
    const { runId } = await addRun(db)
    const ann = await addWorker(db, 'ann')
    const golds = []
    for (const index of [0, 1, 2, 3, 4]) golds.push(await finish(db, runId, await takeGold(db, runId, { workerId: ann, index })))
    await decide(db, [...golds.slice(0, 2), await answer(db, runId, ann)], 'accepted')
    await decide(db, golds.slice(2, 3), 'soft_rejected')
    await decide(db, golds.slice(3, 4), 'rejected')
    for (const place of ['alone', 'apart', 'anywhere'] as const) assert.deepEqual(await db.overviews.gold(runId, place), { right: 2, wrong: 2 })
    // As it stands in runs of the original.
    await decide(db, [await finish(db, runId, await takeGold(db, runId, { workerId: ann, index: 5, rank: 5 }))], 'accepted')
    assert.deepEqual(await db.overviews.gold(runId, 'apart'), { right: 2, wrong: 2 })
    assert.deepEqual(await db.overviews.gold(runId, 'anywhere'), { right: 3, wrong: 2 })
    assert.deepEqual(await db.overviews.gold(NOWHERE, 'anywhere'), { right: 0, wrong: 0 })
  })

  withDb('counts answers of every kind by the step in which they came and the one in which they were decided', async db => {
    const { runId } = await addRun(db, { assignments: 5 })
    const people = [await addWorker(db, 'ann'), await addWorker(db, 'ben')] as const
    const grid = { from: AT, stepMs: 1_000 }
    const read = async (): Promise<StepCount[]> => [...await db.overviews.steps(runId, grid)].sort((a, b) => a.answered - b.answered || (a.decided ?? -1) - (b.decided ?? -1))
    assert.deepEqual(await read(), [])
    // Of a step is its end, and not its beginning.
    const leases: NewLease[] = []
    for (const [index, ms] of [0, 1, 1_000, 1_001, 2_000, 7_300, 59_999].entries()) leases.push(await answer(db, runId, people[index % 2] ?? '', ms))
    await takeUnit(db, runId, people[1])
    const gold = await finish(db, runId, await takeGold(db, runId, { workerId: people[0], index: 0 }), 2_500)
    assert.deepEqual(await read(), [
      { answered: 0, decided: null, units: 3 }, { answered: 1, decided: null, units: 2 }, { answered: 2, decided: null, units: 1 }, { answered: 7, decided: null, units: 1 }, { answered: 59, decided: null, units: 1 },
    ])
    await decide(db, leases.slice(0, 2), 'accepted', 3_000)
    await decide(db, leases.slice(2, 3), 'soft_rejected', 3_001)
    await decide(db, [gold], 'rejected', 3_001)
    // What was decided and is open again is not decided.
    await decide(db, leases.slice(3, 4), 'accepted', 3_000)
    await db.units.decide(leases.slice(3, 4).map(({ unitId }) => ({ unitId, from: 'accepted', to: 'completed' })), AT + 4_000)
    assert.deepEqual(await read(), [
      { answered: 0, decided: 2, units: 2 }, { answered: 0, decided: 3, units: 1 }, { answered: 1, decided: null, units: 2 }, { answered: 2, decided: 3, units: 1 }, { answered: 7, decided: null, units: 1 },
      { answered: 59, decided: null, units: 1 },
    ])
    // A clock that was set back.
    assert.ok((await db.overviews.steps(runId, { from: AT + 5_000, stepMs: 1_000 })).some(({ answered }) => answered < 0))
    assert.deepEqual(await db.overviews.steps(runId, { from: AT + 3_600_000_000, stepMs: 86_400_000 }).then(counts => counts.map(({ units }) => units).reduce((sum, units) => sum + units, 0)), 8)
    assert.deepEqual(await db.overviews.steps(NOWHERE, grid), [])
  })
}

async function answer(db: MephistoDb, runId: string, workerId: string, ms = 1): Promise<NewLease> {
  return finish(db, runId, await takeUnit(db, runId, workerId), ms)
}

async function finish(db: MephistoDb, runId: string, lease: NewLease, ms = 1): Promise<NewLease> {
  await db.transaction(async tx => {
    assert.equal((await tx.units.complete([lease], AT + ms)).size, 1)
    await submit(tx, 'completed', { ...lease, runId })
  })
  return lease
}

async function submit(db: DbOperations, outcome: NewSubmission['outcome'], { runId, agentId, unitId = agentId, workerId, fence = 0 }: { runId: string; agentId: string; workerId: string; unitId?: string; fence?: number }): Promise<void> {
  await db.submissions.insert([{ id: v7(), runId, agentId, unitId, workerId, clientId: 'answer', outcome, reason: null, answer: '{}', schemaHash: 'h', pageBuild: null, fence, reply: '{}', at: AT }])
}

async function onboard(db: DbOperations, runId: string, { workerId, status }: { workerId: string; status: AgentStatus }): Promise<{ agentId: string }> {
  const agentId = v7()
  await db.units.writeAgents({ added: [{ id: agentId, runId, workerId, unitId: null, assignmentId: null, fence: 0, status, endedAt: null, eventCount: 0, eventHash: '', acceptedAt: AT }], changed: [] })
  return { agentId }
}

async function takeGold(db: MephistoDb, runId: string, { workerId, index, rank = SPECIAL_RANK }: { workerId: string; index: number; rank?: number }): Promise<NewLease> {
  const [assignmentId, unitId] = [v7(), v7()]
  await db.special.addItems(runId, [{ id: assignmentId, position: specialPositions('gold').first + index, input: '"gold"', expected: null }], AT)
  if (rank === SPECIAL_RANK) await db.special.addUnits({ id: runId, payMinor: 5 }, [{ id: unitId, assignmentId, unitIndex: 0, kind: 'gold' }], AT)
  else await db.transfer.add('unit', [{
    id: unitId, run_id: runId, assignment_id: assignmentId, unit_index: 0, kind: 'gold', status: 'launched', rank, pay_minor: 5, holder: unitId, worker_id: null, agent_id: null, fence: 0, lease_until: null, replaces_unit_id: null,
    completed_at: null, decided_at: null, created_at: AT,
  }])
  const lease = { unitId, assignmentId, workerId, agentId: v7(), rank, fence: 1 }
  await db.transaction(async tx => {
    assert.equal((await tx.units.lease(runId, [lease], { at: AT, until: AT + LEASE_MS })).length, 1)
    await tx.units.writeAgents({ added: [newAgent(runId, lease)], changed: [] })
  })
  return lease
}

async function decide(db: DbOperations, leases: readonly NewLease[], to: UnitStatus, ms = 10_000): Promise<void> {
  assert.equal((await db.units.decide(leases.map(({ unitId }) => ({ unitId, from: 'completed', to })), AT + ms)).size, leases.length)
}
