// The five parts of a blueprint: args, shared state, builder, hooks with both, agent state; and what a launch refuses of each.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { hostPage, implement, type BlueprintImplementation, type TaskBuilder } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'

const labelling = defineBlueprint({
  type: 'labelling',
  args: z.object({ question: z.string().min(3), labels: z.array(z.string()).min(2), strictness: z.int().min(1).default(2) }),
  onboarding: { input: z.object({}), output: z.object({ word: z.string() }) },
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.string() }),
})

/** What a test says of the blueprint's server half, and what was asked of it. */
let asked: unknown[] = []
let tables = 0
let makeTable: () => unknown = () => ({ right: 'yes' })

const implementation = implement(labelling, {
  sharedState: async ({ task, args }) => {
    tables += 1
    await Promise.resolve()
    return { ...(makeTable() as { right: string }), isRight: (label: string) => label === args.labels[0], task }
  },
  validateLaunch({ args, shared, pay, page }) {
    asked.push({ validated: args.question, of: shared.task, pay, page })
    if (args.labels.length > args.strictness * 5) throw new Error('args.labels: are more than anybody can keep in mind')
  },
  validateOnboarding: ({ word }, { args, shared }) => word === args.question && shared.right === 'yes',
  workerCanDoUnit: (_, { args, shared, input }) => shared.isRight(args.labels[0] ?? '') && input.text !== 'forbidden',
  judge: ({ label }, { shared }) => shared.isRight(label),
  passesAttention: ({ label }, { args }) => args.labels.includes(label),
  onUnitSubmitted({ args, shared, answer }) { asked.push({ told: answer.label, question: args.question, table: shared.right }) },
  agentState: { derive: ({ answer, args }) => ({ index: args.labels.indexOf(answer.label), of: args.labels.length }) },
})

const common = { task: 'labels', requester: 'lab', provider: 'inhouse' } as const
const args = { question: 'which?', labels: ['cat', 'dog'] }

let t: TestMephisto
beforeEach(async () => {
  asked = []
  tables = 0
  makeTable = () => ({ right: 'yes' })
  t = await createTestMephisto({ blueprints: [implementation] })
})
afterEach(() => t.close())

const countRuns = async (): Promise<number> => (await t.operator.runs()).length

describe('args', () => {
  test('reach the page, every hook and the operator, as their schema made them', async () => {
    const run = await t.operator.launch(labelling, {
      ...common, args, data: [{ text: 'a' }, { text: 'b' }], onboarding: { qualification: 'introduced', input: {} }, attention: { qualification: 'reads' },
      screening: { passed: 'in', failed: 'out' }, pay: { minor: 5, currency: 'USD' },
    })
    expect(run.config).toMatchObject({ args: { ...args, strictness: 2 }, page: null })
    expect(asked).toEqual([{ validated: 'which?', of: 'labels', pay: { minor: 5, currency: 'USD' }, page: null }])
    const ann = t.worker('ann')
    await ann.onboard(labelling, run, { word: 'which?' })
    const task = await ann.accept(labelling, run)
    expect(task.run.args).toEqual({ ...args, strictness: 2 })
    await task.submit({ label: 'cat' })
    await t.operator.tick()
    expect(asked.at(-1)).toEqual({ told: 'cat', question: 'which?', table: 'yes' })
    const caller = t.caller(TEST_PRINCIPAL)
    expect((await caller.runs.list({})).runs[0]).toMatchObject({ args: { ...args, strictness: 2 }, page: null })
    expect((await t.people.qualifications({})).qualifications.map(({ name }) => name)).toEqual(expect.arrayContaining(['in', 'introduced', 'reads-passed']))
    // One for the launch and the whole of the run.
    expect(tables).toBe(1)
  })

  test.each([
    [undefined, /args\.question/], [{ question: 'no', labels: ['a', 'b'] }, /args\.question/], [{ ...args, labels: ['one'] }, /args\.labels/],
    [[], /args: must be an object/], [{ ...args, question: 'x'.repeat(70_000) }, /args: are \d+ characters/],
    [{ ...args, labels: Array.from({ length: 11 }, String) }, /the blueprint refuses it: args\.labels: are more than anybody/],
  ])('that do not do are refused before the first row (%#)', async (wrong, message) => {
    const launch = t.operator.launch(labelling, { ...common, args: wrong as typeof args, data: [{ text: 'a' }] })
    await expect(launch).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
    await expect(t.operator.plan(labelling, { ...common, args: wrong as typeof args, data: [{ text: 'a' }] })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await countRuns()).toBe(0)
  })

  test('of a blueprint that takes none are refused, and those that all have defaults can be left out', async () => {
    const none = defineBlueprint({ type: 'none', input: z.object({}), output: z.object({}) })
    const free = defineBlueprint({ type: 'free', args: z.object({ size: z.int().default(3) }), input: z.object({}), output: z.object({}) })
    const other = await createTestMephisto({ blueprints: [implement(none), implement(free)] })
    await expect(other.operator.launch(none, { ...common, args: { a: 1 } as never, data: [{}] })).rejects.toThrow('blueprint "none" takes none')
    expect((await other.operator.launch(free, { ...common, data: [{}] })).config.args).toEqual({ size: 3 })
    await other.close()
  })

  test('must be an object of what JSON keeps, and are part of the version of a blueprint', () => {
    const of = (schema: z.ZodType): BlueprintImplementation => implement(defineBlueprint({ type: 'x', input: z.object({}), output: z.object({}), args: schema as z.ZodObject }))
    expect(() => of(z.string())).toThrow('must be an object: z.object')
    expect(() => of(z.object({ at: z.date() }))).toThrow('JSON cannot keep a date')
    expect(of(z.object({ a: z.string() })).schemaHash).not.toBe(of(z.object({ b: z.string() })).schemaHash)
  })
})

describe('shared state', () => {
  test('is made anew by every process that needs it, once a run', async () => {
    const run = await t.operator.launch(labelling, { ...common, args, data: [{ text: 'a' }, { text: 'b' }] })
    const second = await t.another()
    await (await second.worker('ann').accept(labelling, run)).submit({ label: 'cat' })
    await (await second.worker('ben').accept(labelling, run)).submit({ label: 'cat' })
    expect(tables).toBe(2)
    await second.close()
  })

  test('that cannot be made refuses a launch', async () => {
    makeTable = () => { throw new Error('the table is on fire') }
    await expect(t.operator.launch(labelling, { ...common, args, data: [{ text: 'a' }] })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('the table is on fire') as string })
    expect(await countRuns()).toBe(0)
  })

  test('gets args of an earlier version as the present schema has them, or says why not', async () => {
    const early = defineBlueprint({ type: 'growing', args: z.object({ a: z.string() }), input: z.object({}), output: z.object({ x: z.string().optional() }) })
    const later = (args: z.ZodObject, seen: unknown[]) => implement(defineBlueprint({ type: 'growing', args, input: z.object({}), output: z.object({}) }), {
      sharedState: ({ args: given }) => { seen.push(given) }, workerCanDoUnit: () => true,
    })
    const old = await createTestMephisto({ blueprints: [implement(early)] })
    const run = await old.operator.launch(early, { ...common, args: { a: 'x' }, data: [{}] })
    const [seen, lines]: [unknown[], string[]] = [[], []]
    const logger = { info: () => undefined, warn: () => undefined, error: ({ err }: Readonly<Record<string, unknown>>) => { lines.push((err as Error).message) } }
    const broken = await createTestMephisto({ blueprints: [later(z.object({ b: z.string() }), seen)], file: old.file, logger })
    expect(await broken.worker('ann').refusal(run)).toBe('undecided')
    const kind = await createTestMephisto({ blueprints: [later(z.object({ a: z.string(), b: z.string().default('new') }), seen)], file: old.file })
    expect(await kind.worker('ann').refusal(run)).toBe(null)
    expect(seen).toEqual([{ a: 'x', b: 'new' }])
    for (const one of [kind, broken, old]) await one.close()
    expect(lines.length).toBeGreaterThan(0)
  })

  test('that takes long holds up no answer longer than a judge may take, and is there for the next one', async () => {
    let end: () => void = () => undefined
    const slow = implement(labelling, { sharedState: () => new Promise<string>(resolve => { end = () => { resolve('made') } }), workerCanDoUnit: (_, { shared }) => shared === 'made' })
    const launched = await t.operator.launch(labelling, { ...common, args, data: [{ text: 'a' }] })
    const own = await createTestMephisto({ blueprints: [slow], file: t.file })
    const started = performance.now()
    expect(await own.worker('ann').refusal(launched)).toBe('undecided')
    expect(performance.now() - started).toBeLessThan(9_000)
    end()
    expect(await own.worker('ann').refusal(launched)).toBe(null)
    await own.close()
  }, 30_000)

  test('that cannot be made later is a failure of the hook, and is made when it can be', async () => {
    const run = await t.operator.launch(labelling, { ...common, args, data: [{ text: 'a' }] })
    const second = await t.another()
    makeTable = () => { throw new Error('the table is on fire') }
    await expect(second.worker('ann').accept(labelling, run)).rejects.toThrow('undecided')
    makeTable = () => ({ right: 'yes' })
    expect((await second.worker('ann').accept(labelling, run)).input).toEqual({ text: 'a' })
    await second.close()
  })
})

describe('the page', () => {
  const pages = createServer((request, response) => {
    if (request.url === '/label') response.setHeader('content-type', 'text/html').end('<h1>Label</h1>')
    else if (request.url === '/login-first') response.writeHead(302, { location: '/login' }).end()
    else if (request.url === '/data') response.setHeader('content-type', 'application/json').end('{}')
    else if (request.url === '/half') response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100' }).write('<h1>', () => { response.destroy() })
    else response.writeHead(404).end()
  })
  let host = ''
  beforeEach(async () => {
    await new Promise<void>(resolve => pages.listen(0, '127.0.0.1', resolve))
    host = `http://127.0.0.1:${String((pages.address() as AddressInfo).port)}`
  })
  afterEach(() => new Promise(resolve => pages.close(resolve)))

  const plain = defineBlueprint({ type: 'plain', input: z.object({}), output: z.object({}) })
  const launchAt = async (builder: TaskBuilder) => {
    const own = await createTestMephisto({ blueprints: [implement(plain, { builder })] })
    try {
      const run = await own.operator.launch(plain, { ...common, data: [{}] })
      await (await own.worker('ann').accept(plain, run)).submit({})
      const [row] = (await own.caller(TEST_PRINCIPAL).data.export({ run: run.id })).rows
      return { run, link: await own.invite({ run: run.id, worker: 'ann' }), answerBuild: row?.pageBuild, runs: (await own.operator.runs()).length }
    } catch (error) {
      return { error: (error as Error).message, runs: (await own.operator.runs()).length }
    } finally {
      await own.close()
    }
  }

  test('of the host is opened before the launch; links lead to it, and its version is kept', async () => {
    const { run, link, answerBuild } = await launchAt(hostPage({ url: `${host}/label` }))
    expect(run?.config.page).toEqual({ url: `${host}/label`, build: expect.stringMatching(/^[\da-f]{16}$/) as string })
    expect(answerBuild).toBe(run?.config.page?.build)
    expect(link?.url).toMatch(`${host}/label#provider=inhouse`)
    expect((await launchAt(hostPage({ url: `${host}/label`, build: 'v7' }))).run?.config.page?.build).toBe('v7')
    expect((await launchAt(hostPage({ url: 'https://elsewhere.invalid/label', lookAt: `${host}/label` }))).run?.config.page?.url).toBe('https://elsewhere.invalid/label')
  })

  test.each([
    ['/nothing', 'answers with 404'], ['/login-first', 'leads on to'], ['/data', 'is no HTML page but application/json'], ['/half', 'broke off'],
  ])('at %s refuses the launch', async (path, why) => {
    expect(await launchAt(hostPage({ url: `${host}${path}` }))).toEqual({ error: expect.stringContaining(why) as string, runs: 0 })
  })

  test('that nobody answers for, or that is none, refuses the launch', async () => {
    expect(await launchAt(hostPage({ url: 'http://127.0.0.1:1/' }))).toEqual({ error: expect.stringContaining('cannot be reached') as string, runs: 0 })
    expect(await launchAt(() => { throw new Error('the bundler has no memory left') })).toEqual({ error: expect.stringContaining('no memory left') as string, runs: 0 })
    expect(await launchAt(() => ({ url: '/relative', build: null }))).toMatchObject({ error: expect.stringContaining('absolute http or https') as string, runs: 0 })
    expect(await launchAt(() => ({ url: `${host}/#a`, build: null }))).toMatchObject({ error: expect.stringContaining('no #fragment') as string, runs: 0 })
    expect(await launchAt(() => ({ url: host, build: 'a b' }))).toMatchObject({ error: expect.stringContaining('build') as string, runs: 0 })
  })
})

describe('agent state', () => {
  const before = defineBlueprint({ type: 'rating', input: z.object({ text: z.string() }), output: z.object({ stars: z.string() }) })
  const after = defineBlueprint({ type: 'rating', input: z.object({ text: z.string(), language: z.string() }), output: z.object({ stars: z.int() }) })
  const migrating = (migrate: (stored: { input: unknown; answer: unknown }) => { input: never; answer: never }) => implement(after, { agentState: { migrate, derive: ({ answer }) => ({ isGood: answer.stars > 3 }) } })
  const sound = migrating(({ input, answer }) => ({ input: { ...input as object, language: 'en' } as never, answer: { stars: Number((answer as { stars: string }).stars) } as never }))

  /** An answer under the version before, and an instance that has the version after. */
  async function upgraded(implementation: BlueprintImplementation): Promise<{ own: TestMephisto; run: string; end: () => Promise<void> }> {
    const old = await createTestMephisto({ blueprints: [implement(before)] })
    const run = await old.operator.launch(before, { ...common, data: [{ text: 'a' }] })
    await (await old.worker('ann').accept(before, run)).submit({ stars: '4' })
    const own = await createTestMephisto({ blueprints: [implementation], file: old.file })
    return { own, run: run.id, end: async () => { await own.close(); await old.close() } }
  }
  const texts = async (own: TestMephisto, path: string): Promise<string> => (await own.handler(new Request(`http://test.invalid/mephisto/export/${path}`))).text()

  test('derives values that review and exports show', async () => {
    const run = await t.operator.launch(labelling, { ...common, args, data: [{ text: 'a' }] })
    await (await t.worker('ann').accept(labelling, run)).submit({ label: 'dog' })
    const caller = t.caller(TEST_PRINCIPAL)
    const derived = { index: 1, of: 2 }
    expect((await caller.review.queue({ run: run.id })).units[0]?.derived).toEqual(derived)
    expect((await caller.data.export({ run: run.id })).rows[0]?.derived).toEqual(derived)
    expect((await caller.data.units({ run: run.id })).rows[0]?.derived).toEqual(derived)
    expect(await texts(t, `${run.id}.csv`)).toContain('"{""index"":1,""of"":2}"')
    expect((await texts(t, `${run.id}.parquet`)).includes('derived')).toBe(true)
  })

  test('migrates answers of an earlier version when asked to, and leaves them as they are otherwise', async () => {
    const { own, run, end } = await upgraded(sound)
    const [raw] = (await own.caller(TEST_PRINCIPAL).data.export({ run })).rows
    expect(raw).toMatchObject({ input: { text: 'a' }, answer: { stars: '4' }, derived: null })
    const [migrated] = (await own.caller(TEST_PRINCIPAL).data.export({ run, migrated: true })).rows
    expect(migrated).toMatchObject({ input: { text: 'a', language: 'en' }, answer: { stars: 4 }, derived: { isGood: true }, schemaHash: sound.schemaHash })
    const rows = []
    for await (const { input, answer } of own.exportRows(after, { run, migrated: true })) rows.push({ input, answer })
    expect(rows).toEqual([{ input: { text: 'a', language: 'en' }, answer: { stars: 4 } }])
    const [header, row] = (await texts(own, `${run}.csv?migrated=1`)).trim().split('\n')
    expect(header).toMatch(/input\.text,input\.language,answer\.stars,derived$/)
    expect(row).toMatch(/a,en,4,"{""isGood"":true}"$/)
    await end()
  })

  test('migrates also what was answered under the present version in a run of an earlier one', async () => {
    const old = await createTestMephisto({ blueprints: [implement(before)] })
    const run = await old.operator.launch(before, { ...common, data: [{ text: 'a' }] })
    const seen: object[] = []
    const own = await createTestMephisto({ file: old.file, blueprints: [implement(after, { agentState: {
      migrate: stored => {
        seen.push(stored)
        return { input: { ...stored.input as { text: string }, language: 'en' }, answer: stored.answer as { stars: number } }
      },
      derive: ({ input }) => ({ language: input.language }),
    } })] })
    await (await own.worker('ann').accept(after, run)).submit({ stars: 5 })
    const caller = own.caller(TEST_PRINCIPAL)
    const [stored] = (await caller.data.export({ run: run.id })).rows
    expect(stored).toMatchObject({ input: { text: 'a' }, answer: { stars: 5 }, derived: null })
    expect((await caller.data.export({ run: run.id, migrated: true })).rows[0]).toMatchObject({ input: { text: 'a', language: 'en' }, answer: { stars: 5 }, derived: { language: 'en' } })
    expect(seen).toEqual([{ input: { text: 'a' }, answer: { stars: 5 }, inputSchemaHash: run.schemaHash, schemaHash: stored?.schemaHash, pageBuild: null }])
    expect(stored?.schemaHash).not.toBe(run.schemaHash)
    await own.close()
    await old.close()
  })

  test('of another blueprint is not asked', async () => {
    const { own, run, end } = await upgraded(sound)
    const rows = own.exportRows(labelling, { run, migrated: true })
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not_found' })
    const both = await createTestMephisto({ file: own.file, blueprints: [sound, implementation] })
    await expect(both.exportRows(labelling, { run })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is of the blueprint "rating"') as string })
    await both.close()
    await end()
  })

  test.each([
    [implement(after), /has no `migrate`/],
    [migrating(() => { throw new Error('no idea') }), /failed: no idea/],
    [migrating(({ input, answer }) => ({ input: input as never, answer: answer as never })), /does not fit: .*language/],
    [migrating((() => undefined) as never), /gave no input and answer/],
    [migrating((() => Promise.reject(new Error('no idea'))) as never), /failed: no idea/],
  ])('refuses a migrated export that would not be one (%#)', async (implementation, message) => {
    const { own, run, end } = await upgraded(implementation)
    await expect(own.caller(TEST_PRINCIPAL).data.export({ run, migrated: true })).rejects.toThrow(message)
    expect((await own.caller(TEST_PRINCIPAL).data.export({ run })).rows[0]?.answer).toEqual({ stars: '4' })
    const download = await own.handler(new Request(`http://test.invalid/mephisto/export/${run}.csv?migrated=1`))
    expect([download.status, await download.text()]).toEqual([409, expect.stringMatching(message) as string])
    await end()
  })

  test.each<[string, (stars: string) => Record<string, unknown>, unknown]>([
    ['derives what JSON keeps shows it', stars => ({ stars }), { stars: '4' }],
    ['derives what JSON cannot keep shows nothing', stars => ({ big: BigInt(stars) }), null],
    ['throws shows nothing', () => { throw new Error('no idea') }, null],
  ])('that %s', async (_, derive, derived) => {
    const asked: string[] = []
    const odd = implement(before, { agentState: { derive: ({ answer }) => {
      asked.push(answer.stars)
      return derive(answer.stars)
    } } })
    const own = await createTestMephisto({ blueprints: [odd] })
    const run = await own.operator.launch(before, { ...common, data: [{ text: 'a' }] })
    await (await own.worker('ann').accept(before, run)).submit({ stars: '4' })
    expect((await own.caller(TEST_PRINCIPAL).data.export({ run: run.id })).rows).toMatchObject([{ answer: { stars: '4' }, derived }])
    expect(asked).toEqual(['4'])
    await own.close()
  })

  test('is made of functions', () => {
    expect(() => implement(before, { agentState: { derive: 1 as never } })).toThrow('agentState.derive must be a function')
    expect(() => implement(before, { builder: 'page' as never })).toThrow('builder must be a function')
  })
})
