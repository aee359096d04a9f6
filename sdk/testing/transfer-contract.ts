import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ledgerEntry } from '../ledger/entries.js'
import { TRANSFER_TABLES, type TransferRow, type TransferTable } from '../ports/transfer-operations.js'
import { addRun, addWorker, AT, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Rows that travel to another installation. */
export function transferContract(withDb: DatabaseTest): void {
  withDb('reads rows as they are stored, with all columns, and adds them again under other ids', async db => {
    const { runId } = await addRun(db, { assignments: 1 })
    const ann = await addWorker(db, 'ann')
    const { unitId, agentId } = await takeUnit(db, runId, ann)
    await db.ledger.append([unitId, null].map((id, index) => ({ ...ledgerEntry('reserve', `r${String(index)}`, { runId, unitId: id, workerId: ann, payMinor: 5, currency: 'USD' }), id: v7(), at: AT })))
    const rows = (table: TransferTable, column: string, id: string, more = {}) => db.transfer.rows(table, { column, ids: [id], ...more })
    const found: [TransferTable, readonly TransferRow[]][] = [
      ['task_run', await rows('task_run', 'id', runId)], ['assignment', await rows('assignment', 'run_id', runId)], ['unit', await rows('unit', 'run_id', runId)], ['agent', await rows('agent', 'unit_id', unitId)],
      ['run_worker', await rows('run_worker', 'worker_id', ann, { runId })], ['ledger_entry', await rows('ledger_entry', 'run_id', runId)],
    ]
    assert.deepEqual(found.map(([table, { length }]) => [table, length]), [['task_run', 1], ['assignment', 1], ['unit', 2], ['agent', 1], ['run_worker', 1], ['ledger_entry', 2]])
    for (const [table, [row]] of found) assert.deepEqual(Object.keys(row ?? {}), Object.keys(TRANSFER_TABLES[table]), table)
    assert.deepEqual((await rows('ledger_entry', 'run_id', runId, { isOfNoUnit: true })).map(row => row['unit_id']), [null])
    assert.deepEqual([await rows('unit', 'run_id', NOWHERE), await rows('run_worker', 'worker_id', ann, { runId: NOWHERE }), await db.transfer.rows('unit', { column: 'id', ids: [] })], [[], [], []])
    const [assignment, agent] = [found[1]?.[1][0], found[3]?.[1][0]]
    const copy = { ...assignment, id: v7(), position: 7, input: '"ü 😀"', expected: '"yes"' }
    await db.transfer.add('assignment', [copy])
    await db.transfer.add('assignment', [])
    assert.deepEqual(await rows('assignment', 'id', copy.id), [copy])
    await rejects(db.transfer.add('agent', [agent ?? {}]), 'already_exists')
    await rejects(db.transfer.add('agent', [{ ...agent, id: v7() }, { ...agent, id: v7(), worker_id: NOWHERE }]), 'not_found')
    assert.deepEqual((await rows('agent', 'unit_id', unitId)).map(row => row['id']), [agentId])
  })

  withDb('lists who took part in a run or was refused, each once', async db => {
    const { runId } = await addRun(db)
    const people = [await addWorker(db, 'ann'), await addWorker(db, 'ben'), await addWorker(db, 'cem')]
    const [ann = '', ben = ''] = people
    await db.workers.admit(runId, [ann], AT)
    await db.runs.noteRefusals(runId, [ann, ben].map(workerId => ({ workerId, reason: 'all_taken' as const })), AT)
    assert.deepEqual(await db.transfer.workersOfRun(runId, { after: '', limit: 10 }), [ann, ben])
    assert.deepEqual(await db.transfer.workersOfRun(runId, { after: ann, limit: 10 }), [ben])
    assert.deepEqual(await db.transfer.workersOfRun(runId, { after: '', limit: 1 }), [ann])
    assert.deepEqual(await db.transfer.workersOfRun(NOWHERE, { after: '', limit: 1 }), [])
  })

  withDb('finds a row of a run that names something of another run', async db => {
    const [mine, theirs] = [await addRun(db), await addRun(db, { name: 'other' })]
    const ann = await addWorker(db, 'ann')
    const [own, other] = [await takeUnit(db, mine.runId, ann), await takeUnit(db, theirs.runId, ann)]
    const [onboarding, run] = [v7(), mine.runId]
    await db.agents.addOnboarding({ id: onboarding, runId: run, workerId: ann, at: AT })
    await db.workers.admit(run, [await addWorker(db, 'ben')], AT)
    const event = { stream_id: own.agentId, number: 1, run_id: run, feed: 101, type: 'begin', body: '{}', hash: 'h', at: AT }
    const submission = {
      id: v7(), run_id: run, agent_id: own.agentId, unit_id: own.unitId, worker_id: ann, client_id: 'c', slot: own.unitId, outcome: 'completed', reason: null, answer: '1', schema_hash: 'h', page_build: null, fence: 1,
      reply: '{}', received_at: AT,
    }
    const decision = { id: v7(), run_id: run, unit_id: own.unitId, agent_id: own.agentId, worker_id: ann, verdict: 'approve', previous: 'completed', note: null, message: null, effects: null, undoes: null, batch_id: 'b', actor_id: 'r', actor_name: 'R', created_at: AT }
    const entry = { id: v7(), entry_key: `reserve:${own.agentId}`, run_id: run, unit_id: own.unitId, worker_id: ann, kind: 'reserve', debit: 'budget', credit: 'reserved', amount_minor: 5, currency: 'USD', created_at: AT }
    const handedIn = { ...submission, id: v7(), agent_id: onboarding, unit_id: onboarding, client_id: 'o', outcome: 'onboarding' }
    const session = { id: own.assignmentId, run_id: run, packet_count: 3, created_at: AT, version: 1, state: '{}' }
    const packet = { session_id: session.id, number: 1, run_id: run, kind: 'message', name: '', sender_id: session.id, client_id: 'p', body: '{}', at: AT, recipient_id: null }
    const remark = { id: v7(), task_id: mine.taskId, run_id: run, agent_id: own.agentId, worker_id: ann, client_id: 'm', kind: 'tip', status: 'approved', body: '{"kind":"tip","text":"t"}', shown: '{"text":"t"}', created_at: AT, decided_at: AT }
    const rows: [TransferTable, TransferRow][] = [
      ['remark', remark], ['remark', { ...remark, id: v7(), agent_id: onboarding, kind: 'error', status: 'new', shown: null, decided_at: null }],
      ['event', event], ['event', { ...event, stream_id: run, number: 100, feed: 102 }], ['submission', submission], ['submission', { ...handedIn, slot: handedIn.id }], ['decision', decision], ['ledger_entry', entry],
      ['ledger_entry', { ...entry, id: v7(), entry_key: 'compensate:page-broke', unit_id: null }], ['session', session], ['session', { ...session, id: own.agentId }], ['session', { ...session, id: onboarding }],
      ['session', { ...session, id: other.assignmentId, run_id: theirs.runId }], ['packet', packet], ['packet', { ...packet, number: 2, sender_id: own.agentId }], ['packet', { ...packet, number: 3, client_id: 'q', recipient_id: own.agentId }],
      ['packet', { ...packet, session_id: onboarding, sender_id: onboarding, recipient_id: onboarding }],
    ]
    for (const [table, row] of rows) await db.transfer.add(table, [row])
    assert.equal(await db.transfer.stranger(run), null)
    const [unit = {}] = await db.transfer.rows('unit', { column: 'id', ids: [own.unitId] })
    const [assignment = {}] = await db.transfer.rows('assignment', { column: 'id', ids: [own.assignmentId] })
    const [agent = {}] = await db.transfer.rows('agent', { column: 'id', ids: [own.agentId] })
    const again = { id: v7(), slot: v7() }
    const strangers: [TransferTable, string, TransferRow][] = [
      ['unit', 'assignment_id', { ...unit, ...again, unit_index: 9, holder: again.id, assignment_id: other.assignmentId }], ['unit', 'agent_id', { ...unit, ...again, unit_index: 9, holder: again.id, agent_id: other.agentId }],
      ['unit', 'replaces_unit_id', { ...unit, ...again, unit_index: 9, holder: again.id, replaces_unit_id: other.unitId }], ['run_worker', 'unit_id', { run_id: run, worker_id: await addWorker(db, 'cem'), cursor: -1, unit_id: other.unitId, units_taken: 0, units_completed: 0, created_at: AT }],
      ['agent', 'id', { ...agent, id: theirs.runId }], ['agent', 'id', { ...agent, id: other.assignmentId }], ['assignment', 'id', { ...assignment, id: other.agentId, position: 9 }],
      ['agent', 'unit_id', { ...agent, id: v7(), unit_id: other.unitId }], ['agent', 'assignment_id', { ...agent, id: v7(), assignment_id: other.assignmentId }],
      ['event', 'stream_id', { ...event, stream_id: other.agentId, number: 7, feed: 107 }], ['event', 'stream_id', { ...event, stream_id: NOWHERE, feed: 108 }],
      ['submission', 'agent_id', { ...submission, ...again, slot: again.id, agent_id: other.agentId }], ['submission', 'unit_id', { ...submission, ...again, slot: again.id, client_id: 'd', unit_id: other.unitId }],
      ['submission', 'slot', { ...submission, id: again.id, client_id: 'd', slot: other.unitId }], ['submission', 'slot', { ...submission, id: other.unitId, client_id: 'd', slot: other.unitId }],
      ['remark', 'agent_id', { ...remark, id: v7(), client_id: 'n', agent_id: other.agentId }], ['remark', 'task_id', { ...remark, id: v7(), client_id: 'n', task_id: theirs.taskId }], ['remark', 'worker_id', { ...remark, id: v7(), client_id: 'n', worker_id: NOWHERE }],
      ['decision', 'unit_id', { ...decision, id: v7(), unit_id: other.unitId }], ['decision', 'agent_id', { ...decision, id: v7(), batch_id: 'c', agent_id: other.agentId }], ['decision', 'undoes', { ...decision, id: v7(), batch_id: 'c', undoes: NOWHERE }],
      ['ledger_entry', 'unit_id', { ...entry, id: v7(), entry_key: 'k', unit_id: other.unitId }], ['ledger_entry', 'entry_key', { ...entry, id: v7(), entry_key: `release:${other.agentId}` }],
      ...[other.agentId, NOWHERE].map((id): [TransferTable, string, TransferRow] => ['session', 'id', { ...session, id }]), ['packet', 'session_id', { ...packet, session_id: other.assignmentId, sender_id: other.assignmentId }],
      ...[other.agentId, onboarding, NOWHERE].map((id): [TransferTable, string, TransferRow] => ['packet', 'sender_id', { ...packet, number: 4, sender_id: id, client_id: 'r' }]),
      ...[other.agentId, onboarding].map((id): [TransferTable, string, TransferRow] => ['packet', 'recipient_id', { ...packet, number: 4, client_id: 'r', recipient_id: id }]),
    ]
    const undone = new Error('taken back')
    for (const [table, column, row] of strangers) {
      const { slot: _, ...others } = row
      await assert.rejects(db.transaction(async tx => {
        await tx.transfer.add(table, [table === 'submission' ? row : others])
        const found = await tx.transfer.stranger(run)
        assert.deepEqual([found?.table, found?.column, found?.id], [table, column, row['id'] ?? row['stream_id'] ?? row['session_id'] ?? row['worker_id']])
        throw undone
      }), undone)
    }
    assert.equal(await db.transfer.stranger(run), null)
    assert.equal(await db.transfer.stranger(theirs.runId), null)
  })
}
