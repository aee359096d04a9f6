import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { defineBlueprint, fileSchema } from '../sdk/blueprints/index.js'
import { diskFiles } from '../sdk/files/index.js'
import { createMephisto, implement, usd, type Mephisto, type TaskRun } from '../sdk/index.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../sdk/ports/system-runtime.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { simulatedWorker, type SimulatedTask, type SimulatedWorker } from '../sdk/testing/simulated-worker.js'
import type { RawClient } from '../prisma/raw-client.js'
import { everyText } from './every-text.js'
import { keptIn } from './files-stage.js'
import { OLGA } from './principals.js'
import { openTarget, type Target } from './scenarios/promise-open.js'

/** A task with everything in which work can hold something: items, answers, files, remote procedures, onboarding, gold. */
export const letters = defineBlueprint({
  type: 'letters', input: z.object({ text: z.string() }), output: z.object({ reply: z.string(), scan: fileSchema().optional() }),
  onboarding: { input: z.object({}), output: z.object({ why: z.string() }) },
  procedures: { ask: { input: z.object({ question: z.string() }), output: z.object({ advice: z.string() }) } },
})

/** An instance that keeps files in a folder. */
export interface LettersStage {
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  worker(name: string): SimulatedWorker
  /** Launches a run with this word in all its items, gold among them. */
  launch(word: string, options?: object): Promise<TaskRun>
  /** Has two people work in a run, with a word in all that they send, and one send something too late; then the run has ended, and all that counts is decided. */
  fill(run: TaskRun, word: string): Promise<SimulatedTask<typeof letters>>
  /** What is in the file store: sizes by name. */
  kept(): ReadonlyMap<string, number>
  close(): Promise<void>
}

interface StageOptions {
  readonly now?: () => number
  readonly around?: (client: RawClient) => RawClient
  /** A folder of files that another stage has. @default a new one, which goes with the stage */
  readonly folder?: string
  /** @default there is no hook */
  readonly onUnitSubmitted?: () => Promise<void>
}

/** Opens an instance. */
export async function openLettersStage(target: Target, { now, around, folder: shared, onUnitSubmitted }: StageOptions = {}): Promise<LettersStage> {
  const folder = shared ?? mkdtempSync(join(tmpdir(), 'mephisto-letters-'))
  const db = await openTarget(target, { ...(now === undefined ? {} : { now }), ...(around === undefined ? {} : { around }) })
  const mephisto = createMephisto({
    db, providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: { ...systemRuntime(), ...(now === undefined ? {} : { now }) }, files: { store: diskFiles({ folder }) }, authorize: () => OLGA,
    blueprints: [implement(letters, { procedures: { ask: { run: ({ question }) => ({ advice: `about ${question}` }) } }, ...(onUnitSubmitted === undefined ? {} : { onUnitSubmitted }) })],
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
  const worker = (name: string): SimulatedWorker => simulatedWorker(mephisto, name, 'inhouse')
  return {
    mephisto, db, worker, kept: () => keptIn(folder),
    launch: (word, options = {}) => mephisto.operator.launch(letters, {
      task: nameOf(word), title: 'letters', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), unitsPerAssignment: 2, data: [{ text: `${word} one` }, { text: `${word} two` }],
      onboarding: { qualification: `${nameOf(word)}-onboarding`, input: {} }, gold: { qualification: `${nameOf(word)}-gold`, items: [{ input: { text: `${word} gold` }, expected: { reply: `${word} right` } }], minimumRight: 0, mostWrong: 1, rate: 1 }, ...options,
    }),
    async fill(run, word) {
      const tasks: SimulatedTask<typeof letters>[] = []
      for (const name of ['ann', 'ben']) {
        await worker(name).onboard(letters, run, { why: `${word} because` }).catch(() => undefined)
        await (await worker(name).accept(letters, run)).submit({ reply: `${word} reply to gold` })
        const task = await worker(name).accept(letters, run)
        await task.call('ask', { question: `${word} question` })
        await task.submit({ reply: `${word} reply`, scan: await task.upload(`${word} content`, { name: `${word}.txt` }) })
        await task.submit({ reply: `${word} set aside` })
        await task.remark({ kind: 'feedback', text: `${word} feedback` })
        await task.remark({ kind: 'tip', text: `${word} tip` })
        tasks.push(task)
      }
      await mephisto.operator.expire(run.id)
      const { rows } = await mephisto.data.page({ run: run.id })
      await mephisto.caller(OLGA).review.decide({ decisionId: crypto.randomUUID(), unitIds: rows.map(({ unit }) => unit), verdict: 'approve' })
      const { remarks } = await mephisto.remarks.list({ run: run.id, kinds: ['tip'] })
      await mephisto.remarks.decide(OLGA, { requestId: crypto.randomUUID(), remarkIds: remarks.map(({ id }) => id), status: 'approved' })
      const [first] = tasks
      if (!first) throw new Error('nobody worked')
      return first
    },
    async close() {
      await mephisto.close()
      await db.close()
      if (shared === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the task of a word is called: another word, since it is no data of the run. */
export function nameOf(word: string): string {
  return Array.from(word).reverse().join('')
}

/** Where a word stands in a database. */
export async function standing(target: Target, word: string): Promise<readonly string[]> {
  return (await everyText(target)).filter(({ text }) => text.includes(word)).map(({ table, column, text }) => `${table}.${column}: ${text}`)
}
