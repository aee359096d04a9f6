import * as z from 'zod'
import { answerNodeRequest } from '../adapters/node-request.js'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { createMephisto, implement, usd, type Mephisto, type MephistoOptions, type Principal, type TaskRun } from '../sdk/index.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../sdk/ports/system-runtime.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { simulatedWorker, type SimulatedWorker } from '../sdk/testing/simulated-worker.js'
import { startServer } from './app-server.js'
import { OLGA, RITA, VERA } from './principals.js'
import { recordingLogger } from './recording-logger.js'
import { openTarget, type Target } from './scenarios/promise-open.js'
import type { StageOptions } from './sessions-stage.js'

/** What people say of a kettle. */
export const kettles = defineBlueprint({
  type: 'kettles',
  input: z.object({ text: z.string() }),
  output: z.object({ mood: z.enum(['glad', 'neutral', 'annoyed']), isClear: z.boolean(), stars: z.int().min(1).max(5), why: z.string().optional() }),
})

/** An instance at which teams work in the console, with a clock of its own for the database. */
export interface ConsoleStage {
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  readonly origin: string
  /** Moves the clock, ms. */
  pass(ms: number): void
  worker(name: string): SimulatedWorker
  /** Whether it answers; else connections are cut off. */
  isThere: boolean
  close(): Promise<void>
}

const PEOPLE: Readonly<Record<string, Principal>> = { olga: OLGA, rita: RITA, vera: VERA }

/** How an instance is opened. */
export interface ConsoleStageOptions extends Partial<Pick<MephistoOptions, 'console' | 'files' | 'limits'>> {
  /** Blueprints beside `kettles`. @default none */
  readonly blueprints?: MephistoOptions['blueprints']
  /** A page of the host's, and what it loads. @default one to log in */
  readonly page?: StageOptions['page']
}

/** Opens one. Who somebody is says the cookie `who`; nobody without. */
export async function openConsoleStage(target: Target, { page, blueprints = [], ...options }: ConsoleStageOptions = {}): Promise<ConsoleStage> {
  let at = Date.now() - 6 * 3_600_000
  const { logger } = recordingLogger()
  const db = await openTarget(target, { now: () => at })
  const { origin, url, close: closeServer } = await startServer((request, response) => {
    if (!stage.isThere) {
      request.socket.destroy()
      return
    }
    const [path = '/'] = request.url?.split('?') ?? []
    const own = path.startsWith('/mephisto') ? undefined : page?.(path)
    if (own) response.setHeader('content-type', own.type).end(own.text)
    else if (!path.startsWith('/mephisto')) response.setHeader('content-type', 'text/html').end('<!doctype html><html lang="en"><title>Log in</title><body><h1>Log in</h1></body></html>')
    else answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl: url }).catch(() => { response.destroy() })
  })
  const mephisto = createMephisto({
    db, providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: { ...systemRuntime(), logger },
    authorize: request => PEOPLE[/who=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? ''] ?? null,
    architect: { specVersion: 1, type: 'test', baseUrl: url, basePath: '/mephisto/', taskUrl: `${origin}/work` }, ...options, blueprints: [implement(kettles), ...blueprints],
  })
  const stage: ConsoleStage = {
    mephisto, db, origin, isThere: true,
    pass(ms) { at += ms },
    worker: name => simulatedWorker(mephisto, name, 'inhouse'),
    async close() {
      await mephisto.close()
      await closeServer()
      await db.close()
    },
  }
  return stage
}

const MOODS = ['glad', 'annoyed', 'glad', 'neutral'] as const

/** A run in the middle of its way: six people gave 30 of 60 answers in four hours, half of them are decided, two people are at work, one gave back. */
export async function playKettles(stage: ConsoleStage): Promise<TaskRun> {
  const { mephisto } = stage
  const run = await mephisto.operator.launch(kettles, {
    task: 'kettles', title: 'What do people say of kettles?', description: 'Read a sentence, and say what it says.', requester: 'Civic Text Lab', provider: 'inhouse', pay: usd('0.12'), budget: usd('9.00'), unitsPerAssignment: 2,
    leaseMs: 1_800_000, unitsPerWorker: 6,
    data: Array.from({ length: 30 }, (_, index) => ({ text: `Kettle ${String(index + 1)}: boils fast, but the lid gets too hot to touch.` })),
  })
  let given = 0
  for (let round = 0; round < 5; round += 1) {
    for (const [index, name] of ['ann', 'ben', 'cy', 'dee', 'eli', 'fay'].entries()) {
      const task = await stage.worker(name).accept(kettles, run)
      stage.pass((index + 1) * 90_000)
      given += 1
      await task.submit({ mood: MOODS[(given + index) % MOODS.length] ?? 'glad', isClear: given % 7 !== 0, stars: 1 + (given * index) % 5, ...(given % 3 === 0 ? { why: 'The lid 🫖 is hot' } : {}) })
    }
    if (round > 0) await decideSome(stage, run)
  }
  const returned = await stage.worker('gus').accept(kettles, run)
  await returned.giveBack({ reason: 'broken', text: 'The picture of the kettle does not load' })
  for (const name of ['hal', 'ida']) await stage.worker(name).accept(kettles, run)
  await stage.worker('ann').accept(kettles, run)
  await stage.worker('ben').accept(kettles, run).then(task => task.submit({ mood: 'glad', isClear: true, stars: 5 }))
  await stage.worker('ben').refusal(run)
  return run
}

async function decideSome({ mephisto }: ConsoleStage, { id }: TaskRun): Promise<void> {
  const rita = mephisto.caller(RITA)
  const { units } = await rita.review.queue({ run: id, limit: 4 })
  const ids = units.map(({ unitId }) => unitId)
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: ids.slice(0, 3), verdict: 'approve' })
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: ids.slice(3), verdict: 'reject', note: 'Not read' })
}
