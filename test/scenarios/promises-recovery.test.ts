import { describe, expect, test } from 'vitest'
import { sentimentRun } from '../sentiment.js'
import type { Calls } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import type { Target } from './promise-open.js'
import { check, makeTarget, onTarget, shortenLeases, tableOf, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// How long work stands still when the process that handed it out is killed. Measured in the database's clock, from its log.

const LEASE_MS = 2_000
const UNITS = 10
/** Upkeep in the servers of these tests runs every half second, as it does unless a host says otherwise. */
const UPKEEP_MS = 500
const POLL_MS = 50

let servers: Servers
serversForAllTests(given => { servers = given })

async function launch(calls: Calls, target: Target): Promise<string> {
  const { id } = await calls.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(UNITS), pay: { minor: 5, currency: 'USD' } })
  await shortenLeases(target, id, LEASE_MS)
  return id
}

/** Takes one unit for each of as many people as there are units, asking until there is one. */
async function takeAll(calls: Calls, run: string, name: string): Promise<void> {
  await Promise.all(Array.from({ length: UNITS }, async (_, index) => {
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `${name} ${String(index)}` })
    for (;;) {
      const { status, agentToken } = await calls.page<{ status: string; agentToken: string }>('register', { provider: 'inhouse', credential })
      if (status === 'working') {
        await calls.page('submit', { submissionId: crypto.randomUUID(), answer: { label: 'positive' } }, agentToken)
        return
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
  }))
}

/** Takes all units and answers none. */
async function hold(calls: Calls, run: string): Promise<void> {
  await Promise.all(Array.from({ length: UNITS }, async (_, index) => {
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `ann ${String(index)}` })
    await calls.page('register', { provider: 'inhouse', credential })
  }))
}

interface FirstLease { readonly until: number; readonly takenBackAt: number; readonly nextAt: number }

/** For each unit: when its first lease ended, when it was taken back, and when the second one began. */
function firstLeases(target: Target): Promise<FirstLease[]> {
  return onTarget(target, async query => {
    const events = (await query(`SELECT stream_id, type, at, body FROM ${tableOf(target, 'event')} ORDER BY feed`))
      .map(row => ({ agent: row['stream_id'], type: row['type'], at: Number(row['at']), ...JSON.parse(String(row['body'])) as { unit?: string; fence?: number; until?: number } }))
    return events.filter(event => event.fence === 1).map(first => ({
      until: first.until ?? NaN, takenBackAt: events.find(event => event.type === 'time_out' && event.agent === first.agent)?.at ?? NaN,
      nextAt: events.find(event => event.unit === first.unit && event.fence === 2)?.at ?? NaN,
    }))
  })
}

describe.each(await targetKinds())('after SIGKILL on %s', kind => {
  test('of the only process, a new one frees every unit within the lease and a second', async () => {
    const target = await makeTarget(kind)
    const only = await servers.start({ target, upkeepMs: UPKEEP_MS })
    const run = await launch(only, target)
    await hold(only, run)
    only.kill()
    await only.ended
    const next = await servers.start({ target, upkeepMs: UPKEEP_MS })
    await new Promise(resolve => setTimeout(resolve, LEASE_MS + 1_000))
    await takeAll(next, run, 'ben')
    next.kill()
    const leases = await firstLeases(target)
    const late = Math.max(...leases.map(lease => lease.takenBackAt - lease.until))
    console.log(`${kind}: taken back by upkeep ${String(late)} ms after the end of the leases at the latest`)
    expect(leases).toHaveLength(UNITS)
    expect(late).toBeLessThan(1_000)
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await target.drop()
  })

  test('of one of two, nobody waits for more than the lease', async () => {
    const target = await makeTarget(kind)
    const [one, other] = await Promise.all([servers.start({ target, upkeepMs: UPKEEP_MS }), servers.start({ target, upkeepMs: UPKEEP_MS })])
    const run = await launch(one, target)
    await hold(one, run)
    const waiting = takeAll(other, run, 'ben')
    one.kill()
    await waiting
    other.kill()
    const leases = await firstLeases(target)
    const late = Math.max(...leases.map(lease => lease.nextAt - lease.until))
    console.log(`${kind}: waited ${String(late)} ms beyond the lease at most, asking every ${String(POLL_MS)} ms`)
    expect(leases).toHaveLength(UNITS)
    // Whoever asks takes back what ran out, so the wait ends with the first question after the lease.
    expect(late).toBeLessThan(500)
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await target.drop()
  })
})
