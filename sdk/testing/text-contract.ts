import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { isMephistoError } from '../errors.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { NewLease } from '../ports/unit-operations.js'
import { addRun, addWorker, approval, AT, insertRun, made, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Texts that some database was seen to change, cut, refuse or take for something else. */
const TEXTS = [
  '', ' ', ' a ', 'ü ß ẞ İ ı', 'é e\u0301', '日本語 نص עברית', '😀 👩‍👩‍👧 𝒳', '\u2028\u2029\u0085\ufeff\uffff', '\t\n\r\v\f\b\u001b\u007f', '"quoted" \'single\' `back`',
  '\\', '\\\\', '\\n', '\\u0000', '\\ud83d', '\\\\u0000', '100% _ ? $1 :name @x {t:unit}', "'; DROP TABLE mephisto_unit; --", '<script>alert(1)</script>', '[1,2]', '{"a":1}', 'null', '0x00',
]
/** What only JSON can hold: there it is an escape. */
const JSON_TEXTS = [...TEXTS, '\0', 'a\0b', '\ud83d', 'half \ud83d end', '\udc00\ud83d']

const MEGABYTE = 'ü😀a\\"\n'.repeat(100_000)

/** Texts of every character and size: kept as they were, or refused with a typed error. */
export function textContract(withDb: DatabaseTest): void {
  withDb('keeps every text in items, answers and runs as it was', async db => {
    const { taskId, requesterId } = await addRun(db)
    const runId = v7()
    await insertRun(db, { runId, taskId, requesterId })
    const items = JSON_TEXTS.map((text, position) => ({ id: v7(), position, input: JSON.stringify({ text, [text]: [text] }), unitIds: [v7()] }))
    await db.transaction(tx => tx.runs.addAssignments({ id: runId, payMinor: 5 }, items, AT))
    const { rows } = await db.assignments.find({ filter: { runId }, sort: 'position' })
    assert.deepEqual(rows.map(row => row.input), items.map(item => item.input))
    const { runId: open, lease } = await holding(db)
    await db.submissions.insert(JSON_TEXTS.map((text, index) => submission({ runId: open, lease, clientId: `answer-${String(index)}`, text })))
    const answers = await db.units.answers({ runId: open, includeSetAside: true, limit: 100 })
    assert.deepEqual(new Set(answers.map(row => row.answer)), new Set(JSON_TEXTS.map(text => JSON.stringify({ text }))))
    const { rows: [stored] } = await db.runs.find({ filter: { ids: [runId] } })
    assert.equal(stored?.config.title, 'Titel 😀')
  })

  withDb('keeps every text in notes, reasons and descriptions as it was, and refuses what cannot be kept', async db => {
    const { runId, lease, workerId } = await holding(db)
    await db.transaction(tx => tx.decisions.insert(TEXTS.map(note => ({ ...approval(runId, lease), batchId: v7(), note }))))
    assert.deepEqual((await db.decisions.find({ filter: { runId } })).rows.map(row => row.note), TEXTS)
    const written = TEXTS.map(text => text.trim()).filter(text => text !== '')
    const qualification = made()
    await db.qualifications.create({ ...qualification, name: 'good' })
    for (const [index, reason] of written.entries()) await db.grants.grant({ ...made(AT + index), qualificationId: qualification.id, workerId, actorId: 'rita', reason })
    assert.deepEqual((await db.grants.history()).rows.map(row => row.reason), written)
    for (const description of written) {
      await db.qualifications.update(qualification.id, { description })
      assert.equal((await db.qualifications.get(qualification.id))?.description, description)
    }
    for (const text of ['nul \0', '\ud83d half', 'half \udc00']) {
      await rejects(db.transaction(tx => tx.decisions.insert([{ ...approval(runId, lease), batchId: v7(), note: text }])), 'invalid_input')
      await rejects(db.grants.grant({ ...made(), qualificationId: qualification.id, workerId, actorId: 'rita', reason: text }), 'invalid_input')
      await rejects(db.qualifications.update(qualification.id, { description: text }), 'invalid_input')
      await rejects(db.workers.ensure({ id: v7(), provider: 'p', externalId: text, pseudonym: 'w-odd', at: AT }), 'invalid_input')
    }
    assert.equal((await db.decisions.find({ filter: { runId } })).rows.length, TEXTS.length)
  })

  withDb('keeps an item and an answer of a megabyte as it was', async db => {
    const { taskId, requesterId } = await addRun(db)
    const runId = v7()
    await insertRun(db, { runId, taskId, requesterId })
    const item = { id: v7(), position: 0, input: JSON.stringify({ text: MEGABYTE }), unitIds: [v7()] }
    await db.transaction(tx => tx.runs.addAssignments({ id: runId, payMinor: 5 }, [item], AT))
    assert.ok((await db.assignments.get(item.id))?.input === item.input)
    const { runId: open, lease } = await holding(db)
    await db.submissions.insert([submission({ runId: open, lease, clientId: 'large', text: MEGABYTE })])
    const [answer] = await db.units.answers({ runId: open, includeSetAside: true, limit: 1 })
    assert.ok(answer?.answer === JSON.stringify({ text: MEGABYTE }))
  })

  withDb('keeps many large answers at once, or says that they are too large, and keeps each alone', async db => {
    const { runId, lease } = await holding(db)
    const answers = Array.from({ length: 10 }, (_, index) => submission({ runId, lease, clientId: `large-${String(index)}`, text: MEGABYTE }))
    const beside = await db.runs.get(runId)
    const stored = await db.transaction(tx => tx.submissions.insert(answers)).then(() => true, (error: unknown) => {
      assert.ok(isMephistoError(error) && error.code === 'too_large', String(error))
      return false
    })
    assert.equal((await db.units.answers({ runId, includeSetAside: true, limit: 100 })).length, stored ? 10 : 0)
    assert.deepEqual(await db.runs.get(runId), beside)
    if (stored) return
    for (const answer of answers.slice(0, 3)) await db.transaction(tx => tx.submissions.insert([answer]))
    assert.equal((await db.units.answers({ runId, includeSetAside: true, limit: 100 })).length, 3)
  })
}

async function holding(db: MephistoDb): Promise<{ runId: string; lease: NewLease; workerId: string }> {
  const { runId } = await addRun(db, { name: v7() })
  const workerId = await addWorker(db, v7())
  return { runId, lease: await takeUnit(db, runId, workerId), workerId }
}

function submission({ runId, lease, clientId, text }: { runId: string; lease: NewLease; clientId: string; text: string }): NewSubmission {
  return {
    id: v7(), runId, agentId: lease.agentId, unitId: lease.unitId, workerId: lease.workerId, clientId, outcome: 'set_aside', reason: 'superseded',
    answer: JSON.stringify({ text }), schemaHash: 'h', pageBuild: null, fence: lease.fence, reply: '{}', at: AT,
  }
}
