import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { SPECIAL_RANK, specialPositions } from '../data-model/features.js'
import { ledgerEntry } from '../ledger/entries.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { FinishedFilter } from '../ports/data-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { NewLease } from '../ports/unit-operations.js'
import { addRun, addWorker, AT, LEASE_MS, newAgent, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

const ALL: readonly UnitStatus[] = ['completed', 'accepted', 'soft_rejected', 'rejected']

/** Finished work across runs, and what it adds up to. */
export function dataContract(withDb: DatabaseTest): void {
  withDb('reads finished units as they were answered, in pages, whatever they came to; gold is none of them', async db => {
    const { runId } = await addRun(db, { assignments: 2 })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const leases = [await answered(db, runId, ann, 3_000), await answered(db, runId, ben, 1_000), await answered(db, runId, ann, 2_000), await answered(db, runId, ben, 2_000)]
    await complete(db, runId, await takeGold(db, runId, ann), 500)
    await decide(db, leases.slice(0, 1), 'accepted')
    await decide(db, leases.slice(1, 2), 'rejected')
    const read = (filter: Partial<FinishedFilter> = {}) => db.data.finished({ runId, statuses: ALL, limit: 10, ...filter }, 'USD')
    const [one, two, three, four] = (await read()).map(({ unitId }) => unitId)
    assert.deepEqual([one, new Set([two, three]), four], [leases[1]?.unitId, new Set([leases[2]?.unitId, leases[3]?.unitId]), leases[0]?.unitId])
    for (const limit of [1, 2, 3, 4]) {
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const page = await read({ limit, ...(after === undefined ? {} : { after }) })
        seen.push(...page.map(({ unitId }) => unitId))
        after = page.at(-1)?.cursor
        if (page.length < limit) break
      }
      assert.deepEqual(seen, [one, two, three, four], `${String(limit)} a page`)
    }
    assert.deepEqual((await read({ statuses: ['rejected'] })).map(row => ({ answer: row.answer, pseudonym: row.pseudonym, unitStatus: row.unitStatus })), [{ answer: '"ü 😀"', pseudonym: 'w-ben', unitStatus: 'rejected' }])
    assert.deepEqual((await read({ workerId: ann, from: AT + 3_000 })).map(({ unitId }) => unitId), [four])
    assert.deepEqual((await read({ before: AT + 2_000 })).map(({ unitId }) => unitId), [one])
    assert.deepEqual((await read({ assignmentId: leases[0]?.assignmentId ?? '' })).length, 2)
    assert.deepEqual((await read({ assignmentId: leases[0]?.assignmentId ?? '', workerId: ben })).map(({ unitId, currency }) => [unitId, currency]), [[leases[1]?.unitId, 'USD']])
    assert.deepEqual(await read({ assignmentId: leases[0]?.assignmentId ?? '', runId: NOWHERE }), [])
    assert.deepEqual(await read({ runId: NOWHERE }), [])
    assert.deepEqual(await read({ statuses: [] }), [])
    await rejects(read({ after: 'x' }), 'invalid_input')
  })

  withDb('reads answers item by item, those of gold and of units that came to something else left out', async db => {
    const { runId } = await addRun(db, { assignments: 3 })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const leases = [await answered(db, runId, ann, 1_000), await answered(db, runId, ben, 1_000), await answered(db, runId, ann, 2_000)]
    await complete(db, runId, await takeGold(db, runId, ann), 500)
    await decide(db, leases.slice(1, 2), 'rejected')
    const read = async (filter: { statuses?: readonly UnitStatus[]; after?: number; limit?: number } = {}) =>
      (await db.data.itemAnswers({ runId, statuses: ALL, after: -1, limit: 10, ...filter })).map(({ position, answers }) => [position, answers.map(({ answer }) => answer)])
    const text = '"ü 😀"'
    assert.deepEqual(await read(), [[0, [text, text]], [1, [text]], [2, []]])
    assert.deepEqual(await read({ statuses: ['completed', 'accepted'] }), [[0, [text]], [1, [text]], [2, []]])
    assert.deepEqual(await read({ limit: 2 }), [[0, [text, text]], [1, [text]]])
    assert.deepEqual(await read({ after: 1, limit: 2 }), [[2, []]])
    assert.deepEqual(await read({ statuses: [] }), [[0, []], [1, []], [2, []]])
    assert.deepEqual(await db.data.itemAnswers({ runId: NOWHERE, statuses: ALL, after: -1, limit: 1 }), [])
  })

  withDb('finds the units that were answered last, whatever they came to, and the answers of units', async db => {
    const { runId } = await addRun(db, { assignments: 3 })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const leases = [await answered(db, runId, ann, 3_000), await answered(db, runId, ben, 1_000), await answered(db, runId, ann, 2_000), await answered(db, runId, ben, 4_000)]
    await complete(db, runId, await takeGold(db, runId, ann), 5_000)
    await decide(db, leases.slice(0, 1), 'accepted')
    await decide(db, leases.slice(2, 3), 'rejected')
    const [first, second, third, last] = leases.map(({ unitId, assignmentId }) => ({ unitId, assignmentId }))
    assert.deepEqual(await db.data.latest({ runId, statuses: ALL, limit: 10 }), [last, first, third, second])
    assert.deepEqual(await db.data.latest({ runId, statuses: ALL, limit: 3 }), [last, first, third])
    assert.deepEqual(await db.data.latest({ runId, statuses: ['completed', 'accepted', 'soft_rejected'], limit: 10 }), [last, first, second])
    assert.deepEqual([await db.data.latest({ runId, statuses: [], limit: 1 }), await db.data.latest({ runId: NOWHERE, statuses: ALL, limit: 1 })], [[], []])
    const given = { answer: '"ü 😀"', schemaHash: 'h' }
    assert.deepEqual(await db.data.answersOf([first?.unitId ?? '', third?.unitId ?? '', NOWHERE]), new Map([[first?.unitId, given], [third?.unitId, given]]))
    assert.deepEqual(await db.data.answersOf([]), new Map())
  })

  withDb('lists who answered something by scope and by a qualification in a range that has not expired', async db => {
    const project = v7()
    await db.projects.create({ id: project, name: 'project', at: AT })
    const [one, other] = [await addRun(db, { name: 'one', projectId: project }), await addRun(db, { name: 'other' })]
    const people = []
    for (const name of ['ann', 'ben', 'cem', 'dia']) people.push(await addWorker(db, name))
    const [ann = '', ben = '', cem = ''] = people
    await answered(db, one.runId, ann, 1_000)
    await answered(db, one.runId, ben, 1_000)
    await answered(db, other.runId, cem, 1_000)
    assert.deepEqual(await db.data.workers({ scope: null, limit: 10 }), [ann, ben, cem])
    assert.deepEqual(await db.data.workers({ scope: null, limit: 1, after: ann }), [ben])
    for (const scope of [{ of: 'run', id: one.runId }, { of: 'task', id: one.taskId }, { of: 'project', id: project }] as const) assert.deepEqual(await db.data.workers({ scope, limit: 10 }), [ann, ben], scope.of)
    const qualificationId = v7()
    await db.qualifications.create({ id: qualificationId, name: 'english', description: null, at: AT })
    const grant = (workerId: string, value: number, expiresAt: number | null) => db.grants.grant({ id: v7(), qualificationId, workerId, value, expiresAt, actorId: 'rita', at: AT })
    await grant(ann, -3, null)
    await grant(ben, 5, AT + 10)
    const having = (minimum: number | null, maximum: number | null, at: number, scope: { of: 'task'; id: string } | null = null) =>
      db.data.workers({ scope, limit: 10, qualification: { qualificationId, minimum, maximum, at } })
    assert.deepEqual(await having(null, null, AT), [ann, ben])
    assert.deepEqual(await having(null, -3, AT), [ann])
    assert.deepEqual(await having(5, 5, AT, { of: 'task', id: one.taskId }), [ben])
    assert.deepEqual(await having(5, null, AT + 10), [])
    const named = (workerId: string, minimum: number | null) => db.data.workers({ scope: { of: 'run', id: one.runId }, workerId, limit: 10, ...(minimum === null ? {} : { qualification: { qualificationId, minimum, maximum: null, at: AT } }) })
    assert.deepEqual([await named(ben, 5), await named(ann, 5), await named(cem, null), await named(NOWHERE, null)], [[ben], [], [cem], []])
  })

  withDb('adds up what workers did by kind, currency and status, with the times in the middle and money beside it', async db => {
    const { runId, taskId } = await addRun(db, { assignments: 4 })
    const [ann, ben, cem] = [await addWorker(db, 'ann'), await addWorker(db, 'ben'), await addWorker(db, 'cem')]
    const leases: NewLease[] = []
    // Two units an item, and nobody gets an item twice.
    for (const [worker, ms] of [[ann, 1_000], [ben, 7_000], [ann, 9_000], [cem, 2_000], [ann, 3_000]] as const) leases.push(await answered(db, runId, worker, ms))
    await complete(db, runId, await takeGold(db, runId, ann), 4_000)
    await decide(db, leases.filter((_, index) => index === 0 || index === 2), 'accepted')
    const scope = { of: 'task', id: taskId } as const
    const sums = await db.data.workerSums([ann, ben], { scope })
    const shown = sums.filter(sum => sum.workerId === ann).map(({ kind, status, units, payMinor, totalMs, currency }) => [kind, status, units, payMinor, totalMs, currency]).sort()
    assert.deepEqual(shown, [['gold', 'completed', 1, 5, 4_000, 'USD'], ['standard', 'accepted', 2, 10, 10_000, 'USD'], ['standard', 'completed', 1, 5, 3_000, 'USD']])
    assert.deepEqual(sums.filter(sum => sum.workerId === ann).flatMap(({ middleMs }) => middleMs ?? []).sort(), [3_000, 3_000, 4_000, 4_000])
    assert.deepEqual(sums.find(sum => sum.workerId === ben)?.middleMs, [7_000, 7_000])
    assert.deepEqual((await db.data.workerSums([ann], { scope: null, from: AT + 3_000, before: AT + 9_000 })).map(({ units }) => units), [1, 1])
    assert.deepEqual(await db.data.workerSums([], { scope: null }), [])
    assert.deepEqual(await db.data.workerSums([ann], { scope: { of: 'run', id: NOWHERE } }), [])
    await db.ledger.append([{ ...ledgerEntry('compensate', v7(), { runId, unitId: null, workerId: ann, payMinor: 70, currency: 'USD' }), id: v7(), at: AT }])
    assert.deepEqual(await db.data.workerExtras([ann, ben], { scope }), [{ workerId: ann, currency: 'USD', minor: 70 }])
    assert.deepEqual(await db.data.workerExtras([ann], { scope, before: AT }), [])
    assert.deepEqual(await db.data.workerExtras([], { scope }), [])
    await complete(db, runId, await takeGold(db, runId, await addWorker(db, 'dia'), 1), 5_000)
    const all = await db.data.ordinaryWork(runId)
    assert.deepEqual([all.workers, all.units.accepted, all.units.completed, all.units.launched], [3, 2, 3, 3])
    assert.deepEqual((await db.rollUps.ofTasks([taskId])).get(taskId)?.money.map(({ currency }) => currency), ['USD'])
    const nothing = await db.data.ordinaryWork(NOWHERE)
    assert.deepEqual([nothing.workers, nothing.units.accepted, nothing.units.launched], [0, 0, 0])
  })
}

/** The worker's answer to the next unit, after so long. */
async function answered(db: MephistoDb, runId: string, workerId: string, ms: number): Promise<NewLease> {
  return complete(db, runId, await takeUnit(db, runId, workerId), ms)
}

async function complete(db: MephistoDb, runId: string, lease: NewLease, ms: number): Promise<NewLease> {
  const { agentId, unitId, workerId, fence } = lease
  await db.transaction(async tx => {
    await tx.units.complete([lease], AT + ms)
    await tx.submissions.insert([{
      id: v7(), runId, agentId, unitId, workerId, clientId: 'answer', outcome: 'completed', reason: null, answer: '"ü 😀"', schemaHash: 'h', pageBuild: null, fence, reply: '{}', at: AT + ms,
    } satisfies NewSubmission])
  })
  return lease
}

async function takeGold(db: MephistoDb, runId: string, workerId: string, index = 0): Promise<NewLease> {
  const [assignmentId, unitId] = [v7(), v7()]
  await db.special.addItems(runId, [{ id: assignmentId, position: specialPositions('gold').first + index, input: '"gold"', expected: null }], AT)
  await db.special.addUnits({ id: runId, payMinor: 5 }, [{ id: unitId, assignmentId, unitIndex: 0, kind: 'gold' }], AT)
  const lease = { unitId, assignmentId, workerId, agentId: v7(), rank: SPECIAL_RANK, fence: 1 }
  await db.transaction(async tx => {
    await tx.units.lease(runId, [lease], { at: AT, until: AT + LEASE_MS })
    await tx.units.writeAgents({ added: [newAgent(runId, lease)], changed: [] })
  })
  return lease
}

async function decide(db: DbOperations, leases: readonly NewLease[], to: UnitStatus): Promise<void> {
  await db.units.decide(leases.map(({ unitId }) => ({ unitId, from: 'completed', to })), AT + 10_000)
}
