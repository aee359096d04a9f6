import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { RunStatus } from '../data-model/lifecycle.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, approval, AT, ids, insertRun, made, moveRun, newAgent, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'
import { blockContract } from './block-contract.js'
import { dataContract } from './data-contract.js'
import { feedContract } from './feed-contract.js'
import { gateContract } from './gate-contract.js'
import { grantContract } from './grant-contract.js'
import { nameContract } from './name-contract.js'
import { ledgerContract } from './ledger-contract.js'
import { levelContract } from './level-contract.js'
import { outboxContract } from './outbox-contract.js'
import { overviewContract } from './overview-contract.js'
import { pagingContract } from './paging-contract.js'
import { privacyContract } from './privacy-contract.js'
import { removalContract } from './removal-contract.js'
import { projectContract } from './project-contract.js'
import { unitCountsContract } from './unit-counts-contract.js'
import { fileContract } from './file-contract.js'
import { publicationContract } from './publication-contract.js'
import { assigneeContract } from './assignee-contract.js'
import { replacementContract } from './replacement-contract.js'
import { runningContract } from './running-contract.js'
import { claimContract } from './claim-contract.js'
import { reviewerContract } from './reviewer-contract.js'
import { remarkContract } from './remark-contract.js'
import { sessionContract } from './session-contract.js'
import { sharedSessionContract } from './shared-session-contract.js'
import { specialContract } from './special-contract.js'
import { strangerContract } from './stranger-contract.js'
import { textContract } from './text-contract.js'
import { transferContract } from './transfer-contract.js'
import { webhookContract } from './webhook-contract.js'

/** A test runner's `test`, and how to open an empty database. */
export interface EntityContractOptions {
  test(name: string, body: () => Promise<void>): void
  open(): Promise<MephistoDb>
}

/**
 * What every implementation of MephistoDb does with entities. Numbers are those of the database behaviours that Mephisto's
 * own tests name. Elsewhere: 24, the sets of statuses, in `lifecycle.test.ts`; 26, migrations, in the migration tests.
 * Statuses are moved by the lifecycle alone, so 16 and 19 are about finding what was moved; units that come with their
 * assignment have none that could be unknown, and 15 is about those that come later (`replacement-contract.ts`, `special-contract.ts`).
 */
export function entityContract({ test, open }: EntityContractOptions): void {
  const withDb: DatabaseTest = (name, body) => {
    test(name, async () => {
      const db = await open()
      try {
        await body(db)
      } finally {
        await db.close()
      }
    })
  }
  kindsContract(withDb)
  nameContract(withDb)
  runContract(withDb)
  assigneeContract(withDb)
  replacementContract(withDb)
  runningContract(withDb)
  overviewContract(withDb)
  specialContract(withDb)
  agentContract(withDb)
  dataContract(withDb)
  feedContract(withDb)
  blockContract(withDb)
  gateContract(withDb)
  grantContract(withDb)
  pagingContract(withDb)
  privacyContract(withDb)
  removalContract(withDb)
  projectContract(withDb)
  unitCountsContract(withDb)
  fileContract(withDb)
  sessionContract(withDb)
  sharedSessionContract(withDb)
  remarkContract(withDb)
  claimContract(withDb)
  reviewerContract(withDb)
  publicationContract(withDb)
  strangerContract(withDb)
  textContract(withDb)
  outboxContract(withDb)
  ledgerContract(withDb)
  levelContract(withDb)
  transferContract(withDb)
  webhookContract(withDb)
}

function runContract(withDb: DatabaseTest): void {
  withDb('[11] finds a run by what it is of, and not by others; by status and whether it has ended', async db => {
    const projectId = v7()
    await db.projects.create({ id: projectId, name: 'project', at: AT })
    const one = await addRun(db, { name: 'one', projectId })
    const other = await addRun(db, { name: 'other', provider: 'q', blueprintType: 'c' })
    for (const filter of [{ taskId: one.taskId }, { taskName: 'one' }, { requesterId: one.requesterId }, { provider: 'p' }, { blueprintType: 'b' }, { projectId }, { ids: [one.runId, NOWHERE] }]) {
      assert.deepEqual(ids(await db.runs.find({ filter })), [one.runId], JSON.stringify(filter))
    }
    assert.deepEqual(ids(await db.runs.find({ filter: { taskId: one.taskId, requesterId: other.requesterId } })), [])
    assert.deepEqual(ids(await db.runs.find()), [one.runId, other.runId])
    await db.transaction(tx => moveRun(tx, one.runId, 'completed'))
    assert.deepEqual(ids(await db.runs.find({ filter: { isEnded: true } })), [one.runId])
    assert.deepEqual(ids(await db.runs.find({ filter: { isEnded: false } })), [other.runId])
    assert.deepEqual(ids(await db.runs.find({ filter: { statuses: ['completed', 'failed'] } })), [one.runId])
    assert.deepEqual(ids(await db.runs.find({ filter: { statuses: [] } })), [])
    const { rows: [row] } = await db.runs.find({ filter: { isEnded: true } })
    assert.deepEqual(row, { ...await db.runs.get(one.runId), requesterId: one.requesterId })
    assert.match(await rejects(db.runs.find({ filter: { statuses: ['done' as RunStatus] } }), 'invalid_input'), /statuses: .*running.*"done"/)
  })

  withDb('[12] stores no run of an unknown task or requester', async db => {
    const { taskId, requesterId } = await addRun(db)
    await rejects(insertRun(db, { runId: v7(), taskId: NOWHERE, requesterId }), 'not_found')
    await rejects(insertRun(db, { runId: v7(), taskId, requesterId: NOWHERE }), 'not_found')
    assert.equal((await db.runs.find()).rows.length, 1)
  })

  withDb('[13] keeps assignments with their run and finds them by it and by what it is of', async db => {
    const one = await addRun(db, { name: 'one', assignments: 2 })
    await addRun(db, { name: 'other', provider: 'q', blueprintType: 'c', assignments: 1 })
    const { rows } = await db.assignments.find({ filter: { runId: one.runId }, sort: 'position' })
    assert.deepEqual(rows.map(row => [row.runId, row.position, row.input, row.createdAt]), [0, 1].map(position => [one.runId, position, JSON.stringify({ position }), AT]))
    assert.deepEqual(await db.assignments.get(rows[0]?.id ?? ''), rows[0])
    for (const filter of [{ taskId: one.taskId }, { requesterId: one.requesterId }, { provider: 'p' }, { blueprintType: 'b' }]) {
      assert.deepEqual(ids(await db.assignments.find({ filter, sort: 'position' })), ids({ rows }), JSON.stringify(filter))
    }
    assert.deepEqual(ids(await db.assignments.find({ filter: { runId: one.runId, provider: 'q' } })), [])
    await rejects(db.transaction(tx => tx.runs.addAssignments({ id: NOWHERE, payMinor: 5 }, [{ id: v7(), position: 0, input: '{}', unitIds: [v7()] }], AT)), 'conflict')
    assert.equal((await db.assignments.find()).rows.length, 3)
  })

  withDb('[14] keeps units with index and pay, and no second one of an assignment and index', async db => {
    const one = await addRun(db, { name: 'one' })
    await addRun(db, { name: 'other', provider: 'q', blueprintType: 'c' })
    const [assignment] = (await db.assignments.find({ filter: { runId: one.runId }, sort: 'position' })).rows
    assert.ok(assignment)
    const { rows } = await db.units.find({ filter: { assignmentId: assignment.id }, sort: 'rank' })
    assert.deepEqual(rows.map(row => [row.unitIndex, row.payMinor, row.status, row.kind, row.workerId, row.agentId]), [0, 1].map(index => [index, 5, 'launched', 'standard', null, null]))
    assert.deepEqual(await db.units.get(rows[1]?.id ?? ''), rows[1])
    assert.deepEqual(ids(await db.units.find({ filter: { assignmentId: assignment.id, unitIndex: 1 } })), [rows[1]?.id])
    for (const filter of [{ taskId: one.taskId }, { requesterId: one.requesterId }, { provider: 'p' }, { blueprintType: 'b' }, { runId: one.runId, kinds: ['standard'] as const }]) {
      assert.equal((await db.units.find({ filter })).rows.length, 4, JSON.stringify(filter))
    }
    assert.deepEqual(ids(await db.units.find({ filter: { kinds: ['gold', 'screening'] } })), [])
    assert.deepEqual(ids(await db.units.find({ filter: { assignmentId: NOWHERE } })), [])
    const draft = { runId: v7(), taskId: one.taskId, requesterId: one.requesterId }
    await insertRun(db, draft)
    const again = { id: v7(), position: 0, input: '{}', unitIds: [v7()] }
    await db.transaction(tx => tx.runs.addAssignments({ id: draft.runId, payMinor: 5 }, [again], AT))
    for (const twin of [{ ...again, id: v7(), unitIds: [v7()] }, { ...again, position: 1 }, { id: v7(), position: 1, input: '{}', unitIds: again.unitIds }]) {
      await rejects(db.transaction(tx => tx.runs.addAssignments({ id: draft.runId, payMinor: 5 }, [twin], AT)), 'already_exists')
    }
    assert.equal((await db.units.find({ filter: { runId: draft.runId } })).rows.length, 1)
  })
}

function agentContract(withDb: DatabaseTest): void {
  withDb('[16] [17] [18] [19] finds units and agents by who has them and by status, as the lifecycle moves them', async db => {
    const { runId, taskId, requesterId } = await addRun(db)
    const ann = await addWorker(db, 'ann')
    const lease = await takeUnit(db, runId, ann)
    const unit = await db.units.get(lease.unitId)
    assert.deepEqual([unit?.status, unit?.agentId, unit?.workerId, unit?.fence], ['assigned', lease.agentId, ann, 1])
    for (const filter of [{ runId, statuses: ['assigned'] as const }, { agentId: lease.agentId }, { workerId: ann }, { workerId: ann, runId }, { taskId, statuses: ['assigned', 'completed'] as const }]) {
      assert.deepEqual(ids(await db.units.find({ filter })), [lease.unitId], JSON.stringify(filter))
    }
    const parents = { runId, taskId, requesterId, provider: 'p', blueprintType: 'b', unitId: lease.unitId, workerId: ann, assignmentId: lease.assignmentId, statuses: ['in_task'] as const, isOnboarding: false }
    for (const [name, value] of Object.entries({ ...parents, ids: [lease.agentId] })) {
      assert.deepEqual(ids(await db.agents.find({ filter: { [name]: value } })), [lease.agentId], name)
    }
    for (const name of ['runId', 'taskId', 'requesterId', 'provider', 'blueprintType', 'unitId', 'workerId', 'assignmentId', 'projectId']) {
      assert.deepEqual(ids(await db.agents.find({ filter: { ...parents, [name]: NOWHERE } })), [], name)
    }
    await db.transaction(async tx => {
      await tx.units.complete([lease], AT)
      await tx.units.writeAgents({ added: [], changed: [{ id: lease.agentId, status: 'completed', endedAt: AT + 1, eventCount: 1, eventHash: 'x' }] })
    })
    assert.deepEqual(ids(await db.units.find({ filter: { runId, statuses: ['assigned'] } })), [])
    assert.deepEqual(ids(await db.units.find({ filter: { runId, statuses: ['completed'] } })), [lease.unitId])
    assert.deepEqual(ids(await db.agents.find({ filter: { runId, statuses: ['in_task'] } })), [])
    assert.deepEqual(ids(await db.agents.find({ filter: { workerId: ann, statuses: ['completed'] } })), [lease.agentId])
    assert.equal((await db.agents.get(lease.agentId))?.endedAt, AT + 1)
    await rejects(db.units.find({ filter: { statuses: ['mixed' as 'created'] } }), 'invalid_input')
    await rejects(db.units.find({ filter: { kinds: ['toString' as 'gold'] } }), 'invalid_input')
    await rejects(db.agents.find({ filter: { statuses: ['in task' as 'in_task'] } }), 'invalid_input')
  })

  withDb('[16] finds a unit that was given back no more by who had it; the attempt stays', async db => {
    const { runId } = await addRun(db)
    const ann = await addWorker(db, 'ann')
    const lease = await takeUnit(db, runId, ann)
    await db.transaction(tx => tx.units.release([lease]))
    assert.deepEqual(ids(await db.units.find({ filter: { workerId: ann } })), [])
    assert.deepEqual(ids(await db.units.find({ filter: { agentId: lease.agentId } })), [])
    assert.deepEqual(ids(await db.agents.find({ filter: { unitId: lease.unitId } })), [lease.agentId])
  })

  withDb('[18] makes no agent of an unknown worker, and leases no unknown unit', async db => {
    const { runId } = await addRun(db)
    const lease = { ...await takeUnit(db, runId, await addWorker(db, 'ann')), agentId: v7() }
    await rejects(db.transaction(tx => tx.units.writeAgents({ added: [newAgent(runId, { ...lease, workerId: NOWHERE })], changed: [] })), 'not_found')
    assert.deepEqual(await db.transaction(tx => tx.units.lease(runId, [{ ...lease, unitId: NOWHERE }], { at: AT, until: AT + 1 })), [])
    assert.equal((await db.agents.find()).rows.length, 1)
  })

  withDb('[23] makes an onboarding agent and finds it by worker, run and status', async db => {
    const { runId, taskId } = await addRun(db)
    const ann = await addWorker(db, 'ann')
    const lease = await takeUnit(db, runId, ann)
    const onboarding = made(AT + 1)
    await db.agents.addOnboarding({ ...onboarding, runId, workerId: ann })
    assert.deepEqual(await db.agents.get(onboarding.id), {
      id: onboarding.id, runId, workerId: ann, unitId: null, assignmentId: null, status: 'onboarding', fence: 0, acceptedAt: AT + 1, endedAt: null,
    })
    for (const filter of [{ workerId: ann, isOnboarding: true }, { runId, isOnboarding: true }, { taskId, statuses: ['onboarding'] as const }, { isOnboarding: true }]) {
      assert.deepEqual(ids(await db.agents.find({ filter })), [onboarding.id], JSON.stringify(filter))
    }
    assert.deepEqual(ids(await db.agents.find({ filter: { isOnboarding: false } })), [lease.agentId])
    assert.deepEqual(ids(await db.agents.find({ filter: { workerId: ann } })), [lease.agentId, onboarding.id])
    await rejects(db.agents.addOnboarding({ ...onboarding, runId, workerId: ann }), 'already_exists')
    await rejects(db.agents.addOnboarding({ ...made(), runId: NOWHERE, workerId: ann }), 'not_found')
    await rejects(db.agents.addOnboarding({ ...made(), runId, workerId: NOWHERE }), 'not_found')
    assert.equal((await db.agents.find()).rows.length, 2)
  })

  withDb('finds decisions by worker, unit, task, run, verdict, reviewer and batch', async db => {
    const { runId, taskId } = await addRun(db)
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const [first, second] = [approval(runId, await takeUnit(db, runId, ann)), { ...approval(runId, await takeUnit(db, runId, ben)), verdict: 'reject' as const, actorId: 'olga', createdAt: AT + 1 }]
    await db.transaction(tx => tx.decisions.insert([first, second]))
    assert.deepEqual((await db.decisions.find({ filter: { runId } })).rows, [first, second])
    for (const filter of [{ workerId: ann }, { unitId: first.unitId }, { taskId, verdicts: ['approve', 'undo'] as const }, { runId, actorId: 'rita' }, { batchId: first.batchId }]) {
      assert.deepEqual((await db.decisions.find({ filter })).rows, [first], JSON.stringify(filter))
    }
    assert.deepEqual(ids(await db.decisions.find({ filter: { runId: NOWHERE } })), [])
    await rejects(db.decisions.find({ filter: { verdicts: ['accept' as 'approve'] } }), 'invalid_input')
  })
}

/** What holds for every kind. */
function kindsContract(withDb: DatabaseTest): void {
  withDb('[1] finds nothing of any kind in an empty database', async db => {
    for (const [name, find] of finders(db)) assert.deepEqual(await find({}), { rows: [], nextCursor: null }, name)
  })

  withDb('[27] gives every row as plain JSON, and finds rows by lists of ids and by when they were made', async db => {
    const { runId } = await addRun(db)
    const ann = await addWorker(db, 'ann')
    const lease = await takeUnit(db, runId, ann)
    await db.transaction(tx => tx.decisions.insert([approval(runId, lease)]))
    await db.projects.create({ ...made(), name: 'project' })
    const qualification = made()
    await db.qualifications.create({ ...qualification, name: 'good' })
    await db.grants.grant({ ...made(), qualificationId: qualification.id, workerId: ann, actorId: 'rita', reason: 'test' })
    for (const [name, find] of finders(db)) {
      const { rows } = await find({})
      assert.ok(rows.length > 0, name)
      assert.deepEqual(rows, JSON.parse(JSON.stringify(rows)), name)
      assert.deepEqual(await find({ filter: { ids: [...ids({ rows }), NOWHERE, ids({ rows })[0] ?? ''] } }), { rows, nextCursor: null }, name)
      assert.deepEqual((await find({ filter: { ids: [] } })).rows, [], name)
      assert.deepEqual((await find({ filter: { createdFrom: AT, createdBefore: AT + 1 } })).rows, rows, name)
      assert.deepEqual((await find({ filter: { createdFrom: AT + 1 } })).rows, [], name)
      assert.deepEqual((await find({ filter: { createdBefore: AT } })).rows, [], name)
      await rejects(find({ filter: { ids: Array.from({ length: 1_001 }, () => v7()) } }), 'invalid_input')
    }
  })

  withDb('says that a database that is closed is unavailable', async db => {
    await db.close()
    for (const [, find] of finders(db)) await rejects(find({}), 'unavailable')
    await rejects(db.projects.create({ ...made(), name: 'project' }), 'unavailable')
    await rejects(db.qualifications.delete(NOWHERE), 'unavailable')
  })
}

type AnyFind = (query: { readonly filter?: Readonly<Record<string, unknown>> }) => Promise<{ readonly rows: readonly { readonly id: string }[]; readonly nextCursor: string | null }>

function finders(db: DbOperations): [name: string, find: AnyFind][] {
  return Object.entries({
    projects: db.projects.find, tasks: db.tasks.find, requesters: db.requesters.find, workers: db.workers.find, runs: db.runs.find, assignments: db.assignments.find,
    units: db.units.find, agents: db.agents.find, qualifications: db.qualifications.find, grants: db.grants.find, history: db.grants.history, decisions: db.decisions.find,
  })
}
