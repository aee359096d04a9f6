import { describe, expect, test } from 'vitest'
import { virtualRuntime } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import { localCalls, type Calls } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import { openTarget } from './promise-open.js'
import { STORIES } from './promise-stories.js'
import { check, makeTarget, onTarget, shortenLeases, tableOf, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// Time, ids and chance come from ports, and leases go by the database's clock (P10). Hosts whose clocks are an hour off,
// one fast and one slow, on one database: on servers nothing may change. SQLite has no clock of its own: a file is opened
// by one host, and its clock is the database's, which is why it is not here.

const HOUR = 3_600_000
const LEASE_MS = 1_500

interface Work { readonly status: string; readonly agentId: string; readonly agentToken: string; readonly lease: { readonly remainingMs: number } }

let servers: Servers
serversForAllTests(given => { servers = given })

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

async function claim(calls: Calls, run: string, worker: string): Promise<Work> {
  const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker })
  return calls.page<Work>('register', { provider: 'inhouse', credential })
}

const submit = (calls: Calls, { agentToken }: Work) => calls.page<{ outcome: string; reason: string | null; receivedAt: string }>('submit', { submissionId: crypto.randomUUID(), answer: { label: 'positive' } }, agentToken)

test.each(Object.entries(STORIES))('the story of %s under one seed and a clock that moves by order is the same each time', async (_, story) => {
  const [first, second] = [await told(story), await told(story)]
  expect(first).toEqual(second)
  expect(first.length).toBeGreaterThan(40)
})

/** Everything that a story, told in one thread, leaves in the tables that runs write. */
async function told(story: (typeof STORIES)[keyof typeof STORIES]): Promise<unknown[]> {
  const target = await makeTarget('sqlite')
  const runtime = virtualRuntime({ seed: 7 })
  const db = await openTarget(target, { now: runtime.now })
  const calls = localCalls(db, runtime)
  await story(() => ({ ...calls, advance: async ms => { runtime.advance(ms) } }))
  await db.close()
  const rows = await onTarget(target, async query => {
    const all: unknown[] = []
    for (const table of ['event', 'submission', 'ledger_entry', 'decision', 'audit', 'agent', 'worker', 'task_run', 'unit']) all.push(...await query(`SELECT * FROM ${tableOf(target, table)} ORDER BY 1, 2`))
    return all
  })
  await target.drop()
  return rows
}

describe.each((await targetKinds()).filter(kind => kind !== 'sqlite'))('hosts with wrong clocks on %s', kind => {
  test('change nothing about leases, late answers and their times', async () => {
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    const [slow, fast] = await Promise.all([servers.start({ target, skewMs: -HOUR, upkeepMs: 100 }), servers.start({ target, skewMs: HOUR, upkeepMs: 100 })])
    const begun = await db.now()
    const { id: run } = await fast.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(3) })
    await shortenLeases(target, run, LEASE_MS)

    const [ann, ben, cem] = await Promise.all([claim(slow, run, 'ann'), claim(fast, run, 'ben'), claim(slow, run, 'cem')])
    for (const work of [ann, ben, cem]) expect(work).toMatchObject({ status: 'working', lease: { remainingMs: LEASE_MS } })
    // Both run upkeep all the time. Nobody's lease ends early, and each server answers for the other's.
    await wait(LEASE_MS / 2)
    expect((await fast.page<{ lease: object | null }>('extend', {}, ann.agentToken)).lease).toEqual({ remainingMs: LEASE_MS, lengthMs: LEASE_MS })
    const reply = await submit(slow, ben)
    expect(reply.outcome).toBe('completed')
    expect(Math.abs(Date.parse(reply.receivedAt) - await db.now())).toBeLessThan(5_000)
    // Nor does it last longer: when it is over, both take it back, and the answer is late.
    await wait(LEASE_MS + 300)
    expect(await submit(fast, cem)).toMatchObject({ outcome: 'set_aside', reason: 'lease_expired' })
    expect(await submit(slow, ann)).toMatchObject({ outcome: 'set_aside', reason: 'lease_expired' })
    expect((await claim(fast, run, 'dee')).status).toBe('working')

    const end = await db.now()
    const times = await onTarget(target, query => query(`SELECT at, type FROM ${tableOf(target, 'event')} ORDER BY feed`))
    for (const { at } of times) expect(Number(at) >= begun && Number(at) <= end).toBe(true)
    expect(times.filter(({ type }) => type === 'time_out')).toHaveLength(2)
    slow.kill()
    fast.kill()
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await db.close()
    await target.drop()
  })
})
