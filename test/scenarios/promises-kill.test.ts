import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { RawClient } from '../../prisma/raw-client.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { withFaults } from '../../sdk/testing/index.js'
import { localCalls } from './promise-calls.js'
import { cutOffAt } from '../killed.js'
import type { Servers } from './promise-fork.js'
import { STORIES } from './promise-stories.js'
import type { Story, StoryServer } from './promise-teller.js'
import { openTarget, type Target, type TargetKind } from './promise-open.js'
import { check, makeFile, makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// SIGKILL between any two statements: a server dies at its k-th step, for each k, and another continues the same story.
// The people in it only send again what was not answered. The end must be the same whenever the server died. The
// server is cut off from its database for good, which is all that the database knows of a kill; at a sample of the steps it is a
// process that is killed.

const START = Date.UTC(2026, 0, 1)
/** How many of the steps a process is killed at: starting one, and making a database on a server, takes long. */
const SAMPLE: Readonly<Record<TargetKind, number>> = { sqlite: 8, postgresql: 4, mysql: 4 }
const AT_ONCE = 3
/** One run of the tests looks at every fourth step, from one of the first four on; with `MEPHISTO_TEST_TIMES` above 3 at each. */
const EVERY = Number(process.env['MEPHISTO_TEST_TIMES'] ?? 1) > 3 ? 1 : 4

type Telling = (typeof STORIES)[keyof typeof STORIES]

let servers: Servers
serversForAllTests(given => { servers = given })

/** A server in this process, on a connection of its own. */
function localServer(db: MephistoDb, clock: { now: number }): StoryServer {
  return { ...localCalls(db, { logger: silentLogger, now: () => clock.now }), advance: async ms => void (clock.now += ms) }
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

/** The story without a crash: the steps at which a server can die, and its end. */
async function undisturbed(kind: TargetKind, tell: Telling): Promise<{ steps: readonly number[]; end: unknown }> {
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
    const story = await tell(() => server)
    return { steps: [...steps], end: await inspect(target, db, story) }
  } finally {
    await db.close()
    await target.drop()
  }
}

/** The story with a server that is killed right after step `step`, and another one that continues. */
async function killedAfter(make: () => Promise<OwnTarget>, step: number, tell: Telling): Promise<{ end: unknown; wasKilled: boolean }> {
  const target = await make()
  const first = await servers.start({ target, at: { [step]: 'kill_after' }, startAt: START, upkeepMs: 0 })
  const clock = { now: START }
  const db = await openTarget(target, { now: () => clock.now })
  const second = localServer(db, clock)
  try {
    const story = await tell(() => (first.isAlive() ? {
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

/** The story with a server that has no database any more from step `step` on, and another one that continues. */
async function cutOffFrom(target: OwnTarget, step: number, tell: Telling): Promise<{ end: unknown; wasCut: boolean }> {
  const clock = { now: START }
  const fault = cutOffAt(step)
  const gone = await openTarget(target, { around: client => withFaults(client, fault.plan), now: () => clock.now })
  const db = await openTarget(target, { now: () => clock.now })
  const [first, second] = [localServer(gone, clock), localServer(db, clock)]
  try {
    const story = await tell(() => (fault.isStruck() ? second : first))
    return { end: await inspect(target, db, story), wasCut: fault.isStruck() }
  } finally {
    await gone.close()
    await db.close()
    await target.drop()
  }
}

const tellings = Object.entries(STORIES)

// Hundreds of times the same story, one after the other: on a busy machine each takes several times as long.
test.each(tellings)('a server of the story of %s that is cut off at a step: another one continues to the same end, and replies stay the same', async (_, tell) => {
  const { steps, end } = await undisturbed('sqlite', tell)
  const empty = await emptyFile()
  const from = Math.floor(Math.random() * EVERY)
  for (const step of steps.filter((_, index) => index % EVERY === from)) {
    const outcome = await cutOffFrom(makeFile(empty), step, tell).catch((error: unknown) => { throw new Error(`cut off at step ${String(step)}`, { cause: error }) })
    expect({ step, ...outcome }).toEqual({ step, end, wasCut: true })
  }
  await empty.drop()
}, 600_000)

describe.each(await targetKinds())('SIGKILL on %s', kind => {
  test.each(tellings)('between any two statements of the story of %s: another process continues to the same end, and replies stay the same', async (name, tell) => {
    const { steps, end } = await undisturbed(kind, tell)
    const empty = await emptyFile()
    const make = kind === 'sqlite' ? async () => makeFile(empty) : () => makeTarget(kind)
    const wanted = Math.min(steps.length, SAMPLE[kind])
    const all = Array.from({ length: wanted }, (_, index) => steps[Math.floor(((index + Math.random()) * steps.length) / wanted)])
    const begun = performance.now()
    let killed = 0
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let step = all.pop(); step !== undefined; step = all.pop()) {
        const outcome = await killedAfter(make, step, tell).catch((error: unknown) => { throw new Error(`killed after step ${String(step)}`, { cause: error }) })
        expect({ step, end: outcome.end }).toEqual({ step, end })
        killed += Number(outcome.wasKilled)
      }
    }))
    console.log(`${name} on ${kind}: ${String(killed)} kills at ${String(wanted)} of ${String(steps.length)} steps in ${String(Math.round(performance.now() - begun))} ms`)
    expect(killed).toBe(wanted)
    await empty.drop()
    }, 600_000)
})

/** A file with empty tables, to copy. */
async function emptyFile(): Promise<OwnTarget> {
  const empty = await makeTarget('sqlite')
  await onTarget(empty, query => query('SELECT 1'))
  return empty
}
