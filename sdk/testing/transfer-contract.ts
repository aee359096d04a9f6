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
}
