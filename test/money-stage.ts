import { money, usd, type TaskRun } from '../sdk/index.js'
import { kettles, playKettles, type ConsoleStage } from './console-stage.js'
import { OLGA, RITA } from './principals.js'

/** What {@link playMoney} has made. */
export interface MoneyPlay {
  readonly run: TaskRun
  readonly project: string
}

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'

/** Two projects, one of them capped, three tasks in two currencies, extra pay, and acts in the log; names are long, right to left and full of signs. */
export async function playMoney(stage: ConsoleStage): Promise<MoneyPlay> {
  const { mephisto } = stage
  const run = await playKettles(stage)
  const { id: project } = await mephisto.projects.create(OLGA, { requestId: crypto.randomUUID(), name: 'What kitchens say 🫖' })
  await mephisto.projects.move(OLGA, { requestId: crypto.randomUUID(), task: 'kettles', project })
  await mephisto.projects.setBudget(OLGA, { requestId: crypto.randomUUID(), project, budget: usd('20.00') })
  const { id: other } = await mephisto.projects.create(OLGA, { requestId: crypto.randomUUID(), name: `مشروع الشاي ${LONG}` })
  const abroad = await mephisto.operator.launch(kettles, {
    task: `${LONG} שלום`, title: '', requester: 'Civic Text Lab', provider: 'inhouse', pay: money('EUR', '0.30'), unitsPerAssignment: 1, data: [{ text: 'Un thé' }, { text: 'Un café' }],
  })
  await mephisto.projects.move(OLGA, { requestId: crypto.randomUUID(), task: `${LONG} שלום`, project: other })
  await mephisto.operator.launch(kettles, { task: 'mugs', requester: 'Civic Text Lab', provider: 'inhouse', pay: usd('0.05'), unitsPerAssignment: 1, data: [{ text: 'A mug' }] })
  await stage.worker('zed').accept(kettles, abroad).then(task => task.submit({ mood: 'glad', isClear: true, stars: 4 }))
  const rita = mephisto.caller(RITA)
  const [unit] = (await rita.review.queue({ run: abroad.id })).units
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: [unit?.unitId ?? ''], verdict: 'approve', note: '<b>שלום</b> 🫖 well done' })
  const [person] = (await mephisto.data.workers({ run: run.id, limit: 1 })).workers
  await mephisto.caller(OLGA).runs.compensate({ run: run.id, compensationId: crypto.randomUUID(), worker: person?.worker.id ?? '', amount: usd('1.50'), reason: 'The page broke in their hands' })
  const { id: archived } = await mephisto.projects.create(OLGA, { requestId: crypto.randomUUID(), name: 'Of last year' })
  await mephisto.projects.archive(OLGA, { requestId: crypto.randomUUID(), project: archived })
  return { run, project }
}
