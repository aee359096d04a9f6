import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, implement, type Mephisto, type MephistoDb, type Principal } from '../../sdk/index.js'
import { holdRuns } from '../../sdk/operations/run-hold.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { programOf } from '../program-of.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { startReceiver, type Receiver } from '../webhook-receiver.js'

const PROGRAM = await programOf(new URL('webhook-process.ts', import.meta.url))

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }

let folder: string
let file: string
let db: MephistoDb
let mephisto: Mephisto
let receiver: Receiver
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-hooks-'))
  file = join(folder, 'hooks.db')
  db = await embeddedDb({ file, busyMs: 20_000 })
  receiver = await startReceiver()
  mephisto = createMephisto({
    db, providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => null,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
    webhooks: { allowPrivate: [receiver.host] },
  })
  await mephisto.webhooks.create(OLGA, { requestId: crypto.randomUUID(), url: receiver.url })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await mephisto.close()
  await db.close()
  await receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs with so many events each, which nobody was told of yet. */
async function runsWith(runs: number, events: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < runs; index += 1) {
    const { id } = await mephisto.operator.launch(sentiment, sentimentRun(1))
    await holdRuns({ db, runtime: systemRuntime() }, [id], hold => {
      for (let number = 1; number < events; number += 1) hold.note(id, { type: 'requeue', body: { units: number } })
      return Promise.resolve()
    })
    ids.push(id)
  }
  return ids
}

async function startProcess({ dies = 0, aheadMs = 0 } = {}): Promise<{ child: ChildProcess; ended: Promise<NodeJS.Signals | number> }> {
  const child = fork(PROGRAM, [file, receiver.host, String(dies), String(aheadMs)], { execArgv: [] })
  children.push(child)
  const ended = new Promise<NodeJS.Signals | number>(resolve => child.once('exit', (code, signal) => resolve(signal ?? code ?? 0)))
  await Promise.race([new Promise(resolve => child.once('message', resolve)), ended])
  return { child, ended }
}

/** Every event of every run, once each, in its order within the run. */
function expectEach(runIds: readonly string[], events: number, received = receiver.received): void {
  for (const runId of runIds) {
    const feeds = received.filter(({ message }) => message.runId === runId).map(({ message }) => message.feed)
    expect(feeds).toEqual(Array.from({ length: events }, (_, index) => index + 1))
  }
}

/** How many deliveries wait in the outbox. */
async function waiting(): Promise<number> {
  let count = 0
  for (let after: string | null = ''; after !== null;) {
    const page: Awaited<ReturnType<MephistoDb['outbox']['find']>> = await db.outbox.find({ filter: { statuses: ['pending'] }, limit: 1_000, ...(after === '' ? {} : { after }) })
    count += page.rows.length
    after = page.nextCursor
  }
  return count
}

test('two processes share the deliveries: each is made once, each run\'s in order', async () => {
  const runIds = await runsWith(8, 60)
  const servers = await Promise.all([startProcess(), startProcess()])
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(480)
  for (const { child } of servers) child.send('stop')
  expect(await Promise.all(servers.map(({ ended }) => ended))).toEqual([0, 0])
  expectEach(runIds, 60)
  expect((await db.outbox.find({ filter: { statuses: ['pending', 'held', 'failed'] } })).rows).toEqual([])
}, 120_000)

test('a process that is killed between the reply and its record: another delivers again, under the same id', async () => {
  const runIds = await runsWith(1, 5)
  const first = await startProcess({ dies: 3 })
  expect(await first.ended).toBe('SIGKILL')
  expect(receiver.received.map(({ message }) => message.feed)).toEqual([1, 2, 3])
  // Its lease has ended for a process whose clock is a minute ahead.
  const second = await startProcess({ aheadMs: 60_000 })
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBe(6)
  second.child.send('stop')
  await second.ended
  expect(receiver.received.map(({ message }) => message.feed)).toEqual([1, 2, 3, 3, 4, 5])
  expect(receiver.received[3]).toMatchObject({ body: receiver.received[2]?.body, headers: { 'webhook-id': receiver.received[2]?.message.id } })
  const inEffect = [...new Map(receiver.received.map(delivery => [delivery.message.id, delivery])).values()]
  expectEach(runIds, 5, inEffect)
}, 120_000)

test('10,000 events are told, each once and in order, while few wait in the outbox at any time', async () => {
  const runIds = await runsWith(20, 500)
  const started = performance.now()
  const stop = mephisto.start({ everyMs: 200 })
  let most = 0
  // A delivery is a few commits, and there are disks that take milliseconds for one.
  while (receiver.received.length < 10_000 && performance.now() - started < 300_000) {
    most = Math.max(most, await waiting())
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  const seconds = (performance.now() - started) / 1_000
  await stop()
  console.log(`10,000 deliveries in ${seconds.toFixed(1)} s; at most ${String(most)} waited`)
  expectEach(runIds, 500)
  expect(receiver.received).toHaveLength(10_000)
  expect(most).toBeLessThanOrEqual(20 * 96)
}, 360_000)
