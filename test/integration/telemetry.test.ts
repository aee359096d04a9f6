import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type BlueprintServer, type OutboxHandler, type Principal, type Telemetry } from '../../sdk/index.js'
import { INSTRUMENTS, instrument, prometheusName, type InstrumentName } from '../../sdk/ports/instruments.js'
import type { OnboardingView, RegisterReply, SubmitReply } from '../../sdk/protocol/worker-views.js'
import { prometheus, type Prometheus } from '../../sdk/telemetry/prometheus.js'
import { createTestMephisto, pageCalls, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { startTelemetry, type Point, type TelemetryStage } from '../telemetry-stage.js'

// A whole life cycle with everything that goes wrong in one, under a real OpenTelemetry SDK, a real registry of prom-client
// and a real pino. Whatever people wrote, and who they are, is planted everywhere and must be found nowhere.

const PERSON = 'Zebulon Quist'
const WROTE = 'periwinkle words'
const ITEM = 'oxblood item'
const REVIEWER = 'Vermilion Reviewer'
const PLANTED = [PERSON, 'Zebulon', WROTE, 'periwinkle', ITEM, 'oxblood', REVIEWER, 'Vermilion', 'verdigris', 'cerulean']
const OLGA: Principal = { id: `cerulean-id`, name: REVIEWER, roles: ['operator'] }

const survey = defineBlueprint({
  type: 'survey', input: z.object({ text: z.string() }), output: z.object({ words: z.string(), sure: z.boolean() }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string() }) },
})

let stage: TelemetryStage
let prom: Prometheus
let mephisto: TestMephisto
let lines: Readonly<Record<string, unknown>>[]
let isBroken: boolean
let authorize: () => Principal | null

beforeEach(async () => {
  stage = startTelemetry()
  prom = prometheus()
  lines = []
  isBroken = true
  authorize = () => OLGA
  const quoting = (...values: unknown[]): never => { throw new Error(`cannot take ${JSON.stringify(values)}`) }
  const server: BlueprintServer<typeof survey> = {
    validateOnboarding: (...given) => (isBroken ? quoting(...given) : true),
    workerCanDoUnit: (worker, unit) => (isBroken ? quoting(worker, unit) : true),
    passesAttention: (...given) => quoting(...given),
    judge: (...given) => quoting(...given),
    onUnitSubmitted: unit => quoting(unit),
  }
  const pay: OutboxHandler = { specVersion: 1, topic: 'pay', maxTries: 1, call: call => quoting(call, PERSON, WROTE) }
  mephisto = await createTestMephisto({
    blueprints: [implement(survey, server)], outbox: [pay], telemetry: [stage.telemetry, prom], authorize: () => authorize(),
    logger: pino({ level: 'trace' }, { write: line => { lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>) } }),
  })
})
afterEach(async () => {
  await mephisto.close()
  await stage.close()
})

const page = <T>(procedure: string, input: unknown, token?: string) => pageCalls(mephisto)<T>(procedure, input, token)
const launch = (data: readonly unknown[] = Array.from({ length: 4 }, (_, index) => ({ text: `${ITEM} ${String(index)}` }))): Promise<TaskRun> => mephisto.operator.launch(survey, {
  task: 'a survey', requester: 'lab', provider: 'inhouse', data: data as { text: string }[], pay: { minor: 10, currency: 'USD' }, budget: { minor: 1_000, currency: 'USD' },
  onboarding: { qualification: 'ready', input: { question: `${ITEM}?` } }, attention: { qualification: 'attentive' },
  training: { qualification: 'trained', minimumRight: 0, items: [{ input: { text: `${ITEM} to learn` }, expected: { words: WROTE, sure: true } }] },
})
const register = async <T extends RegisterReply = RegisterReply>(name: string, run: TaskRun): Promise<T> => {
  const { credential } = await mephisto.invite({ run: run.id, worker: name })
  return page<T>('register', { provider: 'inhouse', credential })
}
const submissionId = () => crypto.randomUUID()

/** Everything that can happen to a run, good and bad. */
async function wholeLife(): Promise<{ readonly run: TaskRun; readonly agentId: string; readonly unitId: string }> {
  await expect(launch([{ text: 5, [WROTE]: WROTE }])).rejects.toMatchObject({ code: 'invalid_input' })
  const run = await launch()
  const { agentToken } = await register<OnboardingView>(PERSON, run)
  await page('submit', { submissionId: submissionId(), answer: { reply: WROTE } }, agentToken)
  isBroken = false
  await mephisto.advance(5_000)
  // Training, judged by a hook that fails.
  const lesson = await mephisto.worker(PERSON).accept(survey, run)
  await lesson.submit({ words: WROTE, sure: true })
  expect(await mephisto.worker(PERSON).refusal(run)).toBe('being_checked')
  const review = mephisto.caller(OLGA).review
  await review.decide({ decisionId: submissionId(), unitIds: [lesson.unitId], verdict: 'approve', note: 'verdigris note' })
  isBroken = true
  expect(await mephisto.worker(PERSON).refusal(run)).toBe('undecided')
  isBroken = false
  const task = await mephisto.worker(PERSON).accept(survey, run)
  await expect(page('submit', { submissionId: submissionId(), answer: { words: [WROTE], [WROTE]: PERSON } }, undefined)).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(task.submit({ words: [WROTE] as unknown as string, sure: true })).rejects.toMatchObject({ code: 'invalid_answer' })
  await task.extend()
  mephisto.runtime.advance(30_000)
  const first = submissionId()
  await task.submit({ words: WROTE, sure: true }, first)
  await task.submit({ words: WROTE, sure: true }, first)
  const second = await mephisto.worker(PERSON).accept(survey, run)
  await second.giveBack()
  const late = await mephisto.worker(PERSON).accept(survey, run)
  await mephisto.advance(3_600_000)
  expect(await late.submit({ words: WROTE, sure: false }) satisfies SubmitReply).toMatchObject({ outcome: 'set_aside' })
  await review.decide({ decisionId: submissionId(), unitIds: [task.unitId], verdict: 'approve', note: 'verdigris note' })
  await expect(review.queue({ run: 'verdigris-run' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(mephisto.caller({ ...OLGA, roles: [] }).review.queue({ run: run.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  authorize = () => { throw new Error(`who is ${REVIEWER}?`) }
  expect((await mephisto.handler(new Request('http://test.invalid/mephisto/trpc/runs.list'))).status).toBe(500)
  authorize = () => OLGA
  const file = await mephisto.handler(new Request(`http://test.invalid/mephisto/export/${run.id}.csv`))
  expect(await file.text()).toContain(WROTE)
  expect((await mephisto.handler(new Request(`http://test.invalid/mephisto/${encodeURIComponent(PERSON)}`))).status).toBe(404)
  expect((await mephisto.handler(new Request(`http://test.invalid/mephisto/pages/${encodeURIComponent(PERSON)}/`))).status).toBe(404)
  await mephisto.db.outbox.enqueue([{ id: mephisto.runtime.newId(), callKey: `pay:${WROTE}`, topic: 'pay', body: JSON.stringify({ to: PERSON }), subjectId: run.id, lane: null }], mephisto.runtime.now())
  await mephisto.operator.tick()
  await mephisto.operator.pause(run.id)
  await mephisto.operator.resume(run.id)
  await mephisto.operator.expire(run.id)
  await expect(mephisto.operator.pause(run.id)).rejects.toMatchObject({ code: 'illegal_move' })
  return { run, agentId: task.agentId, unitId: task.unitId }
}

const spansAsText = () => JSON.stringify(stage.spans().map(({ name, attributes, events, status, links, instrumentationScope }) => ({ name, attributes, events, status, links, instrumentationScope })))
const sum = (points: readonly Point[], name: InstrumentName, attributes: Readonly<Record<string, string>> = {}): number =>
  points.filter(point => point.name === name && Object.entries(attributes).every(([key, value]) => point.attributes[key] === value)).reduce((total, { value }) => total + value, 0)

describe('a whole life cycle', () => {
  test('leaves nothing of what people wrote, nor who they are, in logs, spans and metrics', async () => {
    const { run } = await wholeLife()
    const told = { log: JSON.stringify(lines), spans: spansAsText(), metrics: JSON.stringify(await stage.points()), exposed: await prom.exposition.text() }
    for (const [where, text] of Object.entries(told)) {
      expect(text.length, where).toBeGreaterThan(1_000)
      expect(PLANTED.filter(words => text.toLowerCase().includes(words.toLowerCase())), where).toEqual([])
    }
    // They were there to be found.
    expect(JSON.stringify(await mephisto.caller(OLGA).review.queue({ run: run.id, statuses: ['accepted'] }))).toContain(WROTE)
    await expectSound(mephisto)
  })

  test('is logged in lines with levels, ids and what an operator wants to know', async () => {
    const { run } = await wholeLife()
    const found = (msg: string) => lines.filter(line => line['msg'] === msg)
    const [info, warn, error] = [30, 40, 50]
    const ids = { runId: run.id, blueprint: 'survey' }
    expect(found('a launch failed; nothing of it stays')).toMatchObject([{ level: warn, blueprint: 'survey', code: 'invalid_input', err: { type: 'Error', name: 'MephistoError', stack: expect.stringContaining(' at ') as string } }])
    expect(found('a run was launched')).toMatchObject([{ level: info, ...ids }])
    expect(found('leases ran out and were taken back')).toMatchObject([{ level: info, ...ids, leases: 1 }])
    for (const text of ['a run was paused', 'a run goes on', 'a run was ended before it was complete']) expect(found(text), text).toMatchObject([{ level: info, ...ids }])
    expect(found('a call to the outside world was given up; the outbox says why and can make it again')).toMatchObject([{ level: warn, topic: 'pay', subjectId: run.id, tries: 1, callId: expect.any(String) as string }])
    expect(found('the validation of an onboarding failed; it is tried again')).toMatchObject([{ level: error, ...ids, agentId: expect.any(String) as string }])
    expect(found('the hook workerCanDoUnit of a blueprint failed; the worker does not get the unit')[0]).toMatchObject({ level: error, ...ids, unitId: expect.any(String) as string })
    const hooks = found('a hook of a blueprint failed; what it was asked stays open')
    expect(hooks.map(line => line['hook'])).toEqual(expect.arrayContaining(['judge', 'passesAttention']))
    expect(hooks[0]).toMatchObject({ level: error, ...ids, agentId: expect.any(String) as string, err: { stack: expect.stringMatching(/telemetry\.test\.ts:\d+/) as string } })
    expect(found('a procedure failed')).toMatchObject([{ level: error, procedure: 'runs.list', err: { message: expect.stringContaining('authorize()') as string } }])
  })

  test('is told in metrics with few attributes, none of them an id, the same to everybody', async () => {
    await wholeLife()
    const [points, text] = [await stage.points(), await prom.exposition.text()]
    for (const { name, attributes } of points) {
      expect(Object.keys(attributes).filter(key => !(INSTRUMENTS[name as InstrumentName].attributes as readonly string[]).includes(key)), name).toEqual([])
      for (const value of Object.values(attributes)) expect(String(value), name).toMatch(/^[\w.]{1,64}$/)
    }
    const said = (name: InstrumentName, attributes: Readonly<Record<string, string>>): number => sum(points, name, attributes)
    for (const [event, count] of Object.entries({ run: 1, onboard: 1, wait: 1, pass: 1, begin: 4, complete: 2, set_aside: 1, extend: 1, return: 1, time_out: 1, approve: 2, pause: 1, resume: 1, expire: 1 })) {
      expect(said('mephisto.events', { event, blueprint: 'survey' }), event).toBe(count)
    }
    expect(said('mephisto.events', { event: 'set_aside', reason: 'lease_expired' })).toBe(1)
    expect(said('mephisto.placements', { outcome: 'assigned' })).toBe(4)
    expect(said('mephisto.placements', { outcome: 'onboarding' })).toBe(1)
    expect(said('mephisto.placements', { outcome: 'refused', reason: 'undecided' })).toBe(1)
    expect(said('mephisto.answer.duration', { blueprint: 'survey' })).toBe(2)
    expect(said('mephisto.procedure.duration', { procedure: 'agent.submit', outcome: 'invalid_answer' })).toBe(1)
    expect(said('mephisto.procedure.duration', { procedure: 'agent.submit', outcome: 'ok' })).toBe(5)
    expect(said('mephisto.procedure.duration', { procedure: 'runs.list', outcome: 'invalid_options' })).toBe(1)
    expect(said('mephisto.http.duration', { route: 'export', status: '200' })).toBe(1)
    expect(said('mephisto.http.duration', { route: 'pages', status: '404' })).toBe(1)
    expect(said('mephisto.http.duration', { route: 'other', status: '404' })).toBe(1)
    expect(said('mephisto.hook.duration', { hook: 'judge', outcome: 'failed' })).toBe(1)
    expect(said('mephisto.hook.duration', { hook: 'workerCanDoUnit', outcome: 'ok' })).toBeGreaterThan(0)
    expect(said('mephisto.outbox.call.duration', { topic: 'pay', outcome: 'failed' })).toBe(1)
    expect(said('mephisto.outbox.call.duration', { topic: 'unit.submitted.survey', outcome: 'retried' })).toBeGreaterThan(0)
    expect(said('mephisto.upkeep.duration', { round: 'leases', outcome: 'ok' })).toBe(3)
    expect(said('mephisto.db.operation.duration', { operation: 'units.standings', outcome: 'ok' })).toBeGreaterThan(5)
    expect(sum(points, 'mephisto.hooks.active')).toBe(0)
    expect(sum(points, 'mephisto.outbox.calls.active')).toBe(0)
    // What prom-client was told is what OpenTelemetry was told.
    for (const name of Object.keys(INSTRUMENTS) as InstrumentName[]) {
      const suffix = instrument(name).kind === 'histogram' ? '_count' : ''
      const values = [...text.matchAll(new RegExp(`^${prometheusName(name)}${suffix}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value))
      expect(values.reduce((total, value) => total + value, 0), name).toBeCloseTo(sum(points, name), 6)
    }
  })

  test('is told in spans with ids, each under the one that caused it', async () => {
    const { run, agentId, unitId } = await wholeLife()
    const spans = stage.spans()
    const named = (name: string) => spans.filter(span => span.name === name)
    const ids = { 'mephisto.run.id': run.id, 'mephisto.unit.id': unitId, 'mephisto.agent.id': agentId }
    const registered = named('mephisto.agent.register').find(span => span.attributes['mephisto.unit.id'] === unitId)
    expect(registered?.attributes).toMatchObject({ ...ids, 'mephisto.procedure': 'agent.register', 'mephisto.outcome': 'working' })
    const parentOf = (span: typeof registered) => spans.find(one => one.spanContext().spanId === span?.parentSpanContext?.spanId)
    expect(parentOf(registered)?.name).toBe('mephisto.http trpc')
    expect(parentOf(registered)?.attributes).toMatchObject({ 'http.route': 'trpc', 'http.response.status_code': 200 })
    const submitted = named('mephisto.agent.submit').filter(span => span.attributes['mephisto.agent.id'] === agentId)
    expect(submitted.map(span => span.attributes['error.type'] ?? span.attributes['mephisto.outcome'])).toEqual(['invalid_answer', 'completed', 'completed'])
    const shared = named('mephisto.group_commit').find(span => span.links.some(link => link.context.spanId === submitted[1]?.spanContext().spanId))
    expect(shared?.parentSpanContext).toBeUndefined()
    expect(named('mephisto.transaction').some(span => span.parentSpanContext?.spanId === shared?.spanContext().spanId)).toBe(true)
    expect(named('mephisto.outbox.call').length).toBeGreaterThan(1)
    for (const span of [...named('mephisto.outbox.call'), ...named('mephisto.upkeep.leases')]) expect(span.parentSpanContext).toBeUndefined()
    expect(named('mephisto.operator.launch').map(span => [span.status.code, span.attributes['error.type'], span.attributes['mephisto.run.id']])).toEqual([[2, 'invalid_input', undefined], [0, undefined, run.id]])
    expect(named('mephisto.hook.judge')[0]).toMatchObject({ status: { code: 2 }, attributes: { 'mephisto.blueprint': 'survey' } })
    expect(spans.flatMap(span => span.events)).toEqual([])
  })

  test('has in Prometheus the names and types that OpenTelemetry\'s own exporter writes', async () => {
    await wholeLife()
    const names = (text: string) => [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${String(name)} ${String(type)}`).filter(line => line.startsWith('mephisto_')).sort()
    const exported = names(await stage.exported())
    expect(exported.length).toBeGreaterThan(15)
    // It leaves out the units that the specification, OpenTelemetry's collector and Prometheus' own receiver add.
    const ours = names(await prom.exposition.text()).map(line => line.replace('_seconds ', ' '))
    expect(ours).toEqual(expect.arrayContaining(exported))
  })
})

test('an instance is made, works and is closed though a telemetry fails wherever it is asked', async () => {
  const failing = (): never => { throw new Error('the exporter is down') }
  const errors: string[] = []
  const broken: Telemetry = { specVersion: 1, record: failing, span: failing, observe: failing }
  const own = await createTestMephisto({
    blueprints: [implement(survey)], telemetry: [broken, { specVersion: 1, observe: () => failing }], logger: { info: () => undefined, warn: () => undefined, error: (_, text) => { errors.push(text) } },
  })
  const run = await own.operator.launch(survey, { task: 'a survey', requester: 'lab', provider: 'inhouse', data: [{ text: ITEM }] })
  expect(await (await own.worker('ann').accept(survey, run)).submit({ words: WROTE, sure: true })).toMatchObject({ outcome: 'completed' })
  await own.close()
  expect(errors).toEqual([expect.stringContaining('a telemetry failed'), expect.stringContaining('a telemetry failed')])
})
