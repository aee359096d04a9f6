import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { addRun, addWorker, approval, AT, NOWHERE, newAgent, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Ids that belong to something else, or to nothing, and cursors of other lists. */
export function strangerContract(withDb: DatabaseTest): void {
  withDb('leases nothing to a worker, and makes no agent in a run, that does not exist', async db => {
    const { runId } = await addRun(db)
    const [unit] = await db.units.candidates(runId, -1, 1)
    assert.ok(unit)
    const lease = { ...unit, workerId: NOWHERE, agentId: v7(), fence: 1 }
    await rejects(db.transaction(tx => tx.units.lease(runId, [lease], { at: AT, until: AT + 1 })), 'not_found')
    const agent = newAgent(runId, { ...lease, workerId: await addWorker(db, 'ann') })
    await rejects(db.transaction(tx => tx.units.writeAgents({ added: [{ ...agent, runId: NOWHERE }], changed: [] })), 'not_found')
    assert.equal((await db.runs.countUnits(runId)).launched, 4)
    assert.deepEqual((await db.agents.find()).rows, [])
  })

  withDb('does nothing to a unit under the ids of another run, agent or unit, or under another fence', async db => {
    const [{ runId }, { runId: otherRun }] = [await addRun(db, { name: 'one' }), await addRun(db, { name: 'other' })]
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const [own, others] = [await takeUnit(db, runId, ann), await takeUnit(db, otherRun, ben)]
    const [free] = await db.units.candidates(runId, -1, 1)
    assert.ok(free)
    const strange = [
      { ...own, agentId: others.agentId }, { ...own, unitId: others.unitId }, { ...own, unitId: free.unitId }, { ...own, fence: own.fence + 1 }, { ...own, agentId: NOWHERE },
      { ...own, unitId: "' OR ''='" }, { ...own, agentId: '%' },
    ]
    for (const lease of strange) {
      assert.equal((await db.units.complete([lease], AT)).size, 0)
      assert.equal((await db.units.extend([{ ...lease, until: AT + 90_000 }], AT)).size, 0)
      assert.deepEqual(await db.units.release([lease]), [])
    }
    assert.deepEqual(await db.units.lease(otherRun, [{ ...free, workerId: ben, agentId: v7(), fence: free.fence + 1 }], { at: AT, until: AT + 1 }), [])
    assert.equal((await db.units.decide([{ unitId: own.unitId, from: 'completed', to: 'accepted' }, { unitId: NOWHERE, from: 'completed', to: 'accepted' }], AT)).size, 0)
    assert.deepEqual(await db.units.answered({ runId: otherRun, statuses: ['assigned', 'completed'], limit: 10 }), [])
    assert.equal((await db.units.standings(runId, [ben], AT))[0]?.held, null)
    for (const lease of [own, others]) {
      const unit = await db.units.get(lease.unitId)
      assert.deepEqual([unit?.status, unit?.agentId, unit?.workerId, unit?.fence], ['assigned', lease.agentId, lease.workerId, lease.fence])
    }
    assert.equal((await db.units.complete([own, others], AT)).size, 2)
  })

  withDb('reads the answers of a run alone, whatever cursor it is given', async db => {
    const [{ runId }, { runId: otherRun }] = [await addRun(db, { name: 'one' }), await addRun(db, { name: 'other' })]
    for (const [index, run] of [runId, runId, otherRun, otherRun].entries()) {
      const lease = await takeUnit(db, run, await addWorker(db, `worker ${String(index)}`))
      await db.submissions.insert([{
        id: v7(), runId: run, agentId: lease.agentId, unitId: lease.unitId, workerId: lease.workerId, clientId: 'the-answer', outcome: 'set_aside', reason: 'superseded',
        answer: `"${run}"`, schemaHash: 'h', pageBuild: null, fence: 1, reply: '{}', at: AT,
      }])
    }
    const page = (run: string, after?: string) => db.units.answers({ runId: run, includeSetAside: true, limit: 1, ...(after === undefined ? {} : { after }) })
    const [first] = await page(runId)
    const [stranger] = await page(otherRun)
    assert.ok(first && stranger)
    assert.deepEqual(new Set((await page(runId, stranger.cursor)).map(row => row.answer)), new Set([`"${runId}"`]))
    assert.deepEqual(await page(runId, `9999999999.99999.${NOWHERE}`), [])
    for (const after of ['', ' ', 'null', first.submissionId, `${first.cursor} `, `${first.cursor}0`, `-${first.cursor}`, `0.0.${NOWHERE}' OR 1=1`, first.cursor.replace('.', ','), '1e9.0.x', '9'.repeat(100_000), 'nul \0', '\ud83d']) {
      await rejects(page(runId, after), 'invalid_input')
    }
    for (const after of ['', "' OR 1=1 --", '9'.repeat(10_000), '%']) assert.ok((await db.runs.list({ limit: 5, after })).length <= 2)
  })

  withDb('decides and books only what it is told of, with ids that are not there left alone', async db => {
    const { runId } = await addRun(db)
    const lease = await takeUnit(db, runId, await addWorker(db, 'ann'))
    assert.deepEqual([...await db.submissions.replies([{ agentId: lease.agentId, clientId: 'none' }, { agentId: NOWHERE, clientId: "' OR 1=1" }])], [])
    assert.deepEqual(await db.units.attempts([NOWHERE, '%', "' OR ''='"]), [])
    assert.deepEqual([...await db.units.placesOfAgents([lease.agentId, NOWHERE])], [[lease.agentId, { runId, unit: { id: lease.unitId, assignmentId: lease.assignmentId, kind: 'standard', fence: lease.fence } }]])
    assert.deepEqual([await db.units.seats(NOWHERE), await db.units.seats("' OR ''='")], [[], []])
    assert.deepEqual([(await db.agents.get(lease.agentId))?.status, await db.agents.get(NOWHERE)], ['in_task', null])
    assert.deepEqual([...await db.units.runsOfUnits([NOWHERE, lease.unitId])], [[lease.unitId, runId]])
    assert.deepEqual(await db.units.reviewById([NOWHERE, lease.unitId]), [])
    assert.deepEqual(await db.ledger.balances(NOWHERE), { reservedMinor: 0, owedMinor: 0, paidMinor: 0 })
    await db.transaction(tx => tx.decisions.insert([approval(runId, lease)]))
    assert.deepEqual(await db.decisions.lastOf(NOWHERE, 'rita'), [])
    assert.deepEqual(await db.decisions.lastOf(runId, "' OR ''='"), [])
    const last = await db.decisions.lastOf(runId, 'rita')
    assert.equal(last.length, 1)
    assert.deepEqual(await db.decisions.standingOf(runId, 'rita', last[0]?.batchId ?? ''), last)
    for (const [run, actor, batch] of [[NOWHERE, 'rita', last[0]?.batchId ?? ''], [runId, 'ravi', last[0]?.batchId ?? ''], [runId, 'rita', "' OR ''='"]] as const) assert.deepEqual(await db.decisions.standingOf(run, actor, batch), [])
    const said = { ...approval(runId, lease), verdict: 'opine' as const, effects: { opinion: 'reject' as const }, createdAt: AT + 5 }
    const [again, back] = [{ ...said, id: v7(), batchId: v7(), actorId: 'ravi', createdAt: AT + 6 }, { ...said, id: v7(), batchId: v7(), verdict: 'retract' as const, undoes: said.id, createdAt: AT + 7 }]
    await db.transaction(tx => tx.decisions.insert([said, again, { ...again, id: v7(), batchId: v7(), agentId: v7() }]))
    assert.deepEqual((await db.decisions.opinionsOf([lease.unitId, NOWHERE])).map(({ id, effects }) => [id, effects]), [[said.id, said.effects], [again.id, said.effects]])
    assert.deepEqual([await db.decisions.opinionsOf([]), await db.decisions.opinionsOf([NOWHERE, "' OR ''='"])], [[], []])
    await db.transaction(tx => tx.decisions.insert([back]))
    assert.deepEqual((await db.decisions.opinionsOf([lease.unitId])).map(({ id }) => id), [again.id])
    assert.deepEqual(await db.decisions.lastOf(runId, 'rita'), [])
    assert.deepEqual([await db.decisions.unread([]), await db.decisions.unread([NOWHERE, "' OR ''='"])], [new Set(), new Set()])
    assert.deepEqual([await db.decisions.messagesTo(NOWHERE, { runId, limit: 9 }), await db.decisions.messagesTo("' OR ''='", { runId: NOWHERE, limit: 9 })], [[], []])
  })
}
