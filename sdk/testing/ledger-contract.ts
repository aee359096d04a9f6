import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ledgerEntry, type Movement } from '../ledger/entries.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { LedgerFilter, LedgerRow } from '../ports/ledger-operations.js'
import { addRun, addWorker, AT, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

/** Reading how money moved: pages across runs, and what they come to. */
export function ledgerContract(withDb: DatabaseTest): void {
  withDb('reads movements of runs, tasks, projects and people, those booked last first', async db => {
    const projectId = v7()
    await db.projects.create({ id: projectId, name: 'study', at: AT })
    const [one, two, other] = [await addRun(db, { name: 'one', projectId }), await addRun(db, { name: 'two', projectId }), await addRun(db, { name: 'other' })]
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const booked = [
      await book(db, { runId: one.runId, workerId: ann, at: AT + 10 }), await book(db, { runId: two.runId, workerId: ben, at: AT + 20 }), await book(db, { runId: other.runId, workerId: ann, at: AT + 30 }),
      await book(db, { runId: one.runId, workerId: ben, at: AT + 40, movement: 'owe' }), await book(db, { runId: one.runId, workerId: ann, at: AT + 50, movement: 'compensate', minor: 7 }),
    ].reverse()
    const read = async (filter: Partial<LedgerFilter>): Promise<number[]> => (await all(db, { scope: null, ...filter }, 2)).map(({ at }) => at - AT)
    assert.deepEqual(await all(db, { scope: null }, 100), booked)
    assert.deepEqual(await read({}), [50, 40, 30, 20, 10])
    assert.deepEqual(await read({ scope: { of: 'run', id: one.runId } }), [50, 40, 10])
    assert.deepEqual(await read({ scope: { of: 'task', id: two.taskId } }), [20])
    assert.deepEqual(await read({ scope: { of: 'project', id: projectId } }), [50, 40, 20, 10])
    assert.deepEqual(await read({ workerId: ann }), [50, 30, 10])
    assert.deepEqual(await read({ workerId: ann, scope: { of: 'run', id: one.runId } }), [50, 10])
    assert.deepEqual(await read({ workerId: ben, scope: { of: 'project', id: projectId }, before: AT + 40 }), [20])
    assert.deepEqual(await read({ workerId: ben, scope: { of: 'task', id: one.taskId } }), [40])
    assert.deepEqual(await read({ from: AT + 20, before: AT + 50 }), [40, 30, 20])
    assert.deepEqual(await read({ scope: { of: 'run', id: one.runId }, from: AT + 10, before: AT + 50 }), [40, 10])
    for (const scope of [{ of: 'run', id: NOWHERE }, { of: 'task', id: NOWHERE }, { of: 'project', id: NOWHERE }] as const) assert.deepEqual(await read({ scope }), [])
    assert.deepEqual(await read({ workerId: NOWHERE }), [])
  })

  withDb('pages through movements of one instant in many runs, each once, while others are booked', async db => {
    const ann = await addWorker(db, 'ann')
    const runs: string[] = []
    for (let number = 0; number < 12; number += 1) runs.push((await addRun(db, { name: `r${String(number)}`, assignments: 1 })).runId)
    const booked: LedgerRow[] = []
    for (let number = 0; number < 60; number += 1) booked.push(await book(db, { runId: runs[number * 7 % 12] ?? '', workerId: ann, at: AT + Math.floor(number / 25) }))
    const newest = [...booked].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id)
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const { rows, nextCursor } = await db.ledger.page({ filter: { scope: null }, limit: 7, ...(after === undefined ? {} : { after }) })
      seen.push(...rows.map(({ id }) => id))
      await book(db, { runId: runs[seen.length % 12] ?? '', workerId: ann, at: AT + 100 })
      if (nextCursor === null) break
      after = nextCursor
    }
    assert.deepEqual(seen, newest)
    assert.equal((await all(db, { scope: null }, 9)).length, 60 + Math.ceil(60 / 7))
    await rejects(db.ledger.page({ filter: { scope: null }, limit: 7, after: 'nonsense' }), 'invalid_input')
  })

  withDb('adds movements up by currency: of whole runs what these keep, of a time or a person what was moved', async db => {
    const [run, other] = [await addRun(db, { name: 'one' }), await addRun(db, { name: 'two' })]
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    const keep = async (runId: string, kept: { reservedMinor: number; owedMinor: number; paidMinor: number }): Promise<void> => {
      await db.transaction(async tx => {
        const [locked] = await tx.runs.lock([runId])
        assert.ok(locked)
        const none = { unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 }
        assert.ok(await tx.runs.write({ ...none, ...kept, id: runId, fromFeed: locked.feed, feed: locked.feed + 1, head: { ...locked.head, count: locked.head.count + 1 }, status: 'running', startedAt: AT }, AT))
      })
    }
    for (const [workerId, at, movement] of [[ann, 10, 'reserve'], [ann, 20, 'owe'], [ben, 30, 'reserve'], [ben, 40, 'release'], [ann, 50, 'unowe']] as const) await book(db, { runId: run.runId, workerId, at: AT + at, movement })
    await book(db, { runId: other.runId, workerId: ben, at: AT + 30, movement: 'compensate', minor: 7 })
    await keep(run.runId, { reservedMinor: 5, owedMinor: 0, paidMinor: 0 })
    await keep(other.runId, { reservedMinor: 0, owedMinor: 7, paidMinor: 0 })
    const usd = (reservedMinor: number, owedMinor: number, paidMinor = 0) => [{ currency: 'USD', reservedMinor, owedMinor, paidMinor }]
    assert.deepEqual(await db.ledger.sums({ scope: null }), usd(5, 7))
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'task', id: other.taskId } }), usd(0, 7))
    assert.deepEqual(await db.ledger.sums({ scope: null, from: AT }), usd(5, 7))
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'run', id: run.runId }, from: AT, before: AT + 100 }), usd(5, 0))
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'run', id: run.runId }, from: AT + 20, before: AT + 50 }), usd(-5, 5))
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'task', id: run.taskId }, from: AT + 50 }), usd(5, -5))
    assert.deepEqual(await db.ledger.sums({ scope: null, workerId: ben }), usd(0, 7))
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'run', id: run.runId }, workerId: ann, before: AT + 50 }), usd(0, 5))
    assert.deepEqual(await db.ledger.sums({ scope: null, from: AT + 1_000 }), [])
    assert.deepEqual(await db.ledger.sums({ scope: { of: 'project', id: NOWHERE } }), [])
  })
}

interface Booking {
  readonly runId: string
  readonly workerId: string
  readonly at: number
  readonly movement?: Movement
  readonly minor?: number
}

async function book(db: MephistoDb, { runId, workerId, at, movement = 'reserve', minor = 5 }: Booking): Promise<LedgerRow> {
  const row = { ...ledgerEntry(movement, v7(), { runId, unitId: movement === 'compensate' ? null : v7(), workerId, payMinor: minor, currency: 'USD' }), id: v7(), at }
  await db.ledger.append([row])
  return row
}

async function all(db: MephistoDb, filter: LedgerFilter, limit: number): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (let after: string | undefined; ;) {
    const page = await db.ledger.page({ filter, limit, ...(after === undefined ? {} : { after }) })
    rows.push(...page.rows)
    if (page.nextCursor === null) return rows
    after = page.nextCursor
  }
}
