import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { NewFile } from '../ports/file-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, AT, LEASE_MS, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

const HASH = 'a'.repeat(64)

/** Files of attempts: they arrive once, in the try that counts, are handed in or discarded, and are forgotten last. */
export function fileContract(withDb: DatabaseTest): void {
  withDb('adds a file once under the page\'s own id, and finds it', async db => {
    const { file } = await arriving(db)
    assert.deepEqual(await db.files.get([file.id, NOWHERE]), [{ ...row(file), status: 'arriving', attempt: 1, bytes: 0, sha256: '', createdAt: AT }])
    assert.deepEqual(await db.files.get([]), [])
    assert.equal((await db.files.byClientId(file.agentId, file.clientId))?.id, file.id)
    assert.equal(await db.files.byClientId(file.agentId, 'another'), null)
    await rejects(db.files.add({ ...file, id: v7() }), 'already_exists')
    await rejects(db.files.add({ ...file, id: v7(), clientId: 'more', runId: NOWHERE }), 'not_found')
    assert.equal(await db.files.count(file.agentId), 1)
    assert.equal(await db.files.count(NOWHERE), 0)
  })

  withDb('finishes the try that counts, once, and no other', async db => {
    const { file } = await arriving(db)
    assert.equal(await db.files.tryAgain(file.id, AT + 1), 2)
    assert.equal(await db.files.finish({ id: file.id, attempt: 1, bytes: 3, sha256: HASH, at: AT + 2 }), false)
    const won = await Promise.all([1, 2, 3].map(() => db.files.finish({ id: file.id, attempt: 2, bytes: 5_000_000_000, sha256: HASH, at: AT + 2 })))
    assert.deepEqual(won.filter(Boolean), [true])
    const [stored] = await db.files.get([file.id])
    assert.deepEqual([stored?.status, stored?.attempt, stored?.bytes, stored?.sha256], ['stored', 2, 5_000_000_000, HASH])
    assert.equal(await db.files.tryAgain(file.id, AT + 3), null)
    assert.equal(await db.files.tryAgain(NOWHERE, AT + 3), null)
  })

  withDb('hands in stored files of the attempt alone, and again', async db => {
    const { runId, file } = await arriving(db)
    const other = await another(db, runId, (await taken(db, runId, 'ben')).agentId)
    assert.equal(await db.files.handIn(file.agentId, [file.id], AT + 1), 0)
    for (const { id } of [file, other]) await db.files.finish({ id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 1 })
    assert.equal(await db.files.handIn(file.agentId, [file.id, other.id, NOWHERE], AT + 2), 0)
    assert.equal(await db.files.handIn(file.agentId, [file.id], AT + 2), 1)
    assert.equal(await db.files.handIn(file.agentId, [file.id], AT + 3), 1)
    assert.equal(await db.files.handIn(file.agentId, [], AT + 3), 0)
    assert.deepEqual((await db.files.ofRun(runId, { after: '', limit: 9 })).map(({ id }) => id), [file.id])
    assert.deepEqual(await db.files.ofRun(runId, { after: file.id, limit: 9 }), [])
    assert.deepEqual(await db.files.ofRun(NOWHERE, { after: '', limit: 9 }), [])
    assert.deepEqual((await db.files.get([other.id])).map(({ status }) => status), ['stored'])
  })

  withDb('hands in what an earlier attempt of the same worker at the same unit has sent, and all or nothing', async db => {
    const { runId, file } = await arriving(db)
    const earlier = (await db.agents.get(file.agentId)) ?? assert.fail('there is no agent')
    const [again, elsewhere] = [v7(), v7()]
    const agent = { runId, workerId: earlier.workerId, assignmentId: earlier.assignmentId, fence: 2, status: 'in_task' as const, endedAt: null, eventCount: 0, eventHash: '', acceptedAt: AT }
    await db.units.writeAgents({ added: [{ ...agent, id: again, unitId: earlier.unitId }, { ...agent, id: elsewhere, unitId: v7() }], changed: [] })
    await db.files.finish({ id: file.id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 1 })
    assert.deepEqual((await db.files.forAttempt(again, [file.id, NOWHERE])).map(({ id }) => id), [file.id])
    assert.deepEqual(await db.files.forAttempt(elsewhere, [file.id]), [])
    assert.deepEqual(await db.files.forAttempt(NOWHERE, [file.id]), [])
    assert.equal(await db.files.handIn(again, [file.id, NOWHERE], AT + 2), 0)
    assert.deepEqual((await db.files.get([file.id])).map(({ status }) => status), ['stored'])
    assert.equal(await db.files.handIn(again, [file.id], AT + 2), 1)
  })

  withDb('takes out what no answer names: one that arrives in the try that counts, or any that is there', async db => {
    const { runId, file } = await arriving(db)
    const { agentId } = await taken(db, runId, 'ben')
    const [one, two] = [await another(db, runId, agentId), await another(db, runId, agentId)]
    await db.files.tryAgain(file.id, AT + 1)
    assert.equal(await db.files.takeOut({ id: file.id, attempt: 1, at: AT + 2 }), false)
    assert.equal(await db.files.takeOut({ id: file.id, attempt: 2, at: AT + 2 }), true)
    assert.equal(await db.files.takeOut({ id: file.id, at: AT + 2 }), false)
    for (const { id } of [one, two]) await db.files.finish({ id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 1 })
    await db.files.handIn(agentId, [two.id], AT + 1)
    assert.equal(await db.files.takeOut({ id: one.id, attempt: 1, at: AT + 2 }), false)
    assert.deepEqual([await db.files.takeOut({ id: one.id, at: AT + 2 }), await db.files.takeOut({ id: two.id, at: AT + 2 })], [true, false])
    assert.equal(await db.files.count(agentId), 1)
  })

  withDb('discards the files of attempts, of a worker and of a run, forgets what they were, and takes their rows last', async db => {
    const { runId, file } = await arriving(db)
    const { agentId: benId, workerId } = await taken(db, runId, 'ben')
    const [one, two] = [await another(db, runId, benId), await another(db, runId, benId)]
    await db.files.finish({ id: one.id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 1 })
    await db.files.handIn(benId, [one.id], AT + 1)
    assert.equal(await db.files.discardOf({ agentIds: [file.agentId] }, AT + 2), 1)
    assert.equal(await db.files.discardOf({ agentIds: [file.agentId, NOWHERE] }, AT + 3), 0)
    assert.equal(await db.files.discardOf({ agentIds: [] }, AT + 3), 0)
    assert.equal(await db.files.discardOf({ workerId }, AT + 3), 2)
    assert.equal(await db.files.discardOf({ workerId: NOWHERE }, AT + 3), 0)
    const anna = await another(db, runId, file.agentId)
    assert.equal(await db.files.discardOf({ runId }, AT + 3), 1)
    const all = { after: '', changedBefore: AT + 100, limit: 10 }
    const found = await db.files.inStatus('discarded', all)
    assert.deepEqual(found.map(({ id }) => id), [file.id, one.id, two.id, anna.id].sort())
    assert.deepEqual([...new Set(found.flatMap(({ name, sha256 }) => [name, sha256]))], [''])
    assert.deepEqual((await db.files.inStatus('discarded', { ...all, after: found[0]?.id ?? '', limit: 2 })).map(({ id }) => id), found.slice(1, 3).map(({ id }) => id))
    assert.deepEqual((await db.files.inStatus('discarded', { ...all, changedBefore: AT + 3 })).map(({ id }) => id), [file.id])
    assert.equal(await db.files.count(benId), 0)
    // What was discarded neither arrives nor is handed in any more.
    assert.equal(await db.files.finish({ id: two.id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 4 }), false)
    assert.equal(await db.files.handIn(benId, [one.id], AT + 4), 0)
    await db.files.forget([file.id])
    await db.files.noteRemoved([file.id, one.id], AT + 5)
    await db.files.noteRemoved([], AT + 5)
    assert.deepEqual((await db.files.inStatus('removed', all)).map(({ id }) => id), [file.id, one.id].sort())
    await db.files.forget([file.id, one.id, two.id])
    await db.files.forget([])
    assert.deepEqual((await db.files.get([file.id, one.id, two.id])).map(({ id, status }) => [id, status]), [[two.id, 'discarded']])
  })

  withDb('discards what no answer names when its attempt is over for long and its token outdated, and nothing else', async db => {
    const { runId, file } = await arriving(db)
    const { agentId: benId } = await taken(db, runId, 'ben')
    const [named, unnamed] = [await another(db, runId, benId), await another(db, runId, benId)]
    for (const { id } of [file, named, unnamed]) await db.files.finish({ id, attempt: 1, bytes: 1, sha256: HASH, at: AT + 1 })
    await db.files.handIn(benId, [named.id], AT + 1)
    const discard = (before: number, at: number): Promise<number> => db.files.discardUnnamed({ before, at }, 10)
    const LATE = AT + 10 * LEASE_MS
    assert.equal(await discard(LATE, LATE), 0)
    await db.units.writeAgents({ added: [], changed: [{ id: benId, status: 'completed', endedAt: AT + 5, eventCount: 1, eventHash: 'h' }] })
    assert.equal(await discard(AT + 5, LATE), 0)
    assert.equal(await discard(AT + 6, AT + 5 + 2 * LEASE_MS), 0)
    assert.equal(await discard(AT + 6, AT + 6 + 2 * LEASE_MS), 1)
    assert.equal(await discard(AT + 6, LATE), 0)
    assert.deepEqual((await db.files.get([file.id, named.id, unnamed.id])).map(({ status }) => status).sort(), ['discarded', 'handed_in', 'stored'])
  })
}

async function arriving(db: MephistoDb): Promise<{ runId: string; file: NewFile }> {
  const { runId } = await addRun(db)
  return { runId, file: await another(db, runId, (await taken(db, runId, 'ann')).agentId) }
}

/** A new worker who has taken a unit. */
async function taken(db: MephistoDb, runId: string, name: string): Promise<{ agentId: string; workerId: string }> {
  return takeUnit(db, runId, await addWorker(db, name))
}

async function another(db: MephistoDb, runId: string, agentId: string): Promise<NewFile> {
  const file: NewFile = { id: v7(), runId, agentId, clientId: v7(), name: 'Grüße "1" 😀.png', mediaType: 'image/png', at: AT }
  await db.files.add(file)
  return file
}

function row({ id, runId, agentId, clientId, name, mediaType }: NewFile): Omit<NewFile, 'at'> {
  return { id, runId, agentId, clientId, name, mediaType }
}
