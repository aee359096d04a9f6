import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { RunDataFeed } from '../data-model/data-feed.js'
import { specialPositions } from '../data-model/features.js'
import { BLUEPRINT_TOPICS } from '../data-model/outbox-topics.js'
import type { EventType } from '../data-model/event-types.js'
import type { ItemSource } from '../ports/feed-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, AT, insertRun, moveRun, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

const NOTHING = { reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 } as const

/** Runs that are fed while they go on. */
export function feedContract(withDb: DatabaseTest): void {
  withDb('keeps how far a run has come with its feed; others have none', async db => {
    const { runId } = await fedRun(db, 'fed')
    const { runId: other } = await addRun(db, { name: 'other' })
    assert.equal((await db.runs.get(other))?.dataFeed, null)
    assert.deepEqual((await db.runs.get(runId))?.dataFeed, { status: 'open', cursor: null, rows: 0, badCursor: null })
    for (const dataFeed of [{ status: 'failed', cursor: '"ü 😀 \\u0000"', rows: 7, badCursor: '[1,{"a":"\'"}]' }, { status: 'open', cursor: '8', rows: 8, badCursor: null }, { status: 'ended', cursor: '8', rows: 8, badCursor: null }] as const) {
      await setFeed(db, runId, dataFeed)
      assert.deepEqual((await db.runs.get(runId))?.dataFeed, dataFeed)
    }
    assert.deepEqual((await db.runs.find({ filter: { ids: [runId] } })).rows[0]?.config.dataFeed, { name: 'rows', params: '{"to":5}', ahead: 10 })
  })

  withDb('finds runs under way of a blueprint whose feeds have not ended, and their calls, page by page', async db => {
    const runs = [await fedRun(db, 'one'), await fedRun(db, 'two'), await fedRun(db, 'three')]
    const [one, two, three] = runs.map(({ runId }) => runId)
    assert.ok(one !== undefined && two !== undefined && three !== undefined)
    await fedRun(db, 'of another blueprint', 'c')
    const found = async (query: { runIds?: readonly string[]; after?: string; limit?: number } = {}) => db.feeds.underWay({ blueprintType: 'b', after: '', limit: 10, ...query })
    assert.deepEqual((await found()).map(({ run, callId, isIdle, restUntil }) => [run.id, callId, isIdle, restUntil]), runs.map(({ runId, callId }) => [runId, callId, false, AT]))
    assert.deepEqual((await found({ runIds: [two, NOWHERE] })).map(({ run }) => run.id), [two])
    assert.deepEqual((await found({ limit: 2 })).map(({ run }) => run.id), [one, two])
    assert.deepEqual((await found({ after: two, limit: 2 })).map(({ run }) => run.id), [three])
    const [taken] = await db.outbox.take({ topic: `${BLUEPRINT_TOPICS.feed}b`, at: AT, until: AT + 1_000, perSubject: 1, underWay: new Map(), limit: 1 })
    assert.ok(taken)
    assert.ok(await db.outbox.finish(taken, { status: 'done', nextAt: AT + 500, result: '{}', at: AT }))
    assert.deepEqual((await found()).filter(({ isIdle }) => isIdle).map(({ callId, restUntil }) => [callId, restUntil]), [[taken.id, AT + 500]])
    await setFeed(db, one, { status: 'ended', cursor: null, rows: 0, badCursor: null })
    await setFeed(db, two, { status: 'failed', cursor: null, rows: 0, badCursor: null })
    assert.deepEqual((await found()).map(({ run }) => run.id), [two, three])
    await db.transaction(tx => moveRun(tx, three, 'completed'))
    assert.deepEqual((await found()).map(({ run }) => run.dataFeed?.status), ['failed'])
  })

  withDb('counts free units, launched or held back, no further than it is asked', async db => {
    const { runId } = await addRun(db, { name: 'launched', assignments: 3 })
    const { runId: held } = await addRun(db, { name: 'held back', assignments: 2, isHeldBack: true })
    await takeUnit(db, runId, await addWorker(db, 'ann'))
    assert.deepEqual([await db.feeds.countFree(runId, 100), await db.feeds.countFree(runId, 3), await db.feeds.countFree(held, 100), await db.feeds.countFree(NOWHERE, 100)], [5, 3, 4, 0])
    assert.equal((await db.units.publish(held, 1)).length, 1)
    assert.equal(await db.feeds.countFree(held, 100), 4)
  })

  withDb('begins at position 0 in a run that has nothing but items for training', async db => {
    const { runId } = await fedRun(db, 'trains')
    await db.special.addItems(runId, [{ id: v7(), position: specialPositions('training').first, input: '{}', expected: '{}' }], AT)
    assert.equal(await db.runs.lastPosition(runId), -1)
  })

  withDb('notes which answers items were made of, each once in a run', async db => {
    const { runId } = await addRun(db, { assignments: 3 })
    const { runId: other } = await addRun(db, { name: 'other', assignments: 1 })
    const items = [...await db.runs.items(runId, { after: -1, limit: 9 }), ...await db.runs.items(other, { after: -1, limit: 9 })].map(({ id }) => id)
    const [unit, otherUnit] = [v7(), v7()]
    const made = (index: number, sourceUnitId: string, of = runId): ItemSource => ({ assignmentId: items[index] ?? '', runId: of, sourceRunId: v7(), sourceUnitId, sourceAgentId: v7() })
    const first = made(0, unit)
    await db.feeds.addSources([first])
    await db.feeds.addSources([])
    await rejects(db.feeds.addSources([made(1, otherUnit), made(2, unit)]), 'already_exists')
    assert.deepEqual([...await db.feeds.taken(runId, [unit, otherUnit])], [unit])
    await db.feeds.addSources([made(3, unit, other)])
    assert.deepEqual([...await db.feeds.taken(other, [unit])], [unit])
    assert.equal((await db.feeds.taken(runId, [])).size, 0)
    assert.deepEqual((await db.feeds.sourcesOf([items[0] ?? '', items[1] ?? ''])).map(row => ({ ...row })), [first])
    assert.deepEqual(await db.feeds.sourcesOf([]), [])
  })

  withDb('finds acceptances after a place in the log, and the units that are accepted', async db => {
    const { runId } = await addRun(db, { assignments: 2 })
    const leases = [await takeUnit(db, runId, await addWorker(db, 'ann')), await takeUnit(db, runId, await addWorker(db, 'ben'))]
    const types: readonly EventType[] = ['begin', 'approve', 'undo', 'reject', 'overturn', 'soft_reject', 'approve']
    await db.events.append(types.map((type, index) => ({ streamId: leases[index % 2]?.agentId ?? '', number: index + 1, runId, feed: index + 2, type, body: '{}', hash: String(index), at: AT + index })))
    assert.deepEqual((await db.feeds.acceptances(runId, 0, 10)).map(({ feed, agentId, at }) => [feed, agentId, at]), [[3, leases[1]?.agentId, AT + 1], [6, leases[0]?.agentId, AT + 4], [8, leases[0]?.agentId, AT + 6]])
    assert.deepEqual((await db.feeds.acceptances(runId, 3, 1)).map(({ feed }) => feed), [6])
    assert.deepEqual(await db.feeds.acceptances(NOWHERE, 0, 10), [])
    await db.transaction(async tx => { await tx.units.complete(leases, AT + 500) })
    const unitIds = leases.map(({ unitId }) => unitId)
    assert.equal((await db.feeds.acceptedAmong(unitIds)).size, 0)
    await db.units.decide([{ unitId: unitIds[0] ?? '', from: 'completed', to: 'accepted' }], AT)
    assert.deepEqual([...await db.feeds.acceptedAmong([...unitIds, NOWHERE])], [unitIds[0]])
    assert.equal((await db.feeds.acceptedAmong([])).size, 0)
  })
}

async function fedRun(db: MephistoDb, name: string, blueprintType = 'b'): Promise<{ runId: string; callId: string }> {
  const [taskId, requesterId, runId, callId] = [v7(), v7(), v7(), v7()]
  await db.tasks.create({ id: taskId, name, blueprintType, projectId: null, at: AT })
  await db.requesters.create({ id: requesterId, provider: 'p', name, at: AT })
  await insertRun(db, { runId, taskId, requesterId }, { blueprintType, dataFeed: { name: 'rows', params: '{"to":5}', ahead: 10 } })
  await db.transaction(async tx => {
    await moveRun(tx, runId, 'running')
    await tx.outbox.enqueue([{ id: callId, callKey: BLUEPRINT_TOPICS.feed + runId, topic: BLUEPRINT_TOPICS.feed + blueprintType, body: '{}', subjectId: runId, lane: null }], AT)
  })
  return { runId, callId }
}

async function setFeed(db: MephistoDb, runId: string, dataFeed: RunDataFeed): Promise<void> {
  await db.transaction(async tx => {
    const [held] = await tx.runs.lock([runId])
    assert.ok(held)
    assert.ok(await tx.runs.write({ ...NOTHING, id: runId, fromFeed: held.feed, feed: held.feed + 1, head: held.head, dataFeed }, AT))
  })
}
