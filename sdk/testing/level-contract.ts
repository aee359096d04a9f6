import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { NewCall } from '../ports/outbox-operations.js'
import { addRun, addWorker, AT, insertRun, LEASE_MS, made, moveRun, newAgent, takeUnit, type DatabaseTest } from './entity-fixture.js'

const LATER = AT + LEASE_MS

/** How full everything is, counted at a bounded cost. */
export function levelContract(withDb: DatabaseTest): void {
  withDb('counts runs, work and money under way, leases and what waits for a decision', async db => {
    const nothing = await db.levels.read(AT, 100)
    assert.deepEqual(nothing, { runs: [], underWay: [], leases: [], unreviewed: 0, onboardings: [{ status: 'onboarding', agents: 0 }, { status: 'waiting', agents: 0 }], calls: [] })
    const { runId } = await addRun(db, { assignments: 3 })
    const { runId: over } = await addRun(db, { name: 'over', blueprintType: 'c' })
    await db.transaction(tx => moveRun(tx, over, 'completed'))
    const [taskId, requesterId] = [v7(), v7()]
    await db.tasks.create({ id: taskId, name: 'launching', blueprintType: 'b', projectId: null, at: AT })
    await db.requesters.create({ ...made(), id: requesterId, provider: 'p', name: 'launching' })
    await insertRun(db, { runId: v7(), taskId, requesterId })
    const [ann, ben, cem] = await Promise.all(['ann', 'ben', 'cem'].map(name => addWorker(db, name)))
    assert.ok(ann && ben && cem)
    const answered = await takeUnit(db, runId, ann)
    await takeUnit(db, runId, ben)
    await takeUnit(db, over, cem)
    await db.transaction(async tx => {
      await tx.units.complete([answered], AT)
      const lease = { workerId: cem, unitId: v7(), assignmentId: v7(), rank: 0, fence: 0 }
      const attempts = [runId, runId, over].map(run => ({ ...newAgent(run, { ...answered, ...lease, agentId: v7() }), unitId: null, assignmentId: null }))
      await tx.units.writeAgents({ added: attempts.map((attempt, index) => ({ ...attempt, status: index === 1 ? 'waiting' as const : 'onboarding' as const })), changed: [] })
      const [held] = await tx.runs.lock([runId])
      assert.ok(held)
      const change = { id: runId, fromFeed: held.feed, feed: held.feed + 1, head: held.head, unitsTotal: 0, unitsOpen: -1, unitsAnswered: 1 }
      assert.ok(await tx.runs.write({ ...change, reservedMinor: 10, owedMinor: 5, paidMinor: 2 }, AT))
    })
    const levels = await db.levels.read(LATER, 100)
    assert.deepEqual(levels.runs, [{ status: 'completed', runs: 1 }, { status: 'launching', runs: 1 }, { status: 'running', runs: 1 }])
    assert.deepEqual(levels.underWay, [{ blueprintType: 'b', currency: 'USD', unitsOpen: 5, reservedMinor: 10, owedMinor: 5, paidMinor: 2 }])
    assert.deepEqual(levels.leases, [{ kind: 'standard', leases: 2, overdue: 2 }])
    assert.equal((await db.levels.read(LATER - 1, 100)).leases[0]?.overdue, 0)
    assert.equal(levels.unreviewed, 1)
    assert.deepEqual(levels.onboardings, [{ status: 'onboarding', agents: 1 }, { status: 'waiting', agents: 1 }], 'those of the run that is over are not under way')
    assert.equal((await db.levels.read(LATER, 1)).leases[0]?.leases, 1, 'stops at the limit')
  })

  withDb('counts calls to the outside world that are not done, by topic, and since when they have been due', async db => {
    const call = (topic: string, subjectId: string | null = null): NewCall => {
      const id = v7()
      return { id, callKey: `key:${id}`, topic, body: '{}', subjectId, lane: null }
    }
    const subject = v7()
    await db.outbox.enqueue([call('pay')], AT)
    await db.outbox.enqueue([call('pay'), call('tell', subject), call('try')], AT + 5)
    await db.outbox.hold('tell', subject)
    const [taken] = await db.outbox.take({ topic: 'try', at: AT + 5, until: AT + 1_000, perSubject: 10, underWay: new Map(), limit: 1 })
    assert.ok(taken)
    const levels = async (at: number) => (await db.levels.read(at, 100)).calls
    const pay = { topic: 'pay', status: 'pending', calls: 2, dueSince: AT } as const
    const tell = { topic: 'tell', status: 'held', calls: 1, dueSince: null } as const
    assert.deepEqual(await levels(AT + 10), [pay, { topic: 'try', status: 'pending', calls: 1, dueSince: null }, tell], 'one that is under way is not due')
    assert.deepEqual((await levels(AT - 1))[0], { ...pay, dueSince: null })
    await db.outbox.finish(taken, { status: 'failed', nextAt: AT + 5, result: '{}', at: AT + 10 })
    assert.deepEqual(await levels(AT + 10), [pay, tell, { topic: 'try', status: 'failed', calls: 1, dueSince: null }])
    const [first] = await db.outbox.take({ topic: 'pay', at: AT + 10, until: AT + 1_000, perSubject: 10, underWay: new Map(), limit: 1 })
    assert.ok(first)
    await db.outbox.finish(first, { status: 'done', nextAt: AT, result: '{}', at: AT + 10 })
    assert.deepEqual((await levels(AT + 10))[0], { ...pay, calls: 1, dueSince: AT + 5 })
    assert.equal((await db.levels.read(AT + 10, 1)).calls.length, 3)
  })
}
