import { describe, expect, test } from 'vitest'
import type { EventRow } from '../../sdk/ports/event-operations.js'
import { sentimentRun } from '../sentiment.js'
import type { Calls, Work } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import { openTarget } from './promise-open.js'
import { check, makeTarget, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// The run-wide feed while several processes commit to it: whoever follows it by the number that they read last reads every
// event once, and never one that comes in behind what they have read.

const SERVERS = 3
const PEOPLE = 9
const ITEMS = 12

let servers: Servers
serversForAllTests(given => { servers = given })

/** Somebody who answers until there is nothing left, at a server of their own; every other answer is decided by another server. */
async function work(calls: Calls, other: Calls, { run, person }: { run: string; person: number }): Promise<void> {
  const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `worker ${String(person)}` })
  for (let round = 0; ; round += 1) {
    const { status, agentToken, unitId } = await calls.page<Work>('register', { provider: 'inhouse', credential })
    if (status !== 'working') return
    await calls.page('extend', {}, agentToken)
    await calls.page('submit', { submissionId: crypto.randomUUID(), answer: { label: 'positive' } }, agentToken)
    if (round % 2) await other.desk('rita', 'review.decide', { decisionId: crypto.randomUUID(), unitIds: [unitId], verdict: 'approve' })
  }
}

describe.each(await targetKinds())('the feed of a run on %s', kind => {
  test('is read without a gap while three processes write', async () => {
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    const team = await Promise.all(Array.from({ length: SERVERS }, () => servers.start({ target, rates: { delay: 20 }, seed: 5 })))
    const at = (index: number): Calls => team[index % SERVERS] ?? team[0] as Calls
    const { id: run } = await at(0).desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(ITEMS), unitsPerAssignment: 3, pay: { minor: 5, currency: 'USD' } })

    const followed: EventRow[] = []
    let [isOver, reads] = [false, 0]
    const follower = (async () => {
      for (let isLast = false; !isLast;) {
        isLast = isOver
        const page = await db.events.feed(run, followed.at(-1)?.feed ?? 0, 7)
        followed.push(...page)
        reads += 1
        if (page.length > 0) isLast = false
        else await new Promise(resolve => setTimeout(resolve, 10))
      }
    })()
    await Promise.all(Array.from({ length: PEOPLE }, (_, person) => work(at(person), at(person + 1), { run, person })))
    isOver = true
    await follower

    for (const server of team) server.kill()
    await Promise.all(team.map(server => server.ended))
    console.log(`${kind}: ${String(followed.length)} events in ${String(reads)} readings`)
    expect(followed.map(event => event.feed)).toEqual(followed.map((_, index) => index + 1))
    expect(await db.events.feed(run, 0, followed.length + 10)).toEqual(followed)
    // Each of them: taken, extended and answered.
    expect(followed.length).toBeGreaterThan(3 * 3 * ITEMS)
    expect(reads).toBeGreaterThan(followed.length / 7)
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await db.close()
    await target.drop()
  }, 600_000)
})
