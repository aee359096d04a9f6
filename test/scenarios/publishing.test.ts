import { fork, type ChildProcess } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { createMephisto, implement, verifyRun, type Mephisto, type MephistoDb, type TaskRun } from '../../sdk/index.js'
import { mock } from '../../sdk/providers/mock.js'
import { simulatedWorker } from '../../sdk/testing/index.js'
import { crowdAt, startCrowd, type CrowdServer } from '../mock-crowd-server.js'
import { programOf } from '../program-of.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { openTarget } from './promise-open.js'
import { check, makeTarget, targetKinds, type OwnTarget } from './promise-target.js'
import type { PublishingProcess } from './publishing-process.js'

const PROGRAM = await programOf(new URL('publishing-process.ts', import.meta.url))

// Two processes call one provider for one run; one of them, whoever gets that reply, is killed between a call and the record of its
// result, and the other goes on. At the end each unit was shown once, and nothing is left.

/** How far the clocks go ahead when a process was killed: longer than the lease of its calls. */
const AHEAD_MS = 61_000
const ITEMS = 24
const MOST_LIVE = 5

let target: OwnTarget
let crowd: CrowdServer
let db: MephistoDb
let mephisto: Mephisto
let aheadMs = 0
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await mephisto.close()
  await db.close()
  await crowd.close()
  await target.drop()
})

async function stage(kind: OwnTarget['kind'], deadly: Parameters<typeof startCrowd>[0]): Promise<TaskRun> {
  aheadMs = 0
  target = await makeTarget(kind)
  crowd = await startCrowd(deadly)
  db = await openTarget(target, { now: () => Date.now() + aheadMs })
  // Launches and works alone: only the processes call the crowd.
  mephisto = createMephisto({
    db, providers: [mock({ crowd: crowdAt(crowd.url) })], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => null,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
  return mephisto.operator.launch(sentiment, { ...sentimentRun(ITEMS), provider: 'mock', maxLiveUnits: MOST_LIVE })
}

/** A process that takes part; resolves with how it ended when it has. */
async function startProcess(): Promise<{ readonly ended: Promise<NodeJS.Signals | number> }> {
  const options: PublishingProcess = { target: { kind: target.kind, at: target.at }, crowd: crowd.url }
  const child = fork(PROGRAM, [JSON.stringify(options)], { execArgv: [] })
  children.push(child)
  const ended = new Promise<NodeJS.Signals | number>(resolve => child.once('exit', (code, signal) => resolve(signal ?? code ?? 0)))
  await Promise.race([new Promise(resolve => child.once('message', resolve)), ended])
  return { ended }
}

/** Two processes; when one was killed, the clocks go ahead and the other goes on. */
async function startBoth(): Promise<{ readonly killed: Promise<NodeJS.Signals | number> }> {
  const both = await Promise.all([startProcess(), startProcess()])
  const killed = Promise.race(both.map(({ ended }) => ended)).then(how => {
    aheadMs = AHEAD_MS
    for (const child of children) if (child.connected) child.send(AHEAD_MS)
    return how
  })
  return { killed }
}

/** Answers units until there are no more. */
async function workAll(run: TaskRun): Promise<void> {
  const ann = simulatedWorker(mephisto, 'ann', 'mock')
  while ((await mephisto.operator.progress(run.id)).run.unitsOpen > 0) {
    const task = await ann.accept(sentiment, run).catch(() => null)
    if (task) await task.submit({ label: 'positive' })
    else await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function expectTakenDown({ id }: TaskRun): Promise<void> {
  await expect.poll(async () => (await mephisto.operator.progress(id)).publishing?.run, { timeout: 30_000 }).toBe('withdrawn')
  expect(crowd.crowd.listings().filter(({ isUp }) => isUp)).toEqual([])
  const abouts = crowd.crowd.listings().map(({ about }) => about)
  expect(new Set(abouts).size).toBe(abouts.length)
  expect(await check(target, { settledAt: await db.now() })).toEqual([])
  expect((await verifyRun(db, id)).difference).toBeNull()
  const left = (await db.outbox.find({ filter: { statuses: ['pending', 'held', 'failed'] } })).rows
  expect(left).toEqual([])
}

describe.each(await targetKinds())('on %s', kind => {
  test.each([{ on: 'openRun', at: 1 }, { on: 'publishUnit', at: 8 }, { on: 'withdrawUnit', at: 3 }, { on: 'closeRun', at: 1 }] as const)('one is killed by the reply to $on number $at: the run goes on to its end', async deadly => {
    const run = await stage(kind, deadly)
    const { killed } = await startBoth()
    await workAll(run)
    expect(await killed).toBe('SIGKILL')
    await expectTakenDown(run)
    expect(crowd.crowd.listings()).toHaveLength(ITEMS + 1)
    expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
  }, 120_000)

  test.each([{ on: 'publishUnit', at: 2 }, { on: 'withdrawUnit', at: 2 }] as const)('one is killed by the reply to $on number $at, and the run is expired: nothing stays there', async deadly => {
    const run = await stage(kind, deadly)
    const { killed } = await startBoth()
    if (deadly.on === 'publishUnit') await killed
    else await mephisto.operator.untilLive(run.id)
    await mephisto.operator.expire(run.id)
    expect(await killed).toBe('SIGKILL')
    await expectTakenDown(run)
    expect((await mephisto.operator.progress(run.id)).run.status).toBe('expired')
  }, 120_000)
})
