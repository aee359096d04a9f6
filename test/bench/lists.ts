import { createMephistoClient, type MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import { createMephisto, implement, type Mephisto } from '../../sdk/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { addManyAnswers } from '../many-answers.js'
import { onTarget } from '../scenarios/promise-target.js'
import { benchTask } from './blueprint.js'
import { createTarget, type Engine } from './engines.js'
import { goal, timing, type Row } from './report.js'
import { launch } from './stage.js'

/** Calls of each list that are measured, and of what is none. */
const [CALLS, FEW_CALLS] = [40, 5]
const PEOPLE = 1_000
const BASE_URL = 'http://127.0.0.1/mephisto/'

/** Every list that the screens ask for, over a run of so many units of a thousand people: through the handler, one call after the other, as one reviewer makes them. */
export async function* benchLists(engine: Engine, units: number): AsyncGenerator<Row> {
  const target = await createTarget(engine)
  try {
    const db = await target.open()
    const run = await launch(db, 50)
    const { schemaHash = '' } = await db.runs.get(run) ?? {}
    const kind = engine === 'mariadb' ? 'mysql' : engine
    await addManyAnswers({ kind, at: target.at }, { runId: run, schemaHash, count: units, people: PEOPLE, from: Date.now() - 40 * 86_400_000, answers: ['{"label":"fact"}', '{"label":"promise"}', '{"label":"opinion"}'], areMixed: true })
    await onTarget({ kind, at: target.at }, query => query(kind === 'mysql' ? 'ANALYZE TABLE mephisto_unit, mephisto_agent, mephisto_submission, mephisto_decision, mephisto_ledger_entry, mephisto_assignment' : kind === 'postgresql' ? 'VACUUM ANALYZE' : 'ANALYZE'))
    for (let more = 0; more < 60; more += 1) await launch(db, 1)
    yield* measured({ engine, units }, db, run)
    await db.close()
  } finally {
    await target.drop()
  }
}

/** The figures of each list. */
async function* measured({ engine, units }: { readonly engine: Engine; readonly units: number }, db: MephistoDb, run: string): AsyncGenerator<Row> {
  const mephisto = instance(db)
  const client = createMephistoClient({ url: BASE_URL, fetch: (input, init) => mephisto.handler(new Request(input, init)) })
  for (const { name, call, isList } of await listsOf(client, db, run)) {
    const durations: number[] = []
    await call()
    for (let index = 0; index < (isList ? CALLS : FEW_CALLS); index += 1) {
      const before = performance.now()
      await call()
      durations.push(performance.now() - before)
    }
    const timed = timing([...durations], durations.reduce((sum, ms) => sum + ms, 0))
    const p95 = Math.round((durations.sort((a, b) => a - b)[Math.floor(durations.length * 0.95)] ?? NaN) * 10) / 10
    yield { bench: name, engine, workers: 1, n: units, ...timed, ratioToRaw: null, goalRatio: null, goals: isList ? [goal('p95 ms', p95, { atMost: 100 })] : [], note: isList ? '' : `p95 ${String(p95)} ms; no list` }
  }
  await mephisto.close()
}

function instance(db: MephistoDb): Mephisto {
  return createMephisto({
    db, architect: { specVersion: 1, type: 'bench', baseUrl: BASE_URL, basePath: '/mephisto/', taskUrl: 'http://127.0.0.1/' }, providers: [inhouse()], blueprints: [implement(benchTask)],
    secret: 'a secret for the bench that is long enough', authorize: () => ({ id: 'olga', name: 'Olga', roles: ['operator'] }),
  })
}

interface List {
  readonly name: string
  readonly call: () => Promise<unknown>
  /** Others count a whole run or task: pages ask for them as seldom as they take long. */
  readonly isList: boolean
}

/** The lists of the screens, each on its first page and, where there are more, on one in the middle and the last one. */
async function listsOf(client: MephistoClient, db: MephistoDb, run: string): Promise<List[]> {
  const lists: List[] = []
  const add = (name: string, call: () => Promise<unknown>, isList = true): void => { lists.push({ name, call, isList }) }
  const worker = (await client.people.workers.query({ limit: 1 })).workers[0]?.id ?? ''
  const task = (await db.runs.get(run))?.taskId ?? ''
  const project = (await client.projects.list.query({ limit: 1 })).projects[0]?.id ?? ''
  const queue = client.review.queue
  for (const [name, statuses] of [['waiting', ['completed']], ['accepted', ['accepted']], ['rejected', ['rejected']], ['decided', ['accepted', 'soft_rejected', 'rejected']]] as const) {
    for (const order of ['oldest', 'newest'] as const) {
      const asked = { run, statuses: [...statuses], order, limit: 50, ...(name === 'waiting' ? { opinions: 'wanted' as const } : {}) }
      add(`queue ${name} ${order}`, () => queue.query(asked))
      const turned = await queue.query({ ...asked, order: order === 'oldest' ? 'newest' : 'oldest', limit: 50 })
      add(`queue ${name} ${order}, last`, () => queue.query({ ...asked, cursor: turned.nextCursor ?? '' }))
      if (name === 'decided') continue
      const { counted } = await queue.query({ ...asked, isCounted: true })
      const half = Math.floor((counted?.after ?? 0) / 2)
      const { nextCursor } = await queue.query({ ...asked, skip: half })
      add(`queue ${name} ${order}, middle`, () => queue.query({ ...asked, cursor: nextCursor ?? '' }))
      add(`queue ${name} ${order}, jump`, () => queue.query({ ...asked, skip: half }))
      add(`queue ${name} ${order}, end`, () => queue.query({ ...asked, isBackwards: true }))
      add(`queue ${name} ${order}, counted`, () => queue.query({ ...asked, isCounted: true }))
    }
  }
  const waiting = { run, opinions: 'wanted', limit: 50 } as const
  const assignment = (await queue.query(waiting)).units[0]?.assignmentId ?? ''
  const hour = { from: new Date(Date.now() - 35 * 86_400_000).toISOString(), before: new Date(Date.now() - 34 * 86_400_000).toISOString() }
  for (const [name, search] of Object.entries({
    worker: { worker: { workerId: worker } }, item: { assignment }, day: hour, gold: { kinds: ['gold' as const] }, 'of a length': { leastMs: 1_000, mostMs: 60_000 }, 'of another length': { leastMs: 100_000 }, text: { text: 'sentence 77' },
    'text of none': { text: 'nobody says this' }, answer: { answer: { field: 'label', value: 'promise' } }, disputed: { isDisputed: true as const }, contested: { opinions: 'differ' as const }, sample: { isSampled: true as const },
  })) add(`queue by ${name}`, () => queue.query({ ...waiting, ...search }))
  add('runs', () => client.runs.list.query({ limit: 50, isArchived: null }))
  const middle = (await client.runs.list.query({ limit: 30, isArchived: null })).nextCursor
  if (middle !== null) add('runs, middle', () => client.runs.list.query({ limit: 50, isArchived: null, cursor: middle }))
  const people = await client.people.workers.query({ limit: 200 })
  add('workers', () => client.people.workers.query({ limit: 50 }))
  add('workers, middle', () => client.people.workers.query({ limit: 50, ...(people.nextCursor === null ? {} : { cursor: people.nextCursor }) }))
  const ofRun = await client.data.workers.query({ run, limit: 200 })
  add('people of a run', () => client.data.workers.query({ run, limit: 20 }))
  add('people of a run, middle', () => client.data.workers.query({ run, limit: 20, ...(ofRun.nextCursor === null ? {} : { cursor: ofRun.nextCursor }) }))
  add('a worker', () => client.people.worker.query({ person: { workerId: worker } }))
  add('blocks', () => client.people.blocks.query({ isLifted: false, limit: 200 }))
  add('qualifications', () => client.people.qualifications.query({ limit: 200 }))
  add('history of grants', () => client.people.history.query({}))
  add('projects', () => client.projects.list.query({ limit: 50, isArchived: null }))
  if (project !== '') add('a project', () => client.projects.show.query({ project }), false)
  add('tasks', () => client.projects.tasks.query({ limit: 50, isArchived: null }))
  add('runs of a task', () => client.runs.list.query({ task, isArchived: null, limit: 50 }))
  add('audit', () => client.audit.list.query({ limit: 50 }))
  add('remarks', () => client.remarks.list.query({ limit: 50 }))
  for (const [name, filter] of Object.entries({ ledger: {}, 'ledger of a run': { run }, 'ledger of a task': { task }, 'ledger of a worker': { worker: { workerId: worker } } })) {
    add(name, () => client.spending.entries.query({ ...filter, limit: 50 }))
    const { nextCursor } = await client.spending.entries.query({ ...filter, limit: 100 })
    if (nextCursor !== null) add(`${name}, further on`, () => client.spending.entries.query({ ...filter, limit: 50, cursor: nextCursor }))
  }
  const [unit] = (await queue.query({ run, statuses: ['accepted'], limit: 1 })).units
  add('history of a unit', () => client.review.history.query({ unit: unit?.unitId ?? '' }))
  add('progress of a run', () => client.runs.progress.query({ run }), false)
  add('a run at a glance', () => client.runs.overview.query({ run }), false)
  add('units over time', () => client.runs.timeline.query({ run }), false)
  add('answers of a run', () => client.data.run.query({ run }), false)
  add('reviewers of a run', () => client.review.reviewers.query({ scope: 'run', place: run }), false)
  return lists
}
