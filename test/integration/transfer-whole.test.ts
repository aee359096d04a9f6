import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { dump, implement, importDump, usd, verifyRun, type MephistoDb, type TaskRun } from '../../sdk/index.js'
import { TRANSFER_TABLES } from '../../sdk/ports/transfer-operations.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import type { RegisterReply, SubmitReply } from '../../sdk/protocol/worker-views.js'
import { createTestMephisto, pageCalls, withFaults, type TestMephisto } from '../../sdk/testing/index.js'
import { RITA } from '../finished-stage.js'
import { cutOffAt } from '../killed.js'

const quiz = defineBlueprint({
  type: 'quiz', input: z.object({ text: z.string() }), output: z.object({ label: z.string() }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string() }) },
  procedures: { hint: { input: z.object({ about: z.string() }), output: z.string() } },
})
const implementation = implement(quiz, { validateOnboarding: ({ reply }) => reply === '2', procedures: { hint: { run: ({ about }) => `it is about ${about}` } } })

let folder: string
let source: TestMephisto
let run: TaskRun
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-whole-'))
  source = await createTestMephisto({ blueprints: [implementation], file: join(folder, 'source.db') })
  run = await everythingHappens(source)
})
afterEach(async () => {
  await source.close()
  rmSync(folder, { recursive: true, force: true })
})

const requestId = (): string => crypto.randomUUID()
const person = (externalId: string) => ({ provider: 'inhouse', externalId })

/** A run that asks for everything a run can ask for, in which everything happened that can happen, and that has ended. */
async function everythingHappens(mephisto: TestMephisto): Promise<TaskRun> {
  const { operator, people, db, runtime } = mephisto
  const projectId = runtime.newId()
  await db.projects.create({ id: projectId, name: 'letters', at: runtime.now() })
  await db.tasks.create({ id: runtime.newId(), name: 'quiz', blueprintType: 'quiz', projectId, at: runtime.now() })
  await people.makeQualification(RITA, { requestId: requestId(), name: 'adult' })
  await people.grant(RITA, { requestId: requestId(), qualification: 'adult', people: ['ann', 'ben', 'cem'].map(person), value: 20 })
  const known = (word: string, count: number) => Array.from({ length: count }, (_, index) => ({ input: { text: `${word} ${String(index)}` }, expected: { label: 'yes' } }))
  const launched = await operator.launch(quiz, {
    task: 'quiz', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: [0, 1, 2].map(index => ({ text: `text ${String(index)}` })), assignees: () => ['ann', 'ben', 'cem'],
    requirements: [{ qualification: 'adult', is: 'greater_than_or_equal_to', value: 18 }],
    onboarding: { qualification: 'quiz-onboarding', input: { question: '1+1=' } }, training: { qualification: 'trained', items: known('lesson', 1) },
    gold: { qualification: 'careful', items: known('gold', 2), rate: 0.5 },
  })
  for (const [name, reply] of [['ann', '2'], ['ben', '3'], ['cem', '2']] as const) {
    const { credential } = await mephisto.invite({ run: launched.id, worker: name })
    const view = await pageCalls(mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
    if (view.status === 'onboarding') await pageCalls(mephisto)<SubmitReply>('submit', { submissionId: requestId(), answer: { reply } }, view.agentToken)
  }
  const units: string[] = []
  for (;;) {
    const work = await mephisto.worker('ann').accept(quiz, launched).catch(() => null)
    if (!work) break
    runtime.advance(1_000)
    await work.call('hint', { about: 'ü 😀' })
    await work.remark({ kind: 'tip', title: 'Tee', text: 'ü 😀' }, requestId())
    await work.submit({ label: 'yes' })
  }
  for (const row of (await mephisto.data.page({ run: launched.id })).rows) units.push(row.unit)
  await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: units.slice(0, 1), verdict: 'reject', note: 'nö 😀' })
  await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: units.slice(1), verdict: 'approve' })
  await operator.requeue(launched.id, { units: units.slice(0, 1) })
  await (await mephisto.worker('cem').accept(quiz, launched)).giveBack()
  await mephisto.worker('dia').refusal(launched)
  const outsider = runtime.newId()
  await db.workers.create({ ...person('eve'), id: outsider, pseudonym: 'w-eve', at: runtime.now() })
  await operator.compensate(launched.id, { compensationId: 'page-broke', worker: outsider, amount: usd('0.70'), reason: 'The page broke' })
  await people.block(RITA, { requestId: requestId(), people: [person('ben')], scope: 'task', scopeId: (await db.runs.get(launched.id))?.taskId ?? '', reason: 'spam' })
  // As if it were fed with the answers of another run, which stays where it is.
  const [item] = await db.runs.items(launched.id, { after: -1, limit: 1 })
  await db.feeds.addSources([{ assignmentId: item?.id ?? '', runId: launched.id, sourceRunId: runtime.newId(), sourceUnitId: runtime.newId(), sourceAgentId: runtime.newId() }])
  await operator.expire(launched.id)
  return launched
}

/** How many rows of each table a database has. */
async function counts(file: string): Promise<Record<string, number>> {
  const { client, close } = await openEmbeddedClient({ file })
  const found: Record<string, number> = {}
  for (const table of Object.keys(TRANSFER_TABLES)) {
    const [row] = await client.$queryRawUnsafe<{ n: bigint | number }[]>(`SELECT count(*) AS n FROM mephisto_${table}`)
    found[table] = Number(row?.n)
  }
  await close()
  return found
}

async function installation(name: string): Promise<TestMephisto> {
  const made = await createTestMephisto({ blueprints: [implementation], file: join(folder, `${name}.db`), seed: 7 })
  onTestFinished(() => made.close())
  return made
}

const bring = (db: MephistoDb, file: string) => importDump(db, systemRuntime(), { file, actorId: 'olga' })

describe('a run with everything in it', () => {
  test('[119] arrives with every row, and its log proves it', async () => {
    expect((await verifyRun(source.db, run.id)).difference).toBeNull()
    const before = await counts(source.file)
    for (const [table, count] of Object.entries(before)) if (table !== 'payout') expect(count, table).toBeGreaterThan(0)
    const file = join(folder, 'dump.jsonl')
    await dump(source.db, { file })
    const there = await installation('there')
    expect(await bring(there.db, file)).toMatchObject({ runs: 1, known: 0 })
    // A grant that arrives is an event of its own.
    expect(await counts(there.file)).toEqual({ ...before, qualification_event: before['qualification_event'] === undefined ? 0 : before['qualification_event'] + (await there.db.grants.find({ limit: 500 })).rows.length })
    expect(await verifyRun(there.db, run.id)).toEqual(await verifyRun(source.db, run.id))
    expect(await there.data.task('quiz')).toEqual(await source.data.task('quiz'))
    expect((await there.data.workers({ worker: person('eve') })).workers[0]?.pay).toMatchObject([{ extra: { minor: 70 } }])
  })

  test('asks there for what has the same names, blocks there for the same task, and is told to no webhook', async () => {
    const there = await installation('names')
    const { db, people, runtime } = there
    await people.makeQualification(RITA, { requestId: requestId(), name: 'adult' })
    await people.makeQualification(RITA, { requestId: requestId(), name: 'quiz-onboarding' })
    await people.makeQualification(RITA, { requestId: requestId(), name: 'careful-wrong' })
    const taskId = runtime.newId()
    await db.tasks.create({ id: taskId, name: 'quiz', blueprintType: 'quiz', projectId: null, at: 1 })
    await db.webhooks.create({ id: runtime.newId(), url: 'https://example.org/hook', eventTypes: null, scope: 'all', scopeId: null, secret: 'x', actorId: 'rita', createdAt: 1, updatedAt: 1 } as never)
    const file = join(folder, 'dump.jsonl')
    await dump(source.db, { file })
    await bring(db, file)
    const idOf = async (name: string) => (await db.qualifications.byName(name))?.id
    const config = (await db.runs.get(run.id))?.config
    expect(config?.gates.requirements[0]?.qualificationId).toBe(await idOf('adult'))
    expect([config?.features.onboarding?.qualificationId, config?.features.training?.qualificationId]).toEqual([await idOf('quiz-onboarding'), await idOf('trained')])
    expect([config?.features.gold?.rightId, config?.features.gold?.wrongId]).toEqual([await idOf('careful-right'), await idOf('careful-wrong')])
    expect(await db.webhooks.behind({ topic: 'webhook', most: 10, limit: 10 })).toEqual([])
    expect((await db.runs.get(run.id))?.taskId).toBe(taskId)
    expect((await db.blocks.find()).rows).toMatchObject([{ scope: 'task', scopeId: taskId }])
    expect((await verifyRun(db, run.id)).difference).toBeNull()
  })

  test('that comes in while the process is killed, wherever that is, is whole when it is imported again', async () => {
    const file = join(folder, 'dump.jsonl')
    await dump(source.db, { file })
    const whole = await installation('whole')
    await bring(whole.db, file)
    const expected = await counts(whole.file)
    let cuts = 0
    for (let last = 1, isOver = false; !isOver; last += 7) {
      const cut = cutOffAt(last)
      const { client, close } = await openEmbeddedClient({ file: (await installation(`cut-${String(last)}`)).file })
      const struck = prismaDb(withFaults(client, cut.plan), { provider: 'sqlite' })
      const outcome = await bring(struck, file).then(() => 'done', () => 'cut')
      expect(outcome).toBe(cut.isStruck() ? 'cut' : 'done')
      isOver = !cut.isStruck()
      const again = prismaDb(client, { provider: 'sqlite' })
      await bring(again, file)
      expect(await bring(again, file)).toEqual({ runs: 0, known: 1, differing: [], rows: 0, renamed: [] })
      expect(await counts(join(folder, `cut-${String(last)}.db`)), `cut at step ${String(last)}`).toEqual(expected)
      expect((await verifyRun(again, run.id)).difference).toBeNull()
      await close()
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(5)
  }, 60_000)
})
