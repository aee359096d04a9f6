import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { createMephisto, implement, usd, type Mephisto, type Principal, type TaskRun } from '../sdk/index.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../sdk/ports/system-runtime.js'
import type { OutboxHandler } from '../sdk/operations/outbox-handler.js'
import type { OnboardingView } from '../sdk/protocol/worker-views.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { pageCalls, simulatedWorker, type SimulatedWorker } from '../sdk/testing/simulated-worker.js'
import type { RawClient } from '../prisma/raw-client.js'
import { openTarget, type Target } from './scenarios/promise-open.js'

/** A task with free text in each thing that a worker sends. */
export const essay = defineBlueprint({
  type: 'essay', input: z.object({ topic: z.string() }), output: z.object({ text: z.string() }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string() }) },
})

/** A handler of the host's whose calls, against the advice that it is given, name a person in all that they hold. */
const bonus: OutboxHandler = { specVersion: 1, topic: 'bonus', call: call => Promise.resolve({ kind: 'done', result: { paid: [JSON.parse(call.body)] } }) }

/** A call of the host's that names somebody. */
export async function enqueueBonus(db: MephistoDb, name: string): Promise<void> {
  const body = JSON.stringify({ participant: name, sums: { [name]: 5 }, message: `Thank you, ${name}!` })
  await db.outbox.enqueue([{ id: requestId(), callKey: `bonus/${name}`, topic: 'bonus', body, subjectId: null, lane: null }], await db.now())
}

/** An operator of the stage. */
export const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
/** A reviewer of the stage. */
export const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
/** Who is planted, as the host's login knows them: they also act as an operator. */
export const PIA: Principal = { id: 'planted_pia', name: 'Planted Pia', roles: ['operator'] }
/** A new request id. */
export const requestId = (): string => crypto.randomUUID()
/** Somebody of the in-house provider. */
export const named = (externalId: string) => ({ provider: 'inhouse', externalId })

/** An instance on a database with its own clock. */
export interface PrivacyStage {
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  worker(name: string): SimulatedWorker
  launch(options?: object): Promise<TaskRun>
  close(): Promise<void>
}

interface StageOptions {
  readonly now?: () => number
  /** Puts faults between the store and the driver. */
  readonly around?: (client: RawClient) => RawClient
  readonly validateOnboarding?: () => Promise<boolean>
}

/** Opens an instance. */
export async function openStage(target: Target, { now, around, validateOnboarding }: StageOptions = {}): Promise<PrivacyStage> {
  const db = await openTarget(target, { ...(now === undefined ? {} : { now }), ...(around === undefined ? {} : { around }) })
  const mephisto = createMephisto({
    db, blueprints: [implement(essay, validateOnboarding === undefined ? {} : { validateOnboarding })], providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: { ...systemRuntime(), ...(now === undefined ? {} : { now }) },
    outbox: [bonus], webhooks: { network: { resolve: () => Promise.resolve(['93.184.216.34']), post: () => Promise.resolve({ status: 500, retryAfter: null }) } },
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' }, authorize: () => OLGA,
  })
  return {
    mephisto, db, worker: name => simulatedWorker(mephisto, name, 'inhouse'),
    launch: (options = {}) => mephisto.operator.launch(essay, {
      task: 'essays', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), unitsPerAssignment: 2, data: Array.from({ length: 6 }, (_, index) => ({ topic: `topic ${String(index)}` })), ...options,
    }),
    close: async () => {
      await mephisto.close()
      await db.close()
    },
  }
}

/** Who is planted: every text about them begins with their name or holds this word. */
export const PLANTED = 'planted'
/** The external id of who is planted, with signs that JSON escapes. */
export const NAME = 'Planted "Pia" O\'Neill-7Q'

/** All that names who is planted. */
export const ALL_OF_PIA = { person: named(NAME), principalId: PIA.id }

/** Everything that a worker can leave behind, and that others can write about them; each text holds {@link PLANTED}. */
export async function plant({ mephisto, db, worker, launch }: PrivacyStage): Promise<{ readonly runs: readonly TaskRun[]; readonly unitIds: readonly string[] }> {
  const { people } = mephisto
  const review = mephisto.caller(RITA).review
  await people.makeQualification(OLGA, { requestId: requestId(), name: 'english' })
  await people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: [named(NAME), named('ben')], value: 3, reason: 'the planted friend of ben' })
  await people.revoke(OLGA, { requestId: requestId(), qualification: 'english', people: [named(NAME)], reason: 'planted: cheated' })
  await people.grant(OLGA, { requestId: requestId(), qualification: 'english', people: [named(NAME)], reason: 'planted: forgiven' })
  const checked = await launch({ task: 'checked', onboarding: { qualification: 'essay-onboarding', input: { question: 'why?' } } })
  await onboard(mephisto, checked, 'planted reasons')
  const run = await launch()
  const unitIds: string[] = []
  for (const text of ['planted one', 'planted two', 'planted three']) {
    const task = await worker(NAME).accept(essay, run)
    await task.submit({ text }, 'planted-submission-'.concat(String(unitIds.length)))
    await task.submit({ text: `${text} again` })
    await task.remark({ kind: 'tip', text: `${text} tip` })
    await task.remark({ kind: 'feedback', text: `${text} feedback` })
    unitIds.push(task.unitId)
  }
  const [tip] = (await mephisto.remarks.list({ run: run.id, kinds: ['tip'] })).remarks
  await mephisto.remarks.decide(RITA, { requestId: requestId(), remarkIds: [tip?.id ?? ''], status: 'approved', shown: { title: 'planted title', text: 'planted, in other words' } })
  const ben = await worker('ben').accept(essay, run)
  await ben.submit({ text: 'the text of ben' })
  const [first = '', second = '', third = ''] = unitIds
  await review.decide({ decisionId: requestId(), unitIds: [first, ben.unitId], verdict: 'approve', note: 'planted and ben wrote the same' })
  await review.decide({ decisionId: requestId(), unitIds: [second], verdict: 'reject', note: 'planted is a known spammer' })
  await review.decide({ decisionId: requestId(), unitIds: [second], verdict: 'approve', note: 'planted again, and not decided' })
  await review.decide({ decisionId: requestId(), unitIds: [third], verdict: 'soft_reject' })
  await review.undo({ decisionId: requestId(), run: run.id })
  const blocked = await people.block(OLGA, { requestId: requestId(), people: [named(NAME), named('cem')], scope: 'everywhere', isSoft: true, reason: 'planted: same address as cem' })
  await people.lift(OLGA, { requestId: requestId(), blockIds: blocked.blocks.map(block => block.id), reason: 'planted moved away' })
  await people.block(OLGA, { requestId: requestId(), people: [named('dan')], scope: 'everywhere', reason: `writes like ${NAME}, and like ${NAME.toLowerCase()}` })
  await people.block(OLGA, { requestId: requestId(), people: [{ unitId: first }], scope: 'task', scopeId: 'essays', reason: 'planted: too fast' })
  const invited = await launch({ task: 'invited', workers: ['ben'] })
  const given = await launch({ task: 'given', unitsPerAssignment: 1, data: [{ topic: 'one' }, { topic: 'two' }], assignees: (_: unknown, index: number) => (index === 0 ? [NAME] : ['ben']) })
  const [, item = { id: '' }] = await db.runs.items(given.id, { after: -1, limit: 9 })
  await people.reassign(OLGA, { requestId: requestId(), assignment: item.id, workers: [NAME, 'ben'] })
  await people.admit(OLGA, { requestId: requestId(), run: invited.id, workers: [NAME, 'eva'] })
  await worker(NAME).refusal(run)
  // Who works may also review.
  await mephisto.caller(PIA).review.decide({ decisionId: requestId(), unitIds: [third], verdict: 'approve', note: 'fine' })
  await people.grant(PIA, { requestId: requestId(), qualification: 'english', people: [named('ben')], value: 9 })
  await people.block(PIA, { requestId: requestId(), people: [named('eva')], scope: 'everywhere', reason: 'spam' })
  await plantLater({ mephisto, db, run })
  return { runs: [checked, run, invited], unitIds }
}

/** What operations leave behind: money outside units, webhooks and their deliveries, calls of the host's, work that is added. */
async function plantLater({ mephisto, db, run }: { readonly mephisto: Mephisto; readonly db: MephistoDb; readonly run: TaskRun }): Promise<void> {
  const { people, webhooks, operator } = mephisto
  const [worker] = (await people.workers({ externalId: NAME })).workers
  const amount = usd('0.05')
  await operator.compensate(run.id, { compensationId: requestId(), worker: worker?.id ?? '', amount, reason: 'planted: the page broke', by: 'olga' })
  await operator.compensate(run.id, { compensationId: requestId(), worker: (await people.worker(named('ben'))).worker.id, amount, reason: `the page of ${NAME} broke it`, by: PIA.id })
  await people.makeQualification(PIA, { requestId: requestId(), name: 'spanish', description: `as ${NAME} says` })
  const { webhook } = await webhooks.create(PIA, { requestId: requestId(), url: 'https://hooks.example.com/', eventTypes: null, scope: 'all' })
  await operator.topUp(run.id, { topUpId: requestId(), data: [{ topic: 'one more' }] })
  await enqueueBonus(db, NAME)
  await operator.requeue(run.id)
  await operator.tick()
  await webhooks.pause(OLGA, { requestId: requestId(), webhookId: webhook.id, reason: `asked for by ${NAME}` })
}

/** Goes through the onboarding of a run, and hands it in twice. */
export async function onboard(mephisto: Mephisto, run: TaskRun, reply: string): Promise<void> {
  const { credential } = await mephisto.invite({ run: run.id, worker: NAME })
  const { agentToken } = await pageCalls(mephisto)<OnboardingView>('register', { provider: 'inhouse', credential })
  await pageCalls(mephisto)('submit', { submissionId: requestId(), answer: { reply } }, agentToken)
  await pageCalls(mephisto)('submit', { submissionId: requestId(), answer: { reply: 'planted afterthought' }, pageBuild: 'planted-build' }, agentToken)
}
