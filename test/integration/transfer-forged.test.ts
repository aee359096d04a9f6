import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dump, implement, importDump, usd, type TaskRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { createTestMephisto, type SimulatedTask, type TestMephisto } from '../../sdk/testing/index.js'
import { withRows, type TextLine, type TextRow } from '../dump-text.js'
import { answer, finishedStage, rating, type FinishedStage } from '../finished-stage.js'

// A dump that was made to do something to the work that is under way where it is imported.

let folder: string
let there: FinishedStage
let here: TestMephisto
let run: TaskRun
let work: SimulatedTask<typeof rating>
let lease: { readonly unit: string; readonly agent: string; readonly item: string }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-forged-'))
  there = await finishedStage()
  here = await createTestMephisto({ blueprints: [implement(rating)], seed: 3 })
  run = await here.operator.launch(rating, { task: 'mine', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: [{ text: 'a' }] })
  work = await here.worker('dia').accept(rating, run)
  const [agent] = (await here.db.agents.find({ filter: { runId: run.id } })).rows
  lease = { unit: agent?.unitId ?? '', agent: agent?.id ?? '', item: agent?.assignmentId ?? '' }
})
afterEach(async () => {
  await here.close()
  await there.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

type Change = (line: TextLine) => readonly TextLine[]

async function bringForged(change: Change): Promise<unknown> {
  const [whole, file] = [join(folder, 'whole.jsonl'), join(folder, 'forged.jsonl')]
  await dump(there.mephisto.db, { file: whole, runs: [there.mail.id] })
  writeFileSync(file, withRows(readFileSync(whole, 'utf8'), change))
  return importDump(here.db, systemRuntime(), { file, actorId: 'olga' })
}

/** The first row of a table, and one more behind it. */
function oneMore(table: string, more: (row: TextRow) => TextRow, as = table): Change {
  let isDone = false
  return line => {
    if (line.table !== table || isDone) return [line]
    isDone = true
    return [line, { table: as, row: more(line.row) }]
  }
}

/** An event more in the stream of a lease here, counted by the run as its last. */
function strangeEvent(): Change {
  let feed = 0
  const more = oneMore('event', row => ({ ...row, stream_id: lease.agent, number: 2, feed }))
  return line => {
    if (line.table !== 'task_run') return more(line)
    feed = Number(line.row['feed']) + 1
    return [{ ...line, row: { ...line.row, feed } }]
  }
}

const id = (): string => crypto.randomUUID()
const payout = ({ run_id, worker_id }: TextRow): TextRow =>
  ({ id: id(), run_id: run_id ?? null, unit_id: lease.unit, worker_id: worker_id ?? null, reason: 'pay', status: 'paid', amount_minor: 1, currency: 'USD', provider_ref: null, created_at: 1, updated_at: 1 })
const session = ({ run_id }: TextRow, sessionId: string): TextRow => ({ id: sessionId, run_id: run_id ?? null, packet_count: 1, created_at: 1, version: 0, state: null })

/** A packet in the session of an attempt that comes in. */
function packetFor(): Change {
  const said = oneMore('session', ({ id: sessionId, run_id }) => ({
    session_id: sessionId ?? null, number: 1, run_id: run_id ?? null, kind: 'message', name: '', sender_id: sessionId ?? null, client_id: 'forged-1', body: '{}', at: 1, recipient_id: lease.agent,
  }), 'packet')
  const opened = oneMore('agent', row => session(row, String(row['id'])), 'session')
  return line => opened(line).flatMap(said)
}

test.each<[string, () => Change, string]>([
  ['an event in the stream of somebody who works here', strangeEvent, 'names in stream_id what is not of that run'],
  ['an answer in the slot of a unit here', () => oneMore('submission', row => ({ ...row, id: id(), client_id: 'forged-1', slot: lease.unit })), 'names in slot'],
  ['an answer whose id is that of a unit here', () => oneMore('submission', row => ({ ...row, id: lease.unit, client_id: 'forged-1', slot: lease.unit, outcome: 'onboarding' })), 'names in slot'],
  ['an entry under the key of a lease here', () => oneMore('ledger_entry', row => ({ ...row, id: id(), entry_key: `release:${lease.agent}`, amount_minor: 0 })), 'names in entry_key'],
  ['an item whose id is that of an attempt here', () => oneMore('assignment', row => ({ ...row, id: lease.agent, position: 99 })), 'names in id'],
  ['an attempt whose id is that of an item here', () => oneMore('agent', row => ({ ...row, id: lease.item })), 'names in id'],
  ['a session of an item here', () => oneMore('agent', row => session(row, lease.item), 'session'), 'names in id'],
  ['a session of somebody who works here', () => oneMore('agent', row => session(row, lease.agent), 'session'), 'names in id'],
  ['a packet for somebody who works here', packetFor, 'names in recipient_id'],
  ['a payout of a unit here', () => oneMore('run_worker', payout, 'payout'), 'names in unit_id'],
  ['spent more than its budget', () => line => [line.table === 'task_run' ? { ...line, row: { ...line.row, budget_minor: 1 } } : line], 'its budget is 1 (minor units of USD)'],
])('a run is refused that has %s, and whoever works here goes on', async (_, change, message) => {
  await expect(bringForged(change())).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(message) as string })
  expect((await here.db.runs.find()).rows.map(row => row.id)).toEqual([run.id])
  await work.submit(answer())
  expect((await here.db.units.find({ filter: { runId: run.id } })).rows.map(unit => unit.status)).toEqual(['completed'])
})
