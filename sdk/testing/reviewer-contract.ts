import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { NewDecision } from '../ports/answer-operations.js'
import { addRun, addWorker, approval, AT, NOWHERE, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** What reviewers did, added up. */
export function reviewerContract(withDb: DatabaseTest): void {
  withDb('adds up what reviewers did, who was overruled, how fast they were and what two said of the same answer', async db => {
    const { runId, taskId } = await addRun(db)
    const leases = []
    for (const name of ['ann', 'ben', 'cem', 'dee']) leases.push(await takeUnit(db, runId, await addWorker(db, name)))
    const [one, two, three, four] = leases.map(lease => approval(runId, lease))
    assert.ok(one && two && three && four)
    const made = (of: NewDecision, actorId: string, at: number, more: Partial<NewDecision>): NewDecision => ({ ...of, id: v7(), batchId: v7(), actorId, actorName: actorId.toUpperCase(), createdAt: AT + at, ...more })
    const said = (of: NewDecision, actorId: string, at: number, opinion: 'approve' | 'soft_reject' | 'reject'): NewDecision => made(of, actorId, at, { verdict: 'opine', effects: { opinion } })
    const wrong = made(three, 'rita', 400_000, { verdict: 'reject' })
    const retracted = said(four, 'ravi', 20, 'reject')
    await db.transaction(tx => tx.decisions.insert([
      // Both say the same.
      said(one, 'rita', 1_000, 'approve'), made(one, 'ravi', 2_000, { verdict: 'approve' }),
      // They differ, the first after a change of mind, and a third decides, who does not count as one of two.
      said(two, 'rita', 3_000, 'approve'), said(two, 'rita', 5_000, 'reject'), said(two, 'ravi', 6_000, 'soft_reject'), made(two, 'rosa', 7_000, { verdict: 'reject' }),
      // Somebody else overrules.
      wrong, made(three, 'rosa', 400_010, { verdict: 'overturn', previous: 'rejected' }),
      // What was taken back was not said.
      retracted, made(four, 'ravi', 21, { verdict: 'retract', undoes: retracted.id }), made(four, 'rosa', 30, { verdict: 'approve' }),
    ]))
    const scope = { scope: { of: 'run', id: runId } } as const
    assert.deepEqual((await db.reviewers.sums(scope)).map(({ actorId, actorName, verdict, units }) => [actorId, actorName, verdict, units]), [
      ['ravi', 'RAVI', 'approve', 1], ['ravi', 'RAVI', 'opine', 2], ['ravi', 'RAVI', 'retract', 1],
      ['rita', 'RITA', 'opine', 3], ['rita', 'RITA', 'reject', 1], ['rosa', 'ROSA', 'approve', 1], ['rosa', 'ROSA', 'overturn', 1], ['rosa', 'ROSA', 'reject', 1],
    ])
    assert.deepEqual([...await db.reviewers.overruled(scope)], [['rita', 1]])
    assert.deepEqual((await db.reviewers.paces(scope, 300_000)).get('rita'), { times: 2, totalMs: 4_000 })
    const pair = { first: 'rita', second: 'ravi', units: 1 }
    const pairs = await db.reviewers.pairs(scope)
    assert.deepEqual([...pairs].sort((a, b) => a.firstVerdict.localeCompare(b.firstVerdict)), [{ ...pair, firstVerdict: 'approve', secondVerdict: 'approve' }, { ...pair, firstVerdict: 'reject', secondVerdict: 'soft_reject' }])
    assert.equal((await db.reviewers.sums({ scope: { of: 'task', id: taskId } })).length, 8)
    for (const nothing of [{ scope: { of: 'run', id: NOWHERE } }, { scope: { of: 'project', id: "' OR ''='" } }, { ...scope, from: AT + 500_000 }, { ...scope, before: AT }] as const) {
      assert.deepEqual([await db.reviewers.sums(nothing), [...await db.reviewers.overruled(nothing)], [...await db.reviewers.paces(nothing, 1)], await db.reviewers.pairs(nothing)], [[], [], [], []])
    }
  })
}
