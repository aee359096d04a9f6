import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { TO_PUBLISH, UP } from '../data-model/publication.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, AT, insertRun, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

const FIRST = { number: 1, at: AT } as const

/** What is shown at providers: which units are next, how far it is with each, what they are called there. */
export function publicationContract(withDb: DatabaseTest): void {
  withDb('finds the created units that were never to be published, by their rank', async db => {
    const { runId } = await addRun(db, { assignments: 3, isHeldBack: true })
    const all = await db.publications.unpublished(runId, 10)
    assert.equal(all.length, 6)
    assert.deepEqual(await db.publications.unpublished(runId, 2), all.slice(0, 2))
    await db.publications.add(runId, [all[0] ?? '', all[2] ?? ''], FIRST)
    assert.deepEqual(await db.publications.unpublished(runId, 3), [all[1], all[3], all[4]])
    await db.publications.add(runId, [], FIRST)
    await rejects(db.publications.add(runId, [all[0] ?? ''], FIRST), 'already_exists')
    await rejects(db.publications.add(NOWHERE, [v7()], FIRST), 'not_found')
    const { runId: launched } = await addRun(db, { name: 'other' })
    assert.deepEqual(await db.publications.unpublished(launched, 10), [])
  })

  withDb('moves publications from where they stand, once, and keeps what they are called', async db => {
    const { runId } = await addRun(db, { isHeldBack: true })
    const [first = '', second = ''] = await db.publications.unpublished(runId, 2)
    await db.publications.add(runId, [runId, first, second], FIRST)
    assert.deepEqual(await db.publications.get(first), { id: first, runId, status: 'publishing', number: 1, ref: null, createdAt: AT, changedAt: AT })
    assert.equal(await db.publications.get(NOWHERE), null)
    const ref = JSON.stringify({ hit: '3X ü 😀 "\\', n: 1 })
    await db.publications.keepRef(first, ref)
    assert.deepEqual(await db.publications.move([first, NOWHERE], { from: TO_PUBLISH, to: 'published', at: AT + 1 }), new Set([first]))
    assert.deepEqual(await db.publications.move([first], { from: TO_PUBLISH, to: 'published', at: AT + 2 }), new Set())
    assert.deepEqual(await db.publications.move([], { from: UP, to: 'withdrawn', at: AT }), new Set())
    const moves = await Promise.all([1, 2, 3].map(() => db.publications.move([first, second], { from: UP, to: 'withdrawing', number: 2, at: AT + 3 })))
    assert.deepEqual(moves.map(moved => moved.size).sort(), [0, 0, 2])
    assert.deepEqual(await db.publications.get(first), { id: first, runId, status: 'withdrawing', number: 2, ref, createdAt: AT, changedAt: AT + 3 })
    assert.deepEqual(await db.publications.counts(runId), { publishing: 0, published: 0, publish_failed: 0, withdrawing: 2, withdrawn: 0, withdraw_failed: 0 })
    assert.deepEqual([await db.publications.countUnits(runId, ['withdrawing']), await db.publications.countUnits(runId, UP)], [2, 0])
  })

  withDb('launches a created unit once, and counts the live ones', async db => {
    const { runId } = await addRun(db, { isHeldBack: true })
    const [first = ''] = await db.publications.unpublished(runId, 1)
    assert.equal(await db.publications.countLive(runId), 0)
    assert.deepEqual((await Promise.all([1, 2, 3].map(() => db.publications.launch([first, NOWHERE])))).sort(), [0, 0, 1])
    assert.equal(await db.publications.launch([]), 0)
    await takeUnit(db, runId, await addWorker(db, 'ann'))
    assert.equal((await db.units.publish(runId, 1)).length, 1)
    assert.equal(await db.publications.countLive(runId), 2)
  })

  withDb('knows which units a call has places for, and how many places there are to be', async db => {
    const { runId } = await addRun(db, { assignments: 3, isHeldBack: true })
    const [one = '', two = '', three = '', four = ''] = await db.publications.unpublished(runId, 4)
    await db.publications.add(runId, [runId], FIRST)
    await db.publications.add(runId, [one, two], { number: 2, at: AT })
    await db.publications.add(runId, [three, four], { number: 3, at: AT })
    assert.deepEqual([...await db.publications.upTo(runId, 2)].sort(), [one, two].sort())
    assert.deepEqual([await db.publications.countPlaces(runId, 1), await db.publications.countPlaces(runId, 2), await db.publications.countPlaces(runId, 3)], [0, 2, 4])
    await db.publications.move([one, two], { from: TO_PUBLISH, to: 'published', at: AT })
    await db.publications.launch([one, two])
    assert.deepEqual(await db.publications.upTo(runId, 3), await db.publications.upTo(runId, 9))
    // One is over without an answer and leaves its place, the other one keeps it.
    await db.replacements.withdraw([one])
    await takeUnit(db, runId, await addWorker(db, 'ann'))
    await db.publications.move([one, two, three], { from: UP, to: 'withdrawn', at: AT })
    assert.equal(await db.publications.countPlaces(runId, 3), 3)
  })

  withDb('a launch that its provider is to finish is not stale, and stays', async db => {
    const { taskId, requesterId } = await addRun(db)
    const [waiting, dead] = [await launching(db, { taskId, requesterId }), await launching(db, { taskId, requesterId })]
    await db.publications.add(waiting, [waiting], FIRST)
    assert.deepEqual(await db.runs.staleLaunches(AT + 1, 10), [dead])
    await db.transaction(async tx => {
      await tx.runs.remove(waiting)
      await tx.runs.remove(dead)
    })
    assert.deepEqual([(await db.runs.get(waiting))?.id, await db.runs.get(dead)], [waiting, null])
  })
}

async function launching(db: MephistoDb, parents: { taskId: string; requesterId: string }): Promise<string> {
  const runId = v7()
  await insertRun(db, { runId, ...parents })
  return runId
}
