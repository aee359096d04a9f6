import { money, usd, type TaskRun } from '../sdk/index.js'
import { kettles, type ConsoleStage } from './console-stage.js'
import { OLGA, RITA } from './principals.js'

/** People at two runs, who were granted and blocked. */
export interface PeopleStory {
  readonly run: TaskRun
  readonly pots: TaskRun
  /** The worker's id of somebody, as their provider calls them. */
  idOf(externalId: string): Promise<string>
  qualification(name: string): Promise<string>
}

/** A name of many letters, pictures and a script that is written from the right. */
export const HARD_NAME = `غلاية-🫖-${'w'.repeat(120)}`

const ITEMS = Array.from({ length: 12 }, (_, index) => ({ text: `Kettle ${String(index + 1)}: boils fast.` }))

/** Ann and ben answered in two runs with pay of two currencies, gold among the items; some of it is decided. Ann has two qualifications, of which one is over; ben was blocked before; somebody with a hard name is blocked now. */
export async function playPeople(stage: ConsoleStage): Promise<PeopleStory> {
  const { mephisto } = stage
  const shared = { description: 'Read a sentence, and say what it says.', requester: 'Civic Text Lab', provider: 'inhouse', leaseMs: 1_800_000, data: ITEMS } as const
  const run = await mephisto.operator.launch(kettles, {
    ...shared, task: 'kettles', title: 'What do people say of kettles?', pay: usd('0.12'), unitsPerAssignment: 3,
    gold: { qualification: 'kettles-gold', items: [{ input: { text: 'Gold: it leaks.' }, expected: { mood: 'annoyed', isClear: true, stars: 1 } }], minimumRight: 0, mostWrong: 5, rate: 0.3 },
  })
  const pots = await mephisto.operator.launch(kettles, { ...shared, task: 'pots', title: '', pay: money('EUR', '0.20'), unitsPerAssignment: 1 })
  for (const [name, times] of [['ann', 6], ['ben', 4], [HARD_NAME, 2]] as const) {
    for (let time = 0; time < times; time += 1) {
      const task = await stage.worker(name).accept(kettles, run)
      stage.pass(40_000 + time * 7_000)
      if (name === 'ann' && time === 0) await task.remark({ kind: 'feedback', about: 'item', text: 'Two sentences in one item.' })
      if (name === 'ann' && time === 1) await task.remark({ kind: 'tip', title: 'Lids', text: 'Hot lids are annoying, whatever else is said.' })
      await task.submit({ mood: 'annoyed', isClear: true, stars: 1 })
    }
  }
  await stage.worker('ann').accept(kettles, pots).then(task => { stage.pass(61_000); return task.submit({ mood: 'glad', isClear: true, stars: 4 }) })
  await stage.worker('ann').accept(kettles, pots)
  const rita = mephisto.caller(RITA)
  const { units } = await rita.review.queue({ run: run.id, limit: 5 })
  const ids = units.map(({ unitId }) => unitId)
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: ids.slice(0, 3), verdict: 'approve' })
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: ids.slice(3, 4), verdict: 'reject', note: 'Not read' })
  await grantAndBlock(stage)
  return {
    run, pots,
    idOf: async externalId => (await rita.people.worker({ person: { provider: 'inhouse', externalId } })).worker.id,
    qualification: async name => (await rita.people.qualification({ qualification: name })).id,
  }
}

async function grantAndBlock(stage: ConsoleStage): Promise<void> {
  const [olga, rita] = [stage.mephisto.caller(OLGA), stage.mephisto.caller(RITA)]
  const request = (): { requestId: string } => ({ requestId: crypto.randomUUID() })
  const of = (externalId: string) => ({ people: [{ provider: 'inhouse', externalId }] })
  await olga.people.makeQualification({ ...request(), name: 'english', description: 'Reads English without a dictionary, as measured by the reading test of the lab.' })
  await olga.people.makeQualification({ ...request(), name: 'fast-typist' })
  await olga.people.makeQualification({ ...request(), name: `${'long'.repeat(30)} أسماء 🫖` })
  await rita.people.grant({ ...request(), qualification: 'english', ...of('ann'), value: 70, reason: 'Reading test of May' })
  const { grants } = await stage.mephisto.people.worker({ provider: 'inhouse', externalId: 'ann' })
  const now = Date.parse(grants.find(({ qualification }) => qualification.name === 'english')?.grantedAt ?? '')
  await rita.people.grant({ ...request(), qualification: 'fast-typist', ...of('ann'), expiresAt: new Date(now + 60_000).toISOString() })
  await rita.people.grant({ ...request(), qualification: 'english', ...of('ben'), value: 55 })
  await rita.people.grant({ ...request(), qualification: 'english', ...of(HARD_NAME), value: 90 })
  stage.pass(120_000)
  const block = { scope: 'everywhere', scopeId: null } as const
  const { blocks } = await rita.people.block({ ...request(), ...of('ben'), ...block, reason: 'Answered faster than one can read' })
  await rita.people.lift({ ...request(), blockIds: blocks.map(({ id }) => id), reason: 'Reads fast' })
  await rita.people.block({ ...request(), ...of(HARD_NAME), scope: 'task', scopeId: 'kettles', isSoft: true, reason: 'Copies the answers of others' })
}
