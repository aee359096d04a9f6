import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { RawClient } from '../../prisma/raw-client.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { withFaults } from '../../sdk/testing/index.js'
import { localCalls } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import { tellStory, type Story, type StoryServer } from './promise-story.js'
import { openTarget, type Target, type TargetKind } from './promise-open.js'
import { check, makeFile, makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// SIGKILL between any two statements: a server dies at its k-th step, for each k, and another continues the same story.
// The people in it only send again what was not answered. The end must be the same whenever the server died.

const START = Date.UTC(2026, 0, 1)
/** How many of the steps a server is killed at, where starting one and making a database takes long. */
const SAMPLE: Readonly<Record<TargetKind, number>> = { sqlite: Infinity, postgresql: 6, mysql: 6 }
const AT_ONCE = 3

let servers: Servers
serversForAllTests(given => { servers = given })

/** A server in this process, on a connection of its own. */
function localServer(db: MephistoDb, clock: { now: number }): StoryServer {
  return { ...localCalls(db, { now: () => clock.now }), advance: async ms => void (clock.now += ms) }
}

/** What the story leaves: how many units, agents, answers and decisions of each kind, and the money. */
function ending(target: Target, runId: string): Promise<unknown> {
  return onTarget(target, async query => {
    const count = async (table: string, columns: string) =>
      (await query(`SELECT ${columns}, count(*) AS n FROM ${tableOf(target, table)} WHERE run_id = '${runId}' GROUP BY ${columns} ORDER BY ${columns}`)).map(row => Object.values(row).map(String).join(' '))
    const [run] = await query(`SELECT status, reserved_minor, owed_minor, units_open, units_answered FROM ${tableOf(target, 'task_run')} WHERE id = '${runId}'`)
    return {
      run: Object.values(run ?? {}).map(String), units: await count('unit', 'status'), agents: await count('agent', 'status'),
      answers: await count('submission', 'outcome'), decisions: await count('decision', 'verdict'), entries: await count('ledger_entry', 'kind'),
    }
  })
}

async function inspect(target: Target, db: MephistoDb, { runId, answers, decisions, again, heard }: Story): Promise<unknown> {
  expect(await again()).toEqual(heard)
  expect(await check(target, { acknowledged: { answers, decisions }, settledAt: await db.now() })).toEqual([])
  expect((await verifyRun(db, runId)).difference).toBeNull()
  return ending(target, runId)
}

/** The story without a crash: the steps in which a server can die, and its end. */
async function undisturbed(kind: TargetKind): Promise<{ steps: readonly number[]; end: unknown }> {
  const target = await makeTarget(kind)
  const clock = { now: START }
  const steps: number[] = []
  const around = (client: RawClient): RawClient => withFaults(client, ({ number, sql, isInTransaction }) => {
    // A reading outside transactions leaves nothing that the step before it did not leave.
    if (isInTransaction || !/^\s*SELECT/.test(sql)) steps.push(number)
    return null
  })
  const db = await openTarget(target, { around, now: () => clock.now })
  try {
    const server = localServer(db, clock)
    const story = await tellStory(() => server)
    return { steps: [...steps], end: await inspect(target, db, story) }
  } finally {
    await db.close()
    await target.drop()
  }
}

/** The story with a server that is killed right after step `step`, and another one that continues. */
async function killedAfter(make: () => Promise<OwnTarget>, step: number): Promise<{ end: unknown; wasKilled: boolean }> {
  const target = await make()
  const first = await servers.start({ target, at: { [step]: 'kill_after' }, startAt: START, upkeepMs: 0 })
  const clock = { now: START }
  const db = await openTarget(target, { now: () => clock.now })
  const second = localServer(db, clock)
  try {
    const story = await tellStory(() => (first.isAlive() ? {
      ...first,
      // The time is the world's, not the server's.
      advance: async ms => {
        clock.now += ms
        await first.advance(ms)
      },
    } : second))
    const wasKilled = !first.isAlive()
    return { end: await inspect(target, db, story), wasKilled }
  } finally {
    first.kill()
    await db.close()
    await target.drop()
  }
}

describe.each(await targetKinds())('SIGKILL on %s', kind => {
  test('between any two statements: another process continues to the same end, and replies stay the same', async () => {
    const { steps, end } = await undisturbed(kind)
    const empty = await makeTarget('sqlite')
    await onTarget(empty, query => query('SELECT 1'))
    const make = kind === 'sqlite' ? async () => makeFile(empty) : () => makeTarget(kind)
    const wanted = Math.min(steps.length, SAMPLE[kind])
    const all = Array.from({ length: wanted }, (_, index) => steps[Math.floor(((index + Math.random()) * steps.length) / wanted)])
    const begun = performance.now()
    let killed = 0
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let step = all.pop(); step !== undefined; step = all.pop()) {
        const outcome = await killedAfter(make, step).catch((error: unknown) => { throw new Error(`killed after step ${String(step)}`, { cause: error }) })
        expect({ step, end: outcome.end }).toEqual({ step, end })
        killed += Number(outcome.wasKilled)
      }
    }))
    console.log(`${kind}: ${String(killed)} kills at ${String(wanted)} of ${String(steps.length)} steps in ${String(Math.round(performance.now() - begun))} ms`)
    expect(killed).toBe(wanted)
    await empty.drop()
    // Hundreds of processes one after the other: on a busy machine each takes several times as long.
  }, 600_000)
})
