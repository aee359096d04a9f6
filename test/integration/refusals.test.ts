import { afterEach, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import type { BlueprintServer } from '../../sdk/blueprints/server.js'
import { defineFeed, fromFeed, implement, usd, type LaunchOptions, type Principal, type TaskRun } from '../../sdk/index.js'
import { REFUSAL_REASONS, REFUSALS, type RefusalReason } from '../../sdk/protocol/refusals.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { createTestMephisto, pageCalls, type TestMephisto } from '../../sdk/testing/index.js'
import { serveApp, type AppServer } from '../app-server.js'
import { runCommand } from '../run-command.js'

// Every reason for which somebody gets no work, from the page that is told it to the operator who sees how many were: in the
// progress of the run, on the command line, and on the command line through an app. A reason that is added needs a case here.

const quiz = defineBlueprint({
  type: 'quiz', input: z.object({ text: z.string() }), output: z.object({ label: z.enum(['yes', 'no']) }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string() }) },
})
type Quiz = typeof quiz
const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** A quiz with people. */
interface Stage {
  launch(options?: Partial<LaunchOptions<{ text: string }, { label?: 'yes' | 'no' }, { question: string }>>, items?: number): Promise<TaskRun>
  comes(name: string, run: { readonly id: string }): Promise<RegisterReply>
  answers(name: string, run: TaskRun, answer?: object): Promise<void>
  readonly mephisto: TestMephisto
}

async function stage(server: BlueprintServer<Quiz> = {}): Promise<Stage> {
  const mephisto = await createTestMephisto({ blueprints: [implement(quiz, server)], authorize: () => OLGA })
  open.push(mephisto)
  const call = pageCalls(mephisto)
  const comes = async (name: string, run: { readonly id: string }) => call<RegisterReply>('register', { provider: 'inhouse', credential: (await mephisto.invite({ run: run.id, worker: name })).credential })
  return {
    mephisto, comes,
    launch: (options = {}, items = 2) => mephisto.operator.launch(quiz, {
      task: 'quiz', requester: 'lab', provider: 'inhouse', data: Array.from({ length: items }, (_, index) => ({ text: `text ${String(index)}` })), ...options,
    }),
    async answers(name, run, answer = { label: 'yes' }) {
      const reply = await comes(name, run)
      if (reply.status === 'refused') throw new Error(`${name} was refused: ${reply.reason}`)
      await call('submit', { submissionId: crypto.randomUUID(), answer }, reply.agentToken)
    },
  }
}

const known = [{ input: { text: 'known' }, expected: { label: 'yes' as const } }]
const people = (name: string) => [{ provider: 'inhouse', externalId: name }]
const request = () => ({ requestId: crypto.randomUUID() })

/** A run in which ann is refused for the reason. */
const CASES: Readonly<Record<RefusalReason, () => Promise<{ readonly on: Stage; readonly run: { readonly id: string } }>>> = {
  async run_not_started() {
    const on = await stage()
    // More than are read before anything is written.
    async function* never() {
      for (let index = 0; index < 3_000; index += 1) yield { text: 'one' }
      await new Promise<never>(() => undefined)
    }
    void on.launch({ data: never() }).catch(() => undefined)
    await expect.poll(async () => (await on.mephisto.operator.runs()).length).toBe(1)
    const [run] = await on.mephisto.operator.runs()
    return { on, run: { id: run?.id ?? '' } }
  },
  run_paused: () => moved(({ mephisto }, run) => mephisto.operator.pause(run.id)),
  run_draining: () => moved(async ({ mephisto, comes }, run) => {
    await comes('ben', run)
    return mephisto.operator.drain(run.id)
  }),
  run_ended: () => moved(({ mephisto }, run) => mephisto.operator.expire(run.id)),
  all_answered: () => moved(({ answers }, run) => answers('ben', run), {}, 1),
  all_taken: () => moved(({ comes }, run) => comes('ben', run), {}, 1),
  waiting_for_items: async () => {
    const empty = defineFeed(quiz, {
      async *read() {
        await Promise.resolve()
        yield* []
        return { restMs: 60_000 }
      },
    })
    const on = await stage({ feeds: { empty } })
    return { on, run: await on.launch({ data: fromFeed('empty') }) }
  },
  none_left_for_you: () => moved(({ answers }, run) => answers('ann', run), { unitsPerAssignment: 2 }, 1),
  none_suitable: () => moved(() => Promise.resolve(), {}, 1, { workerCanDoUnit: () => false }),
  undecided: () => moved(() => Promise.resolve(), {}, 1, { workerCanDoUnit: () => { throw new Error('on purpose') } }),
  blocked: () => moved(({ mephisto }) => mephisto.people.block(OLGA, { ...request(), people: people('ann'), scope: 'everywhere', reason: 'spam' })),
  not_selected: () => moved(({ mephisto }) => mephisto.people.block(OLGA, { ...request(), people: people('ann'), scope: 'everywhere', isSoft: true, reason: 'others first' })),
  not_invited: () => moved(() => Promise.resolve(), { workers: ['ben'] }),
  async not_qualified() {
    const on = await stage()
    await on.mephisto.people.makeQualification(OLGA, { ...request(), name: 'english' })
    return { on, run: await on.launch({ requirements: [{ qualification: 'english', is: 'exists' }] }) }
  },
  run_limit_reached: () => moved(({ answers }, run) => answers('ann', run), { unitsPerWorker: 1 }),
  task_limit_reached: () => moved(({ answers }, run) => answers('ann', run), { unitsPerWorkerOfTask: 1 }),
  working_elsewhere: () => moved(async ({ comes, launch }) => comes('ann', await launch({ concurrentUnits: 1 })), { concurrentUnits: 1 }),
  daily_limit_reached: () => moved(({ answers }, run) => answers('ann', run), { pay: usd('1'), earningsPerDay: usd('1') }),
  onboarding_failed: () => moved(({ answers }, run) => answers('ann', run, { reply: 'no idea' }), { onboarding: { qualification: 'knows', input: { question: 'what?' } } }, 1, { validateOnboarding: () => false }),
  training_failed: () => moved(({ answers }, run) => answers('ann', run, { label: 'no' }), { training: { qualification: 'trained', items: known, minimumRight: 1 } }),
  screening_failed: () => moved(({ answers }, run) => answers('ann', run, { label: 'no' }), { screening: { passed: 'in', failed: 'out', items: known } }),
  gold_failed: () => moved(({ answers }, run) => answers('ann', run, { label: 'no' }), { gold: { qualification: 'gold', items: known } }),
  attention_failed: () => moved(({ answers }, run) => answers('ann', run), { attention: { qualification: 'careful' } }, 2, { passesAttention: () => false }),
  being_checked: () => moved(({ answers }, run) => answers('ann', run), { training: { qualification: 'trained', items: [{ input: { text: 'known' } }] } }, 2, { judge: () => null }),
  no_places_left: () => moved(({ comes }, run) => comes('ben', run), { screening: { passed: 'in', failed: 'out', items: known, mostUnits: 1 } }),
  budget_exhausted: () => moved(({ comes }, run) => comes('ben', run), { pay: usd('1'), budget: usd('1') }),
  async project_budget_exhausted() {
    const on = await stage()
    await on.mephisto.projects.create(OLGA, { ...request(), name: 'study' })
    await on.mephisto.projects.setBudget(OLGA, { ...request(), project: 'study', budget: usd('1') })
    const run = await on.launch({ pay: usd('1'), project: 'study' }, 2)
    await on.comes('ben', run)
    return { on, run }
  },
}

/** A run of which something has become before ann comes. */
async function moved(become: (on: Stage, run: TaskRun) => Promise<unknown>, options: Parameters<Stage['launch']>[0] = {}, items = 2, server: BlueprintServer<Quiz> = {}) {
  const on = await stage(server)
  const run = await on.launch(options, items)
  await become(on, run)
  return { on, run }
}

test('every reason has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual([...REFUSAL_REASONS].sort())
})

test.each(REFUSAL_REASONS)('%s is told to the worker and counted for the operator', async reason => {
  const { on: { mephisto, comes }, run } = await CASES[reason]()
  for (let time = 0; time < 2; time += 1) {
    expect(await comes('ann', run)).toMatchObject({ status: 'refused', reason, message: REFUSALS[reason].text })
  }
  const expected = [{ reason, workers: 1, times: 2 }]
  expect((await mephisto.operator.progress(run.id)).refusals).toEqual(expected)
  const app: AppServer = await serveApp(mephisto)
  open.push(app)
  for (const place of [['--db', mephisto.file], ['--url', app.url]]) {
    expect(JSON.parse((await runCommand('progress', run.id, '--json', ...place)).out)).toMatchObject({ refusals: expected })
    expect((await runCommand('progress', run.id, ...place)).out).toContain(`\nno work for: ${reason} 1\n`)
  }
})
