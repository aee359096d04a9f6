import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { GrantAct } from '../ports/entity-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addWorker, AT, ids, made, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

/** What is granted, revoked, and remembered of it. */
export function grantContract(withDb: DatabaseTest): void {
  withDb('[20] keeps one grant of a qualification a worker, with the value given last, and every act in the history', async db => {
    const { act, qualificationId, ann } = await granting(db)
    await db.grants.grant(act({ reason: 'passed the test' }))
    const first = await db.grants.get(qualificationId, ann)
    assert.deepEqual({ ...first, id: '' }, { id: '', qualificationId, workerId: ann, value: 1, expiresAt: null, createdAt: AT, updatedAt: AT })
    await db.grants.grant({ ...act({ at: AT + 1 }), value: -7, expiresAt: AT + 100 })
    assert.deepEqual(await db.grants.get(qualificationId, ann), { ...first, value: -7, expiresAt: AT + 100, updatedAt: AT + 1 })
    assert.equal((await db.grants.find()).rows.length, 1)
    await Promise.all(Array.from({ length: 6 }, (_, index) => db.grants.grant({ ...act({ at: AT + 2 }), value: index })))
    assert.equal((await db.grants.find()).rows.length, 1)
    const { rows } = await db.grants.history({ filter: { workerId: ann, qualificationId } })
    assert.deepEqual(rows.slice(0, 2).map(({ id: _, ...row }) => row), [
      { qualificationId, workerId: ann, verb: 'grant', value: 1, reason: 'passed the test', actorId: 'rita', createdAt: AT },
      { qualificationId, workerId: ann, verb: 'grant', value: -7, reason: null, actorId: 'rita', createdAt: AT + 1 },
    ])
    assert.equal(rows.length, 8)
  })

  withDb('[20] does one act once, and refuses what cannot be kept', async db => {
    const { act, qualificationId, ann } = await granting(db)
    const once = act({})
    await db.grants.grant(once)
    await rejects(db.grants.grant({ ...once, value: 9 }), 'already_exists')
    const ben = await addWorker(db, 'ben')
    await rejects(db.grants.grant({ ...once, workerId: ben, value: 9 }), 'already_exists')
    assert.equal((await db.grants.get(qualificationId, ann))?.value, 1)
    await rejects(db.grants.grant(act({ qualificationId: NOWHERE })), 'not_found')
    await rejects(db.grants.grant(act({ workerId: NOWHERE })), 'not_found')
    for (const value of [1.5, NaN, 2 ** 31, -(2 ** 31)]) await rejects(db.grants.grant({ ...act({}), value }), 'invalid_input')
    await rejects(db.grants.grant(act({ actorId: ' ' })), 'invalid_input')
    await rejects(db.grants.grant(act({ reason: 'x'.repeat(2_001) })), 'invalid_input')
    assert.equal((await db.grants.history()).rows.length, 1)
  })

  withDb('[21] revokes a grant once, in the history too', async db => {
    const { act, qualificationId, ann } = await granting(db)
    assert.equal(await db.grants.revoke(act({})), false)
    await db.grants.grant(act({}))
    const outcomes = await Promise.all([1, 2, 3].map(() => db.grants.revoke(act({ at: AT + 1, reason: 'cheated' }))))
    assert.equal(outcomes.filter(Boolean).length, 1)
    assert.equal(await db.grants.get(qualificationId, ann), null)
    assert.deepEqual((await db.grants.history()).rows.map(row => [row.verb, row.value, row.reason]), [['grant', 1, null], ['revoke', null, 'cheated']])
  })

  withDb('finds grants by worker, qualification and least value', async db => {
    const { act, qualificationId, ann } = await granting(db)
    const [ben, other] = [await addWorker(db, 'ben'), made()]
    await db.qualifications.create({ ...other, name: 'other' })
    const [first, second, third] = [act({}), act({ workerId: ben }), act({ qualificationId: other.id })]
    await db.grants.grant({ ...first, value: 3 })
    await db.grants.grant({ ...second, value: 5 })
    await db.grants.grant({ ...third, value: 0 })
    const find = async (filter: object) => ids(await db.grants.find({ filter, sort: 'value', direction: 'descending' }))
    assert.deepEqual(await find({ workerId: ann }), [first.id, third.id])
    assert.deepEqual(await find({ qualificationId }), [second.id, first.id])
    assert.deepEqual(await find({ qualificationId, minimumValue: 5 }), [second.id])
    assert.deepEqual(await find({ qualificationId, value: 3 }), [first.id])
    assert.deepEqual(await find({ qualificationId: NOWHERE }), [])
    await rejects(find({ minimumValue: '5' }), 'invalid_input')
  })

  withDb('[102] counts who has a qualification at an instant', async db => {
    const { act, qualificationId, ann } = await granting(db)
    const [ben, other] = [await addWorker(db, 'ben'), made()]
    await db.qualifications.create({ ...other, name: 'other' })
    assert.deepEqual(await db.grants.count([qualificationId, other.id], AT), new Map())
    await db.grants.grant(act({ workerId: ann }))
    await db.grants.grant({ ...act({ workerId: ben }), expiresAt: AT + 5 })
    assert.deepEqual(await db.grants.count([qualificationId, other.id, NOWHERE], AT + 4), new Map([[qualificationId, 2]]))
    assert.deepEqual(await db.grants.count([qualificationId], AT + 5), new Map([[qualificationId, 1]]))
    assert.deepEqual(await db.grants.count([], AT), new Map())
  })

  withDb('[21] [22] deletes a qualification with its grants as a whole, and leaves the history', async db => {
    const { act, qualificationId, ann } = await granting(db)
    await db.grants.grant(act({}))
    await assert.rejects(db.transaction(async tx => {
      assert.equal(await tx.qualifications.delete(qualificationId), true)
      assert.deepEqual((await tx.grants.find()).rows, [])
      throw new RangeError('on purpose')
    }), RangeError)
    assert.equal((await db.grants.get(qualificationId, ann))?.value, 1)
    const outcomes = await Promise.all([1, 2, 3].map(() => db.qualifications.delete(qualificationId)))
    assert.equal(outcomes.filter(Boolean).length, 1)
    assert.equal(await db.qualifications.get(qualificationId), null)
    assert.equal(await db.qualifications.byName('good'), null)
    assert.deepEqual((await db.grants.find()).rows, [])
    await rejects(db.qualifications.update(qualificationId, { name: 'better' }), 'not_found')
    await rejects(db.grants.grant(act({})), 'not_found')
    assert.equal((await db.grants.history({ filter: { qualificationId } })).rows.length, 1)
    await db.qualifications.create({ ...made(), name: 'good' })
  })

  withDb('[21] leaves no grant of a qualification that is deleted while it is granted', async db => {
    for (let round = 0; round < 5; round += 1) {
      const qualification = made()
      await db.qualifications.create({ ...qualification, name: `q${String(round)}` })
      const worker = await addWorker(db, `worker ${String(round)}`)
      const act = { ...made(), qualificationId: qualification.id, workerId: worker, actorId: 'rita' }
      const [granted] = await Promise.allSettled([db.grants.grant(act), db.qualifications.delete(qualification.id)])
      if (granted.status === 'rejected') await rejects(Promise.reject(granted.reason as Error), 'not_found')
      assert.deepEqual((await db.grants.find()).rows, [])
      assert.equal(await db.qualifications.get(qualification.id), null)
    }
  })

  withDb('changes the name and description of a qualification', async db => {
    const { qualificationId } = await granting(db)
    await db.qualifications.create({ ...made(), name: 'taken' })
    await db.qualifications.update(qualificationId, { name: 'better', description: 'more' })
    await db.qualifications.update(qualificationId, { name: 'better' })
    assert.deepEqual(await db.qualifications.get(qualificationId), { id: qualificationId, name: 'better', description: 'more', createdAt: AT })
    await rejects(db.qualifications.update(qualificationId, { name: 'taken', description: null }), 'already_exists')
    await rejects(db.qualifications.update(qualificationId, { name: '' }), 'invalid_input')
    await db.qualifications.update(qualificationId, { description: null })
    assert.deepEqual(await db.qualifications.byName('better'), { id: qualificationId, name: 'better', description: null, createdAt: AT })
  })
}

/** A qualification, a worker, and acts about the two. */
async function granting(db: MephistoDb): Promise<{ qualificationId: string; ann: string; act(change: Partial<GrantAct>): GrantAct }> {
  const [qualification, ann] = [made(), await addWorker(db, 'ann')]
  await db.qualifications.create({ ...qualification, name: 'good' })
  return { qualificationId: qualification.id, ann, act: change => ({ id: v7(), qualificationId: qualification.id, workerId: ann, actorId: 'rita', at: AT, ...change }) }
}
