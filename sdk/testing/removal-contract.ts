import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ERASED_TEXT } from '../data-model/erasure.js'
import { specialPositions } from '../data-model/features.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { NewCall } from '../ports/outbox-operations.js'
import { addRun, AT, insertRun, moveRun, NOWHERE, type DatabaseTest } from './entity-fixture.js'

const DAY_MS = 86_400_000

/** What is needed to remove the data of a run: items and reports of calls lose their texts, and what is left to do is found. */
export function removalContract(withDb: DatabaseTest): void {
  withDb('marks a run whose data is removed, and finds it until its own stream says that nothing is left', async db => {
    const { runId } = await addRun(db)
    const { runId: other } = await addRun(db, { name: 'other' })
    assert.equal((await db.runs.get(runId))?.dataRemovedAt, null)
    await db.transaction(tx => moveRun(tx, other, 'completed'))
    await db.transaction(tx => moveRun(tx, runId, 'completed'))
    assert.deepEqual(await db.privacy.overdue(AT + 9 * DAY_MS, 9), [])
    await db.transaction(tx => mark(tx, runId))
    assert.equal((await db.runs.get(runId))?.dataRemovedAt, AT + 5)
    assert.equal((await db.runs.find({ filter: { ids: [runId] } })).rows[0]?.dataRemovedAt, AT + 5)
    // However short ago it ended.
    assert.deepEqual(await db.privacy.overdue(AT, 9), [runId])
    assert.equal(await db.privacy.isErased(runId), false)
    const feed = (await db.runs.pulse(runId))?.feed ?? 0
    await db.events.append([{ streamId: runId, number: 9, runId, feed, type: 'erase', body: '{"agents":null,"answers":2}', hash: 'x', at: AT }])
    assert.equal(await db.privacy.isErased(runId), true)
    assert.deepEqual(await db.privacy.overdue(AT, 9), [])
    assert.equal((await db.runs.get(other))?.dataRemovedAt, null)
  })

  withDb('erases the inputs of items and what is expected of them, and of no others', async db => {
    const [{ runId }, { runId: other }] = [await addRun(db, { assignments: 3 }), await addRun(db, { name: 'other' })]
    await db.transaction(tx => tx.special.addItems(runId, [{ id: v7(), position: specialPositions('gold').first, input: '{"gold":1}', expected: '{"right":1}' }], AT))
    const before = await inputs(db, other)
    const items = await db.runs.items(runId, { after: -(2 ** 31), limit: 9 })
    assert.equal(items.length, 4)
    assert.equal(await db.privacy.eraseItems([]), 0)
    assert.equal(await db.privacy.eraseItems([...items.slice(0, 2).map(({ id }) => id), NOWHERE]), 2)
    assert.deepEqual((await inputs(db, runId)).map(row => [row['input'] === ERASED_TEXT, row['expected']]).sort(), [[false, null], [false, null], [true, null], [true, ERASED_TEXT]].sort())
    assert.equal(await db.privacy.eraseItems(items.map(({ id }) => id)), 2)
    assert.equal(await db.privacy.eraseItems(items.map(({ id }) => id)), 0)
    assert.deepEqual(await inputs(db, other), before)
  })

  withDb('knows a feed that reads the run in another that goes on', async db => {
    const { runId } = await addRun(db)
    const other = await fed(db, 'other', JSON.stringify({ runs: NOWHERE }))
    assert.equal(await db.privacy.feedThatReads(runId), null)
    const reader = await fed(db, 'reader', JSON.stringify({ runs: [NOWHERE, runId] }))
    assert.deepEqual([await db.privacy.feedThatReads(runId), await db.privacy.feedThatReads(NOWHERE)], [reader, other])
    await db.transaction(tx => moveRun(tx, reader, 'completed'))
    assert.equal(await db.privacy.feedThatReads(runId), null)
  })

  withDb('erases what came of calls that a blueprint answered, and knows those still to be made that read a run', async db => {
    const { runId } = await addRun(db)
    const [item] = await db.runs.items(runId, { after: -1, limit: 1 })
    assert.ok(item)
    assert.equal(await db.privacy.callThatReads(runId), null)
    const ended: string[] = []
    for (const [topic, subjectId] of [['unit.submitted.b', runId], ['effect.b', item.id], ['run.open', runId], ['unit.submitted.b', NOWHERE]] as const) {
      ended.push(await made(db, { topic, subjectId }))
      await db.outbox.finish(await taken(db, topic), { status: 'failed', nextAt: AT, result: '{"error":"of the answer"}', at: AT })
    }
    assert.equal(await db.privacy.callThatReads(runId), null)
    const effect = await made(db, { topic: 'effect.b', subjectId: item.id })
    assert.equal(await db.privacy.callThatReads(runId), 'effect.b')
    assert.equal(await db.privacy.callThatReads(NOWHERE), null)
    assert.equal(await db.privacy.eraseReports([]), 0)
    assert.equal(await db.privacy.eraseReports([runId, item.id]), 2)
    const results = await Promise.all([...ended, effect].map(async id => (await db.outbox.get(id))?.result ?? null))
    assert.deepEqual(results, [ERASED_TEXT, ERASED_TEXT, '{"error":"of the answer"}', '{"error":"of the answer"}', null])
    await db.outbox.finish(await taken(db, 'effect.b'), { status: 'done', nextAt: AT, result: '{}', at: AT })
    await made(db, { topic: 'unit.submitted.b', subjectId: runId })
    assert.equal(await db.privacy.callThatReads(runId), 'unit.submitted.b')
  })
}

function fed(db: MephistoDb, name: string, params: string): Promise<string> {
  return addRun(db, { name, assignments: 0 }).then(async ({ taskId, requesterId }) => {
    const runId = v7()
    await insertRun(db, { runId, taskId, requesterId }, { dataFeed: { name: 'acceptedAnswers', params, ahead: 1 } })
    return runId
  })
}

async function mark(tx: DbOperations, runId: string): Promise<void> {
  const [locked] = await tx.runs.lock([runId])
  assert.ok(locked)
  const nothing = { reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 }
  assert.ok(await tx.runs.write({ ...nothing, id: runId, fromFeed: locked.feed, feed: locked.feed + 1, head: { ...locked.head, count: locked.head.count + 1 }, settings: { dataRemovedAt: AT + 5 } }, AT))
}

function inputs(db: MephistoDb, runId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return db.transfer.rows('assignment', { column: 'run_id', ids: [runId] })
}

async function made(db: MephistoDb, { topic, subjectId }: Pick<NewCall, 'topic' | 'subjectId'>): Promise<string> {
  const id = v7()
  await db.outbox.enqueue([{ id, callKey: id, topic, body: '{}', subjectId, lane: null }], AT)
  return id
}

async function taken(db: MephistoDb, topic: string): Promise<{ readonly id: string; readonly fence: number }> {
  const [call] = await db.outbox.take({ topic, at: AT + 1, until: AT + 9, perSubject: 9, underWay: new Map(), limit: 1 })
  assert.ok(call)
  return call
}
