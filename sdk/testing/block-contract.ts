import assert from 'node:assert/strict'
import type { BlockOperations } from '../ports/entity-operations.js'
import { addRun, addWorker, AT, ids, made, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

type NewBlock = Parameters<BlockOperations['create']>[0]

/** Workers who get no more work: how that is said, taken back, and found. */
export function blockContract(withDb: DatabaseTest): void {
  withDb('keeps a block as it was given, once, and lifts it once', async db => {
    const ann = await addWorker(db, 'ann')
    const block = blocking(ann, { isSoft: true, until: AT + 5, reason: ' too fast 😀 ' })
    await db.blocks.create(block)
    const { at: _, ...kept } = block
    assert.deepEqual(await db.blocks.get(block.id), { ...kept, reason: 'too fast 😀', liftedAt: null, createdAt: AT })
    await rejects(db.blocks.create({ ...block, isSoft: false }), 'already_exists')
    const outcomes = await Promise.all([1, 2, 3].map(number => db.blocks.lift(block.id, AT + number)))
    assert.equal(outcomes.filter(Boolean).length, 1)
    assert.ok((await db.blocks.get(block.id))?.liftedAt)
    await rejects(db.blocks.lift(NOWHERE, AT), 'not_found')
  })

  withDb('refuses a block of nobody, of nothing, or without an author', async db => {
    const ann = await addWorker(db, 'ann')
    await rejects(db.blocks.create(blocking(NOWHERE, {})), 'not_found')
    for (const scope of ['run', 'task', 'project'] as const) {
      await rejects(db.blocks.create(blocking(ann, { scope, scopeId: NOWHERE })), 'not_found')
      await rejects(db.blocks.create(blocking(ann, { scope })), 'invalid_input')
    }
    await rejects(db.blocks.create(blocking(ann, { scopeId: NOWHERE })), 'invalid_input')
    await rejects(db.blocks.create(blocking(ann, { scope: 'galaxy' as 'everywhere' })), 'invalid_input')
    await rejects(db.blocks.create(blocking(ann, { actorId: '' })), 'invalid_input')
    await rejects(db.blocks.create(blocking(ann, { reason: 'x'.repeat(2_001) })), 'invalid_input')
    assert.deepEqual((await db.blocks.find()).rows, [])
  })

  withDb('finds blocks by worker, place, kind and whether they stand', async db => {
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const { runId, taskId } = await addRun(db)
    const [hard, ofRun, ofTask] = [blocking(ann, {}), blocking(ann, { scope: 'run', scopeId: runId, isSoft: true }), blocking(ben, { scope: 'task', scopeId: taskId })]
    for (const block of [hard, ofRun, ofTask]) await db.blocks.create(block)
    await db.blocks.lift(ofTask.id, AT)
    const found = async (filter: NonNullable<Parameters<BlockOperations['find']>[0]>['filter']) => ids(await db.blocks.find({ ...(filter ? { filter } : {}) }))
    assert.deepEqual(await found({ workerId: ann }), [hard.id, ofRun.id])
    assert.deepEqual(await found({ scopes: ['task', 'everywhere'] }), [hard.id, ofTask.id])
    assert.deepEqual(await found({ scopeId: runId }), [ofRun.id])
    assert.deepEqual(await found({ isSoft: true }), [ofRun.id])
    assert.deepEqual(await found({ isSoft: false, isStanding: true }), [hard.id])
    assert.deepEqual(await found({ isStanding: false }), [ofTask.id])
    await rejects(db.blocks.find({ filter: { scopes: ['galaxy' as 'run'] } }), 'invalid_input')
  })
}

function blocking(workerId: string, change: Partial<NewBlock>): NewBlock {
  return { ...made(), workerId, scope: 'everywhere', scopeId: null, isSoft: false, reason: 'spam', actorId: 'rita', until: null, ...change }
}
