import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type LaunchOptions } from '../../sdk/index.js'
import type { RefusalReason } from '../../sdk/protocol/refusals.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const launch = (options: Partial<LaunchOptions<{ text: string }>> = {}, items = 6): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), ...options })
const idOf = async (name: string): Promise<string> =>
  (await mephisto.db.workers.ensure({ id: crypto.randomUUID(), provider: 'inhouse', externalId: name, pseudonym: `w-${name}`, at: 0 })).id

/** What the worker is told, by looking and by asking. */
async function told(name: string, run: TaskRun): Promise<RefusalReason | null> {
  const worker = mephisto.worker(name)
  const looked = (await worker.preview(run)).refusal?.reason ?? null
  const refused = await worker.refusal(run)
  expect(looked).toBe(refused)
  return refused
}

async function work(name: string, run: TaskRun, units = 1): Promise<void> {
  for (let done = 0; done < units; done += 1) await (await mephisto.worker(name).accept(sentiment, run)).submit({ label: 'positive' })
}

describe('requirements', () => {
  const makeQualification = async (name: string): Promise<string> => {
    const id = crypto.randomUUID()
    await mephisto.db.qualifications.create({ id, name, at: 0 })
    return id
  }
  const grant = async (qualificationId: string, name: string, value: number, expiresAt: number | null = null): Promise<void> =>
    mephisto.db.grants.grant({ id: crypto.randomUUID(), qualificationId, workerId: await idOf(name), actorId: 'rita', value, expiresAt, at: mephisto.runtime.now() })

  test('let in who meets all of them, at the moment they ask', async () => {
    const [english, cheater] = [await makeQualification('english'), await makeQualification('cheater')]
    const run = await launch({ requirements: [{ qualification: 'english', is: 'greater_than', value: 70 }, { qualification: 'cheater', is: 'does_not_exist' }] })
    expect(await told('ann', run)).toBe('not_qualified')
    await grant(english, 'ann', 70)
    expect(await told('ann', run)).toBe('not_qualified')
    await grant(english, 'ann', 71)
    await work('ann', run)
    await grant(cheater, 'ann', 0)
    expect(await told('ann', run)).toBe('not_qualified')
  })

  test('(row 78) keep out who holds a qualification that is named for it, which the launch makes', async () => {
    const run = await launch({ blockQualifications: ['careless', 'cheater'] })
    expect((await mephisto.db.qualifications.find()).rows.map(({ name }) => name).sort()).toEqual(['careless', 'cheater'])
    await work('ann', run)
    const careless = await mephisto.db.qualifications.byName('careless')
    await grant(careless?.id ?? '', 'ann', 0, mephisto.runtime.now() + 1000)
    expect(await told('ann', run)).toBe('not_qualified')
    expect(await told('ann', await launch({ task: 'another', blockQualifications: ['careless'] }))).toBe('not_qualified')
    await work('ben', run)
    await mephisto.advance(1000)
    await work('ann', run)
  })

  test('do not count a grant that has expired', async () => {
    const english = await makeQualification('english')
    const run = await launch({ requirements: [{ qualification: 'english', is: 'exists' }] })
    await grant(english, 'ann', 1, mephisto.runtime.now() + 1000)
    await work('ann', run)
    await mephisto.advance(1000)
    expect(await told('ann', run)).toBe('not_qualified')
  })

  test('are asked of the workers of the providers they name only', async () => {
    await makeQualification('english')
    await work('ann', await launch({ requirements: [{ qualification: 'english', is: 'exists', providers: ['prolific'] }] }))
  })

  test('by a name that no qualification has are refused at launch, and nothing is launched', async () => {
    await expect(launch({ requirements: [{ qualification: 'englisch', is: 'exists' }] }))
      .rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('requirements[0].qualification: there is no qualification "englisch"') as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('stay as they were launched when the qualification gets another name', async () => {
    const english = await makeQualification('english')
    const run = await launch({ requirements: [{ qualification: 'english', is: 'exists' }] })
    await mephisto.db.qualifications.update(english, { name: 'English' })
    await grant(english, 'ann', 1)
    await work('ann', run)
  })
})

describe('blocks', () => {
  const block = async (name: string, change: Partial<Parameters<typeof mephisto.db.blocks.create>[0]> = {}): Promise<string> => {
    const id = crypto.randomUUID()
    await mephisto.db.blocks.create({ id, workerId: await idOf(name), scope: 'everywhere', scopeId: null, isSoft: false, reason: 'spam', actorId: 'rita', at: mephisto.runtime.now(), ...change })
    return id
  }

  test('keep a worker out of a run, a task, a project or everything, and nobody else', async () => {
    const [run, other] = [await launch(), await launch({ task: 'other' })]
    await mephisto.db.projects.create({ id: crypto.randomUUID(), name: 'crowd', at: 0 })
    const [project] = (await mephisto.db.projects.find()).rows
    await mephisto.db.tasks.create({ id: crypto.randomUUID(), name: 'third', blueprintType: 'sentiment', projectId: project?.id ?? '', at: 0 })
    const third = await launch({ task: 'third' })
    const cases = [['run', run.id, [run]], ['task', other.taskId, [other]], ['project', project?.id ?? '', [third]], ['everywhere', null, [run, other, third]]] as const
    for (const [scope, scopeId, runs] of cases) {
      await block(scope, { scope, scopeId })
      for (const one of [run, other, third]) expect([scope, one.taskName, await told(scope, one)]).toEqual([scope, one.taskName, (runs as readonly TaskRun[]).includes(one) ? 'blocked' : null])
    }
    expect(await told('ann', run)).toBe(null)
  })

  test('end with their time, and when they are lifted', async () => {
    const run = await launch()
    const forever = await block('ann')
    await block('ann', { until: mephisto.runtime.now() + 5_000 })
    await mephisto.advance(4_999)
    await mephisto.db.blocks.lift(forever, mephisto.runtime.now())
    expect(await told('ann', run)).toBe('blocked')
    await mephisto.advance(1)
    expect(await told('ann', run)).toBe(null)
  })

  test('that are soft do not say that they are blocks', async () => {
    const run = await launch()
    await block('ann', { isSoft: true })
    expect(await told('ann', run)).toBe('not_selected')
    await block('ann')
    expect(await told('ann', run)).toBe('blocked')
  })

  test('take no answer away that is on its way', async () => {
    const run = await launch()
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await block('ann')
    expect(await told('ann', run)).toBe('blocked')
    expect(await task.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
  })
})

describe('limits', () => {
  test('of people who are named at launch', async () => {
    const run = await launch({ workers: ['ann', 'ben', 'ann'] })
    expect([await told('ann', run), await told('ben', run), await told('eve', run)]).toEqual([null, null, 'not_invited'])
    expect((await mephisto.operator.progress(run.id)).workers).toBe(2)
  })

  test('of units in one run', async () => {
    const run = await launch({ unitsPerWorker: 2 })
    await work('ann', run, 2)
    expect(await told('ann', run)).toBe('run_limit_reached')
    expect(await told('ann', await launch({ unitsPerWorker: 2 }))).toBe(null)
  })

  test('[92] of units in all runs of a task, while new people are served', async () => {
    const [first, second, other] = [await launch({ unitsPerWorkerOfTask: 2 }), await launch({ unitsPerWorkerOfTask: 2 }), await launch({ unitsPerWorkerOfTask: 2, task: 'other' })]
    await work('ann', first)
    const held = await mephisto.worker('ann').accept(sentiment, second)
    expect(await told('ann', first)).toBe('task_limit_reached')
    await held.giveBack()
    await work('ann', first)
    expect(await told('ann', second)).toBe('task_limit_reached')
    expect([await told('ben', second), await told('ann', other)]).toEqual([null, null])
  })

  test('of units in all runs of a task hold when one worker asks in all of them at once', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => launch({ unitsPerWorkerOfTask: 2 })))
    const second = await mephisto.another()
    const outcomes = await Promise.all(runs.flatMap(run => [mephisto, second].map(one => one.worker('ann').refusal(run))))
    await second.close()
    const held = (await mephisto.db.agents.find({ filter: { statuses: ['in_task'] } })).rows
    expect(held).toHaveLength(2)
    expect(outcomes.filter(reason => reason === 'task_limit_reached').length).toBeGreaterThan(0)
  })

  test('(row 82) of units under way at a time in all runs of a task, also when one worker asks in all of them at once', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => launch({ concurrentUnits: 2, leaseMs: 60_000 })))
    const second = await mephisto.another()
    const outcomes = await Promise.all(runs.flatMap(run => [mephisto, second].map(one => one.worker('ann').refusal(run))))
    await second.close()
    expect((await mephisto.db.agents.find({ filter: { statuses: ['in_task'] } })).rows).toHaveLength(2)
    expect(new Set(outcomes)).toEqual(new Set([null, 'working_elsewhere']))
    expect(await told('ben', runs[0] as TaskRun)).toBe(null)
    // Leases that ran out are not under way, swept or not.
    mephisto.runtime.advance(60_001)
    expect(await told('ann', runs[3] as TaskRun)).toBe(null)
  })

  test('of what one worker earns within a day, wherever that is', async () => {
    const paid = { pay: usd('1'), earningsPerDay: usd('2.50') }
    const [first, second] = [await launch(paid), await launch({ ...paid, task: 'other' })]
    await work('ann', first)
    await work('ann', second)
    expect([await told('ann', first), await told('ann', second), await told('ben', first)]).toEqual(['daily_limit_reached', 'daily_limit_reached', null])
    await mephisto.advance(86_400_000)
    expect(await told('ann', first)).toBe(null)
  })
})

test('operators see how many people got no work for which reason', async () => {
  const run = await launch({ workers: ['ann', 'ben'], unitsPerWorker: 1 })
  await work('ann', run)
  for (const name of ['ann', 'ann', 'eve', 'mia', 'eve']) await mephisto.worker(name).refusal(run)
  await mephisto.worker('zoe').preview(run)
  const { refusals } = await mephisto.operator.progress(run.id)
  expect(refusals).toEqual([{ reason: 'not_invited', workers: 2, times: 3 }, { reason: 'run_limit_reached', workers: 1, times: 2 }])
  const seen = await mephisto.caller({ id: 'vera', name: 'Vera', roles: ['viewer'] }).runs.progress({ run: run.id })
  expect(seen.refusals).toEqual(refusals)
})
