// A process that stops: what is under way may end, within a bounded time; nothing is lost where that is not enough.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMephisto, implement, type Mephisto, type TaskRun } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, simulatedWorker, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let t: TestMephisto
/** Another process on the same database, which is stopped while the database stays open. */
let stopping: Mephisto
/** Ends the judging of the answer that is under way; null while none is. */
let end: (() => void) | null
const warnings: string[] = []
const errors: string[] = []

const implementation = implement(sentiment, { judge: () => new Promise(resolve => { end = () => { resolve(true) } }) })

beforeEach(async () => {
  end = null
  warnings.length = 0
  errors.length = 0
  t = await createTestMephisto({ blueprints: [implementation] })
  stopping = createMephisto({
    db: t.db, architect: t.architect, providers: [inhouse()], blueprints: [implementation], secret: 'a secret for tests that is long enough', authorize: () => TEST_PRINCIPAL,
    runtime: { ...t.runtime, logger: { info: () => undefined, warn: (_, text) => { warnings.push(text) }, error: (_, text) => { errors.push(text) } } },
  })
})
afterEach(() => t.close())

const health = async (): Promise<number> => (await stopping.handler(new Request('http://test.invalid/mephisto/health'))).status

/** An answer that is being judged, in a run whose answers are. */
async function answerUnderWay(): Promise<{ run: TaskRun; answer: Promise<{ outcome: string }> }> {
  const run = await t.operator.launch(sentiment, { ...sentimentRun(1), screening: { passed: 'in', failed: 'out' } })
  const task = await simulatedWorker(stopping, 'ann', 'inhouse').accept(sentiment, run)
  const answer = task.submit({ label: 'positive' })
  while (end === null) await new Promise(resolve => setTimeout(resolve, 5))
  return { run, answer }
}

test('(row 140) waits for answers under way, and tells load balancers that it is closing', async () => {
  const { answer } = await answerUnderWay()
  stopping.start()
  expect(await health()).toBe(200)
  let isClosed = false
  const closing = stopping.close().then(() => { isClosed = true })
  expect(await health()).toBe(503)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(isClosed).toBe(false)
  end?.()
  expect((await answer).outcome).toBe('completed')
  await closing
  await stopping.close()
  expect(warnings).toEqual([])
})

test('(row 140) waits for a download under way to be read to its end, and for nothing that begins later', async () => {
  const run = await t.operator.launch(sentiment, { ...sentimentRun(1), screening: { passed: 'in', failed: 'out' } })
  const download = await stopping.handler(new Request(`http://test.invalid/mephisto/export/${run.id}.csv`))
  let isClosed = false
  const closing = stopping.close().then(() => { isClosed = true })
  const later = answerUnderWay()
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(isClosed).toBe(false)
  await download.text()
  await closing
  const { answer } = await later
  end?.()
  expect((await answer).outcome).toBe('completed')
})

test('waits for no download that its reader has given up, and takes that for no error', async () => {
  const run = await t.operator.launch(sentiment, sentimentRun(1))
  await (await t.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
  const { body } = await stopping.handler(new Request(`http://test.invalid/mephisto/export/${run.id}.csv`))
  const reader = body?.getReader()
  // The next piece is read from the database by then.
  expect((await reader?.read())?.done).toBe(false)
  await reader?.cancel()
  await stopping.close({ withinMs: 5_000 })
  expect({ warnings, errors }).toEqual({ warnings: [], errors: [] })
})

test.each([-1, 0.5, Infinity, 2 ** 31])('a wait of %d ms is refused', async withinMs => {
  await expect(stopping.close({ withinMs })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('withinMs') as string })
})

test('(row 141) waits no longer than it is told to; what comes of it then is stored all the same, or asked again', async () => {
  const { run, answer } = await answerUnderWay()
  await stopping.close({ withinMs: 30 })
  expect(warnings).toEqual([expect.stringContaining('not everything had ended')])
  end?.()
  expect((await answer).outcome).toBe('completed')
  expect((await t.operator.progress(run.id)).run.status).toBe('completed')
})
