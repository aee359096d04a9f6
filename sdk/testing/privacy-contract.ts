import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ERASED_TEXT } from '../data-model/erasure.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import { WRITTEN_TABLES, type WrittenRow } from '../ports/privacy-operations.js'
import { addRun, addWorker, AT, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Where names and texts are looked for, and how they are replaced. */
export function privacyContract(withDb: DatabaseTest): void {
  withDb('reads what was written a stretch of a table at a time, whatever is in it', async db => {
    const ann = await addWorker(db, 'ann-smith')
    for (const index of [0, 1, 2, 3, 4]) await addAudit(db, { body: { worker: index % 2 === 0 ? ann : NOWHERE, reason: 'fine' } })
    await addAudit(db, { body: { reason: 'like ANN-Smith' } })
    await addAudit(db, { body: {}, actorId: 'ann-login' })
    await addAudit(db, { body: { blocks: [{ by: 'ann-login' }] } })
    const found: WrittenRow[] = []
    let stretches = 0
    for (let after: string | null = ''; after !== null; stretches += 1) {
      const page: Awaited<ReturnType<DbOperations['privacy']['written']>> = await db.privacy.written('audit', { workerId: ann, name: 'ann-smith', principalId: 'ann-login', after, rows: 2 })
      assert.ok(page.rows.length <= 2)
      found.push(...page.rows)
      after = page.next
    }
    assert.equal(stretches, 5)
    assert.equal(found.length, 6)
    assert.equal(new Set(found.map(row => row.id)).size, 6)
    for (const table of WRITTEN_TABLES) {
      const page = await db.privacy.written(table, { workerId: v7(), name: 'nobody-of-this-name', principalId: 'nobody-here', after: '', rows: 100 })
      assert.deepEqual(page, { rows: [], next: null })
      assert.deepEqual(await db.privacy.writtenSince(table, { workerId: v7(), name: 'nobody-of-this-name', principalId: 'nobody-here', since: 0 }), [])
    }
    const query = { workerId: ann, name: 'ann-smith', principalId: 'ann-login' }
    assert.equal((await db.privacy.writtenSince('audit', { ...query, since: AT })).length, 6)
    assert.deepEqual(await db.privacy.writtenSince('audit', { ...query, since: AT + 1 }), [])
    // An operator's id that is somebody's name somewhere says nothing about them.
    await addAudit(db, { body: {}, actorId: 'ann-smith' })
    assert.equal((await db.privacy.writtenSince('audit', { ...query, principalId: null, since: AT })).length, 4)
    assert.equal((await db.privacy.written('audit', { ...query, after: '', rows: 100, before: AT + 1 })).rows.length, 6)
    assert.deepEqual((await db.privacy.written('audit', { ...query, after: '', rows: 100, before: AT })).rows, [])
  })

  withDb('replaces what was written only where it is still what it was', async db => {
    const ann = await addWorker(db, 'ann-smith')
    const id = await addAudit(db, { body: { worker: ann, reason: 'one' } })
    const [before] = (await db.privacy.written('audit', { workerId: ann, name: 'ann-smith', principalId: null, after: '', rows: 10 })).rows
    assert.ok(before)
    assert.equal(await db.privacy.rewrite('audit', [{ before, after: { ...before, texts: ['{"reason":"two"}'], actorId: 'somebody' } }]), true)
    assert.equal(await db.privacy.rewrite('audit', [{ before, after: { ...before, texts: ['{"reason":"three"}'] } }]), false)
    assert.deepEqual(await db.audit.get(id).then(row => [row?.body, row?.actorId]), ['{"reason":"two"}', 'somebody'])
    assert.equal(await db.privacy.rewrite('audit', []), true)
  })

  withDb('finds rows of the same act by the words of the worker\'s own row, as long as it has them, and rows without words by who wrote them', async db => {
    const [ann, ben, cem] = [await addWorker(db, 'ann-smith'), await addWorker(db, 'ben'), await addWorker(db, 'cem')]
    const [ofAnn, ofBen] = [v7(), v7()]
    const act = { scope: 'everywhere' as const, scopeId: null, isSoft: false, actorId: 'olga', until: null, at: AT }
    await db.blocks.create({ ...act, id: ofAnn, workerId: ann, reason: 'both of them' })
    await db.blocks.create({ ...act, id: ofBen, workerId: ben, reason: 'both of them' })
    await db.blocks.create({ ...act, id: v7(), workerId: cem, reason: 'another matter', at: AT + 1 })
    // Another act at the same time.
    await db.blocks.create({ ...act, id: v7(), workerId: cem, reason: 'a third matter' })
    const query = { workerId: ann, name: 'ann-smith', principalId: 'ann-login', after: '', rows: 10 }
    const { rows } = await db.privacy.written('block', query)
    assert.deepEqual(rows.filter(row => row.isAbout).map(row => row.id).sort(), [ofAnn, ofBen].sort())
    assert.deepEqual(rows.filter(row => row.findsOthers).map(row => row.id), [ofAnn])
    assert.deepEqual((await db.privacy.writtenSince('block', { ...query, since: AT + 100 })).map(row => row.id).sort(), [ofAnn, ofBen].sort())
    const own = rows.filter(row => row.id === ofAnn)
    assert.equal(await db.privacy.rewrite('block', own.map(before => ({ before, after: { ...before, texts: [ERASED_TEXT] } }))), true)
    assert.deepEqual((await db.privacy.written('block', query)).rows.map(row => row.id), [ofAnn])
    const quietId = v7()
    const qualificationId = v7()
    await db.qualifications.create({ id: qualificationId, name: 'english', at: AT })
    await db.grants.grant({ id: quietId, qualificationId, workerId: ben, value: 1, actorId: 'ann-login', at: AT })
    await db.grants.grant({ id: v7(), qualificationId, workerId: cem, value: 1, actorId: 'ann-smith', at: AT })
    const [quiet, ...others] = (await db.privacy.written('qualification_event', query)).rows
    assert.ok(quiet)
    assert.deepEqual([quiet.id, quiet.texts, others], [quietId, [null], []])
    assert.equal(await db.privacy.rewrite('qualification_event', [{ before: quiet, after: { ...quiet, actorId: 'somebody' } }]), true)
    assert.deepEqual((await db.privacy.written('qualification_event', query)).rows, [])
  })

  withDb('knows calls that are still to be made and name somebody, and what workers are called as it holds them', async db => {
    const ann = await addWorker(db, 'ann "a" smith')
    const call = { id: v7(), callKey: 'k', topic: 't', body: JSON.stringify({ to: 'ann "a" smith' }), subjectId: null, lane: null }
    assert.equal(await db.privacy.callThatNames('ann "a" smith'), null)
    await db.outbox.enqueue([call], AT)
    assert.equal(await db.privacy.callThatNames('ann "a" smith'), call.id)
    const [taken] = await db.outbox.take({ topic: 't', at: AT, until: AT + 1, perSubject: 1, underWay: new Map(), limit: 1 })
    assert.ok(taken)
    await db.outbox.finish(taken, { status: 'done', nextAt: AT, result: '{}', at: AT })
    assert.equal(await db.privacy.callThatNames('ann "a" smith'), null)
    const { runId } = await addRun(db)
    assert.equal((await db.units.standings(runId, [ann], AT))[0]?.externalId, 'ann "a" smith')
    assert.equal((await db.units.standings(runId, [NOWHERE], AT))[0]?.externalId, null)
    await takeUnit(db, runId, ann)
    assert.deepEqual(await db.privacy.runsOf(ann), [runId])
    const attempts = (await db.agents.find({ filter: { workerId: ann } })).rows.map(row => row.id)
    // Names of a host's own may begin so; only what stands for an erased worker closes their attempts.
    for (const [name, open] of [['erased:1', 1], ['erased:or-not', 1], [`erased:${ann}`, 0]] as const) {
      await db.privacy.rename(ann, name)
      assert.deepEqual(await db.transaction(tx => tx.workers.lock([ann, NOWHERE])), new Map([[ann, name]]))
      assert.equal((await db.units.attempts(attempts)).length, open)
    }
    await rejects(db.privacy.rename(NOWHERE, 'erased:2'), 'not_found')
    await addWorker(db, 'taken')
    await rejects(db.privacy.rename(ann, 'taken'), 'already_exists')
  })
}

async function addAudit(db: DbOperations, { body, actorId = 'olga' }: { readonly body: object; readonly actorId?: string }): Promise<string> {
  const id = v7()
  await db.audit.insert({ id, actorId, action: 'note', subject: 'worker', subjectId: NOWHERE, body: JSON.stringify(body), at: AT })
  return id
}
