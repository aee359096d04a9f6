import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { rawSqliteClient } from '../bench/raw-sqlite.js'
import { programOf } from '../program-of.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const PROGRAM = await programOf(new URL('crowd-process.ts', import.meta.url))

const ITEMS = 200
const UNITS_PER_ITEM = 3
const WORKERS = 50
const PAY = 5

let folder: string
let file: string
let setUp: TestMephisto
let runId: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-crowd-'))
  file = join(folder, 'crowd.db')
  setUp = await createTestMephisto({ blueprints: [implement(sentiment)], file })
  runId = (await setUp.operator.launch(sentiment, {
    ...sentimentRun(ITEMS), unitsPerAssignment: UNITS_PER_ITEM, leaseMs: 5000, pay: usd('0.05'), budget: usd('30'),
  })).id
})
afterEach(async () => {
  await setUp.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Acknowledged { readonly agentId: string; readonly submissionId: string; readonly outcome: string }

/** People in a process of their own; `acknowledged` and `errors` collect what they were told. */
function crowd(first: number, count: number, heard: { acknowledged: Acknowledged[]; errors: string[] }): { child: ChildProcess; ended: Promise<NodeJS.Signals | number> } {
  const child = fork(PROGRAM, [file, runId, String(first), String(count)], { execArgv: [] })
  child.on('message', message => {
    if ('error' in (message as object)) heard.errors.push((message as { error: string }).error)
    else heard.acknowledged.push(message as Acknowledged)
  })
  return { child, ended: new Promise(resolve => child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))) }
}

/** Reads the final database by itself, without the code under test. */
async function check(acknowledged: readonly Acknowledged[]): Promise<void> {
  const raw = rawSqliteClient(file)
  const count = async (sql: string): Promise<number> => Number((await raw.$queryRawUnsafe<{ n: number }[]>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n)
  try {
    expect(await count(`mephisto_unit WHERE status = 'completed'`)).toBe(ITEMS * UNITS_PER_ITEM)
    expect(await count(`mephisto_submission WHERE outcome = 'completed'`)).toBe(ITEMS * UNITS_PER_ITEM)
    expect(await count(`(SELECT 1 FROM mephisto_submission WHERE outcome = 'completed' GROUP BY unit_id HAVING count(*) > 1)`)).toBe(0)
    expect(await count(`(SELECT 1 FROM mephisto_submission s JOIN mephisto_unit u ON u.id = s.unit_id WHERE s.outcome = 'completed'
      GROUP BY u.assignment_id, s.worker_id HAVING count(*) > 1)`)).toBe(0)
    expect(await count(`mephisto_unit u JOIN mephisto_agent a ON a.id = u.agent_id WHERE a.worker_id <> u.worker_id OR a.unit_id <> u.id OR a.fence <> u.fence OR a.status <> 'completed'`)).toBe(0)
    expect(await count(`mephisto_agent WHERE status = 'in_task'`)).toBe(0)
    expect(await count(`mephisto_agent a WHERE status = 'completed' AND NOT EXISTS (SELECT 1 FROM mephisto_submission s WHERE s.agent_id = a.id AND s.outcome = 'completed')`)).toBe(0)
    const stored = new Map((await raw.$queryRawUnsafe<{ agent_id: string; client_id: string; outcome: string }[]>('SELECT agent_id, client_id, outcome FROM mephisto_submission'))
      .map(row => [`${row.agent_id}/${row.client_id}`, row.outcome]))
    expect(acknowledged.filter(answer => stored.get(`${answer.agentId}/${answer.submissionId}`) !== answer.outcome)).toEqual([])
  } finally {
    raw.close()
  }
  const { run } = await setUp.operator.progress(runId)
  expect(run).toMatchObject({ status: 'completed', unitsOpen: 0, reservedMinor: ITEMS * UNITS_PER_ITEM * PAY })
  expect((await setUp.db.ledger.balances(runId)).reservedMinor).toBe(ITEMS * UNITS_PER_ITEM * PAY)
}

describe('fifty people in two processes on one SQLite file', () => {
  test('answer each of 600 units once, nobody twice on an item, nothing stuck', async () => {
    const heard = { acknowledged: [] as Acknowledged[], errors: [] as string[] }
    const crowds = [crowd(0, WORKERS / 2, heard), crowd(WORKERS / 2, WORKERS / 2, heard)]
    expect(await Promise.all(crowds.map(({ ended }) => ended))).toEqual([0, 0])
    expect(heard.errors).toEqual([])
    await check(heard.acknowledged)
  })

  test('do so also when the processes are killed at random moments and started again', async () => {
    const heard = { acknowledged: [] as Acknowledged[], errors: [] as string[] }
    let kills = 0
    const keepAlive = async (first: number): Promise<void> => {
      for (;;) {
        const { child, ended } = crowd(first, WORKERS / 2, heard)
        const timer = kills < 10 ? setTimeout(() => { kills += Number(child.kill('SIGKILL')) }, 700 + Math.random() * 900) : undefined
        const end = await ended
        clearTimeout(timer)
        if (end === 0) return
      }
    }
    await Promise.all([keepAlive(0), keepAlive(WORKERS / 2)])
    expect(kills).toBeGreaterThan(0)
    expect(heard.errors).toEqual([])
    await check(heard.acknowledged)
  })
})
