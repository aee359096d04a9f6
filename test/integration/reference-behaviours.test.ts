import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, expect, test } from 'vitest'
import * as z from 'zod'
import { expressArchitect } from '../../adapters/express.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { implementChat } from '../../sdk/blueprints/chat/index.js'
import { defineBlueprint, defineChat } from '../../sdk/blueprints/index.js'
import { createMephisto, implement, usd, type BlueprintImplementation, type TaskRun } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// Behaviours of the original that nothing else here is about, each under the number that the reference gives it (its section 11).

const open: TestMephisto[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function stage(...blueprints: readonly BlueprintImplementation[]): Promise<TestMephisto> {
  const mephisto = await createTestMephisto({ blueprints: blueprints.length === 0 ? [implement(sentiment)] : blueprints })
  open.push(mephisto)
  return mephisto
}

const counts = async (mephisto: TestMephisto, run: { readonly id: string }) => (await mephisto.operator.progress(run.id)).units
const people = async (mephisto: TestMephisto, run: { readonly id: string }) => [(await mephisto.db.workers.find()).rows.length, (await mephisto.db.agents.find({ filter: { runId: run.id } })).rows.length]

/** Everybody who is named answers until there is nothing more for them. */
async function answerAll(mephisto: TestMephisto, run: TaskRun, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    while (await mephisto.worker(name).refusal(run) === null) await (await mephisto.worker(name).accept(sentiment, run)).submit({ label: 'positive' })
  }
}

test('[28] [30] an architect is where the links of a run lead, reachable while its host serves, and no longer', async () => {
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const db = await embeddedDb({ file: ':memory:' })
  const architect = expressArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: `${origin}/work` })
  const mephisto = createMephisto({ db, architect, providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => null })
  app.use('/mephisto', architect.middleware(mephisto))
  const run = await mephisto.operator.launch(sentiment, sentimentRun(1))
  expect((await mephisto.invite({ run: run.id, worker: 'ann' })).url).toMatch(new RegExp(`^${origin}/work`))
  expect((await fetch(`${origin}/mephisto/health`)).status).toBe(200)
  await new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })
  await expect(fetch(`${origin}/mephisto/health`)).rejects.toThrow('fetch failed')
  await mephisto.close()
  await db.close()
})

test('[29] a page that is there is found again by the next launch, and its builder is told when nothing of its own is needed any more', async () => {
  const signals: AbortSignal[] = []
  const mephisto = await stage(implement(sentiment, { builder: (_, signal) => {
    signals.push(signal)
    return { url: 'https://app.example/work', build: 'v7' }
  } }))
  const runs = [await mephisto.operator.launch(sentiment, sentimentRun(1)), await mephisto.operator.launch(sentiment, sentimentRun(1))]
  expect(runs.map(run => run.config.page)).toEqual([{ url: 'https://app.example/work', build: 'v7' }, { url: 'https://app.example/work', build: 'v7' }])
  expect(signals.map(signal => signal.aborted)).toEqual([true, true])
})

test('[33] what a builder gives is a page that links can lead to, or nothing is launched', async () => {
  for (const page of [{}, { url: '/work', build: null }, { url: 'https://app.example/#a', build: null }, { url: 'https://app.example/work' }, { url: 'https://app.example/work', build: 'v 7' }]) {
    const mephisto = await stage(implement(sentiment, { builder: () => page as never }))
    await expect(mephisto.operator.launch(sentiment, sentimentRun(1))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining("the blueprint's builder gave no page") as string })
    expect(await mephisto.operator.runs()).toEqual([])
  }
})

test('[31] a blueprint declares its type, args, shared state, builder, runner and agent state, and each is what a run of it is worked with', async () => {
  const declared = defineBlueprint({ type: 'declared', args: z.object({ right: z.enum(['positive', 'negative']) }), input: sentiment.input, output: sentiment.output })
  const judged: object[] = []
  const mephisto = await stage(implement(declared, {
    sharedState: ({ args }) => ({ isRight: (label: string) => label === args.right }),
    builder: () => ({ url: 'https://app.example/declared', build: 'v7' }),
    judge: (answer, { args, shared }) => {
      judged.push({ answer, args })
      return shared.isRight(answer.label)
    },
    agentState: { derive: ({ answer, args }) => ({ isRight: answer.label === args.right }) },
  }))
  await expect(mephisto.operator.launch(declared, { ...sentimentRun(2), args: { right: 'neither' as never } })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('args.right') as string })
  const run = await mephisto.operator.launch(declared, { ...sentimentRun(2), args: { right: 'positive' }, screening: { passed: 'passed', failed: 'failed' } })
  expect(run).toMatchObject({ blueprintType: 'declared', config: { args: { right: 'positive' }, page: { url: 'https://app.example/declared', build: 'v7' } } })
  await (await mephisto.worker('ann').accept(declared, run)).submit({ label: 'negative' })
  expect(judged).toEqual([{ answer: { label: 'negative' }, args: { right: 'positive' } }])
  expect(await mephisto.worker('ann').refusal(run)).toBe('screening_failed')
  expect((await mephisto.caller(TEST_PRINCIPAL).data.export({ run: run.id })).rows).toMatchObject([{ answer: { label: 'negative' }, derived: { isRight: false } }])
  expect(() => implement(declared, { builder: 'page.html' as never })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('builder') as string }) as Error)
})

test('[32] a run is worked with what is registered for its own type', async () => {
  const number = defineBlueprint({ type: 'number', input: z.object({ text: z.string() }), output: z.object({ value: z.int() }) })
  const mephisto = await stage(implement(sentiment), implement(number))
  const [words, numbers] = [await mephisto.operator.launch(sentiment, sentimentRun(1)), await mephisto.operator.launch(number, { ...sentimentRun(1), task: 'numbers' })]
  const [word, value] = [await mephisto.worker('ann').accept(sentiment, words), await mephisto.worker('ann').accept(number, numbers)]
  await expect(value.submit({ label: 'positive' } as never)).rejects.toMatchObject({ code: 'invalid_answer' })
  await expect(word.submit({ value: 1 } as never)).rejects.toMatchObject({ code: 'invalid_answer' })
  expect((await value.submit({ value: 1 })).outcome).toBe('completed')
  expect((await word.submit({ label: 'negative' })).outcome).toBe('completed')
})

test('[34] [89] a run is launched with all parts, simulated workers finish all units, and it completes when the last one submits', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), unitsPerAssignment: 2, pay: usd('0.10') })
  expect(run).toMatchObject({ status: 'running', unitsTotal: 6 })
  expect(await mephisto.operator.runs({ statuses: ['running'] })).toHaveLength(1)
  await answerAll(mephisto, run, 'ann')
  expect((await mephisto.operator.progress(run.id)).run.status).toBe('running')
  await answerAll(mephisto, run, 'ben')
  expect((await mephisto.operator.untilDone(run.id)).run).toMatchObject({ status: 'completed', unitsAnswered: 6, unitsOpen: 0 })
  await expectSound(mephisto, { isSettled: true })
})

test('[35] an instance that is closed in the middle leaves nothing that only it could go on with', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, sentimentRun(2))
  const other = await mephisto.another()
  const held = await other.worker('ann').accept(sentiment, run)
  await other.close()
  // Whoever is at work goes on with another instance; whoever is not loses the unit when the lease ends.
  expect(await mephisto.worker('ann').accept(sentiment, run)).toMatchObject({ unitId: held.unitId, resumed: true })
  await mephisto.advance(run.leaseMs + 1)
  expect(await counts(mephisto, run)).toMatchObject({ assigned: 0, launched: 2 })
  await answerAll(mephisto, run, 'ben')
  await expectSound(mephisto, { isSettled: true })
})

test('[36] a feature without what it needs of the blueprint is not launched', async () => {
  const mephisto = await stage()
  for (const feature of [{ attention: { qualification: 'careful' } }, { onboarding: { qualification: 'knows', input: {} } }, { screening: { passed: 'in', failed: 'out' } }]) {
    await expect(mephisto.operator.launch(sentiment, { ...sentimentRun(1), ...feature })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(Object.keys(feature)[0] ?? '') as string })
  }
  expect([await mephisto.operator.runs(), (await mephisto.db.qualifications.find()).rows]).toEqual([[], []])
})

test('[37] [38] features that have what they need make their qualifications once, and each asks for its own', async () => {
  const mephisto = await stage()
  const items = [{ input: { text: 'known' }, expected: { label: 'positive' as const } }]
  const features = { training: { qualification: 'trained', items, minimumRight: 1 }, gold: { qualification: 'gold', items } }
  const first = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), ...features })
  await mephisto.operator.launch(sentiment, { ...sentimentRun(2), ...features })
  expect((await mephisto.db.qualifications.find()).rows.map(({ name }) => name).sort()).toEqual(['gold-right', 'gold-wrong', 'trained'])
  const asked: string[] = []
  for (let unit = 0; unit < 3; unit += 1) {
    const task = await mephisto.worker('ann').accept(sentiment, first)
    asked.push((await mephisto.db.units.find({ filter: { ids: [task.unitId] } })).rows[0]?.kind ?? '')
    await task.submit({ label: 'positive' })
  }
  expect(asked).toEqual(['training', 'gold', 'standard'])
})

test('[39] what is made of something else is implemented through the outermost alone: a chat is live work', async () => {
  const chat = defineChat({ type: 'talk', input: z.object({ topic: z.string() }), output: z.object({ label: z.string() }) })
  expect(() => implement(chat)).toThrow(/live/)
  const opened: string[] = []
  const mephisto = await stage(implementChat(chat, { opening: ({ input }) => {
    opened.push(input.topic)
    return `Talk about ${input.topic}.`
  } }))
  const run = await mephisto.operator.launch(chat, { task: 'talks', requester: 'lab', provider: 'inhouse', data: [{ topic: 'tea' }], unitsPerAssignment: 1 })
  await mephisto.worker('ann').accept(chat, run)
  await mephisto.operator.tick()
  expect(opened).toEqual(['tea'])
})

test('[65] a launch that has written nothing yet has no assignments, and the provider that it was launched with', async () => {
  const mephisto = await stage()
  let goOn = (): void => undefined
  // A thousand rows are read before anything is written, and two thousand are written at once.
  async function* slowly() {
    for (let index = 0; index < 1_000; index += 1) yield { text: String(index) }
    await new Promise<void>(resolve => { goOn = resolve })
    yield { text: 'the last' }
  }
  const launching = mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: slowly() })
  await expect.poll(async () => (await mephisto.operator.runs()).length).toBe(1)
  const [run] = await mephisto.operator.runs()
  expect(run).toMatchObject({ status: 'launching', provider: 'inhouse', unitsTotal: 0 })
  expect((await mephisto.db.assignments.find({ filter: { runId: run?.id ?? '' } })).rows).toEqual([])
  goOn()
  expect((await launching).unitsTotal).toBe(1_001)
})

test('[66] [67] a launch makes an assignment of each item with its units, all of them launched; expiring the run expires them', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(4), unitsPerAssignment: 3 })
  const assignments = (await mephisto.db.assignments.find({ filter: { runId: run.id } })).rows
  const units = (await mephisto.db.units.find({ filter: { runId: run.id } })).rows
  expect(assignments).toHaveLength(4)
  for (const { id } of assignments) expect(units.filter(unit => unit.assignmentId === id).map(unit => unit.unitIndex).sort()).toEqual([0, 1, 2])
  expect(await counts(mephisto, run)).toMatchObject({ created: 0, launched: 12, expired: 0 })
  await mephisto.operator.expire(run.id)
  expect(await counts(mephisto, run)).toMatchObject({ created: 0, launched: 0, expired: 12 })
  // With a cap on live units the others are made and not launched.
  const capped = await mephisto.operator.launch(sentiment, { ...sentimentRun(4), maxLiveUnits: 1 })
  expect(await counts(mephisto, capped)).toMatchObject({ created: 3, launched: 1 })
})

test('[69] a slow generator holds up neither what it gave before nor other runs', async () => {
  const mephisto = await stage()
  let goOn = (): void => undefined
  async function* slowly() {
    for (let index = 0; index < 2_500; index += 1) {
      if (index === 2_100) await new Promise<void>(resolve => { goOn = resolve })
      yield { text: `text ${String(index)}` }
    }
  }
  const launching = mephisto.operator.launch(sentiment, { ...sentimentRun(0), task: 'slow', data: slowly() })
  await expect.poll(async () => (await mephisto.operator.runs({ taskName: 'slow' })).at(0)?.unitsTotal).toBe(2_000)
  const other = await mephisto.operator.launch(sentiment, sentimentRun(1))
  await answerAll(mephisto, other, 'ann')
  expect((await mephisto.operator.progress(other.id)).run.status).toBe('completed')
  goOn()
  expect((await launching).unitsTotal).toBe(2_500)
})

test('[72] [73] whoever comes is one worker with one attempt, however often the page is opened', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, sentimentRun(2))
  const first = await mephisto.worker('ann').accept(sentiment, run)
  expect(await people(mephisto, run)).toEqual([1, 1])
  const again = await Promise.all(Array.from({ length: 5 }, () => mephisto.worker('ann').accept(sentiment, run)))
  for (const task of again) expect(task).toMatchObject({ agentId: first.agentId, unitId: first.unitId, resumed: true })
  expect(await people(mephisto, run)).toEqual([1, 1])
})

test('[74] each who comes starts a unit of their own', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, sentimentRun(2))
  const [ann, ben] = await Promise.all([mephisto.worker('ann').accept(sentiment, run), mephisto.worker('ben').accept(sentiment, run)])
  expect(ann.unitId).not.toBe(ben.unitId)
  expect(await counts(mephisto, run)).toMatchObject({ assigned: 2, launched: 0 })
  for (const task of [ann, ben]) expect((await task.submit({ label: 'positive' })).outcome).toBe('completed')
  expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
})

test('[87] what was started is stopped without a trace: no timer is left', async () => {
  const mephisto = await stage()
  const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  const before = timers()
  const stop = mephisto.start({ everyMs: 5 })
  mephisto.start({ everyMs: 7 })
  expect(timers()).toBeGreaterThan(before)
  await new Promise(resolve => setTimeout(resolve, 30))
  await stop()
  await mephisto.close()
  // Timers of the test before may have been among the first ones.
  for (let round = 0; timers() > before && round < 100; round += 1) await new Promise(resolve => setTimeout(resolve, 10))
  expect(timers()).toBeLessThanOrEqual(before)
  open.splice(0)
  await mephisto.db.close()
})

test('[91] a worker who has a unit under way gets no second one', async () => {
  const mephisto = await stage()
  const run = await mephisto.operator.launch(sentiment, sentimentRun(3))
  const held = await mephisto.worker('ann').accept(sentiment, run)
  expect((await mephisto.worker('ann').accept(sentiment, run)).unitId).toBe(held.unitId)
  expect(await counts(mephisto, run)).toMatchObject({ assigned: 1, launched: 2 })
  await held.submit({ label: 'positive' })
  expect((await mephisto.worker('ann').accept(sentiment, run)).unitId).not.toBe(held.unitId)
})
