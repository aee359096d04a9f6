import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Money } from '../../sdk/index.js'
import { createTestMephisto, pageCalls, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { recordingLogger } from '../recording-logger.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

const { logger, logged } = recordingLogger()
let mephisto: TestMephisto
beforeEach(async () => {
  logged.length = 0
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], logger })
  await mephisto.projects.create(OLGA, { requestId: requestId(), name: 'study' })
})
afterEach(() => mephisto.close())

const requestId = (): string => crypto.randomUUID()
const { launch, accept, work, progress } = sentimentActs(() => mephisto)
const setBudget = (budget: Money | null) => mephisto.projects.setBudget(OLGA, { requestId: requestId(), project: 'study', budget })
const euros = { minor: 10, currency: 'EUR' }
const plan = (options: object = {}, items = 2) => mephisto.operator.plan(sentiment, { ...sentimentRun(items), project: 'study', pay: usd('0.10'), ...options })
const refused = (code: string, words: RegExp) => ({ code, message: expect.stringMatching(words) as string })

describe('the budget of a project', () => {
  test('holds for all of its runs together, and money that comes free in one is there for the other', async () => {
    await setBudget(usd('0.20'))
    const [one, two] = [await launch({ project: 'study' }), await launch({ project: 'study', task: 'other', budget: usd('0.10') })]
    const unit = await work('ann', one)
    expect((await progress(two)).pace.forecastMinor).toBe(10)
    await accept('ann', two)
    expect(await mephisto.worker('ben').refusal(one)).toBe('project_budget_exhausted')
    // Of two budgets that are used up, the run's own is said.
    expect(await mephisto.worker('ben').refusal(two)).toBe('budget_exhausted')
    expect((await progress(one)).pace).toMatchObject({ forecastMinor: 10, finishesAt: null })
    await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [unit], verdict: 'reject' })
    expect(await mephisto.worker('ben').refusal(one)).toBeNull()
    expect((await mephisto.projects.show('study')).project).toMatchObject({ budget: usd('0.20'), money: [{ spent: usd('0'), reserved: usd('0.20') }] })
  })

  test('is what a worker is told of before anything is leased', async () => {
    await setBudget(usd('0.10'))
    const run = await launch({ project: 'study' })
    await work('ann', run)
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ben' })
    const preview = () => pageCalls(mephisto)('preview', { provider: 'inhouse', credential })
    expect(await preview()).toMatchObject({ refusal: { reason: 'project_budget_exhausted' } })
    await setBudget(usd('0.20'))
    expect(await preview()).toMatchObject({ refusal: null })
  })

  test('bounds what is paid outside units and what is overturned', async () => {
    await setBudget(usd('0.20'))
    const run = await launch({ project: 'study' }, 3)
    const unit = await work('ann', run)
    await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [unit], verdict: 'reject' })
    await work('ben', run)
    await work('cem', run)
    const outcome = await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [unit], verdict: 'overturn' })
    expect(outcome.outcomes).toMatchObject([{ decided: false, message: expect.stringContaining('given to other work') as string }])
    const { workers: [worker] } = await mephisto.people.workers({ externalId: 'ann' })
    await expect(mephisto.operator.compensate(run.id, { compensationId: requestId(), worker: worker?.id ?? '', amount: usd('0.01'), reason: 'sorry' })).rejects.toMatchObject(refused('budget_exhausted', /budget of project "study"/))
    await setBudget(usd('0.21'))
    await mephisto.operator.compensate(run.id, { compensationId: requestId(), worker: worker?.id ?? '', amount: usd('0.01'), reason: 'sorry' })
  })

  test('counts overturned work of several runs in one decision together', async () => {
    const runs = [await launch({ project: 'study' }), await launch({ project: 'study', task: 'other' })]
    const unitIds = await Promise.all(runs.map(run => work('ann', run)))
    await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds, verdict: 'reject' })
    await setBudget(usd('0.15'))
    const { outcomes } = await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds, verdict: 'overturn' })
    expect(outcomes.map(({ decided }) => decided).sort()).toEqual([false, true])
  })

  test('is set, changed and taken away, each once and in the audit trail', async () => {
    const request = { requestId: requestId(), project: 'study', budget: usd('5') }
    const study = await mephisto.projects.setBudget(OLGA, request)
    expect(study.budget).toEqual(usd('5'))
    await setBudget(usd('6'))
    expect(await mephisto.projects.setBudget(OLGA, request)).toEqual(study)
    expect((await mephisto.projects.show('study')).project.budget).toEqual(usd('6'))
    expect((await setBudget(null)).budget).toBeNull()
    expect(await mephisto.db.audit.get(request.requestId)).toMatchObject({ actorId: 'olga', action: 'set_project_budget', subject: 'project', subjectId: study.id })
    await expect(mephisto.projects.setBudget(OLGA, { ...request, budget: usd('7') })).rejects.toMatchObject({ code: 'conflict' })
    await expect(mephisto.projects.setBudget(OLGA, { requestId: requestId(), project: 'nowhere', budget: null })).rejects.toMatchObject({ code: 'not_found' })
    for (const budget of [{ minor: -1, currency: 'USD' }, { minor: 1, currency: 'usd' }, { minor: 0.5, currency: 'USD' }]) await expect(setBudget(budget)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('budget') as string })
    await expect(mephisto.caller(VERA).projects.setBudget({ requestId: requestId(), project: 'study', budget: null })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await mephisto.caller(OLGA).projects.setBudget({ requestId: requestId(), project: 'study', budget: usd('8') })).toMatchObject({ budget: usd('8') })
  })

  test('cannot be less than what is spent and reserved, nor in another currency than there are runs', async () => {
    await work('ann', await launch({ project: 'study' }))
    await expect(setBudget(usd('0.09'))).rejects.toMatchObject(refused('budget_exhausted', /"study".*\$0\.10.*budget of \$0\.09/))
    await expect(setBudget({ minor: 1_000, currency: 'EUR' })).rejects.toMatchObject(refused('conflict', /runs in USD under a budget in EUR/))
    expect((await mephisto.projects.show('study')).project.budget).toBeNull()
    expect((await setBudget(usd('0.10'))).budget).toEqual(usd('0.10'))
  })
})

describe('a launch into a project with a budget', () => {
  test('is refused in another currency, and where not one unit is covered; nothing stays', async () => {
    await setBudget(usd('0.15'))
    for (const act of [launch({ project: 'study', pay: euros }), plan({ pay: euros })]) await expect(act).rejects.toMatchObject(refused('invalid_input', /pay: must be in USD, .* project "study".* EUR/))
    await expect(launch({ project: 'study', pay: usd('0.16') })).rejects.toMatchObject(refused('budget_exhausted', /"study" has \$0\.15 left, which covers no unit/))
    expect(await mephisto.operator.runs()).toEqual([])
    expect((await mephisto.db.tasks.find()).rows).toEqual([])
    await launch({ project: 'study', pay: usd('0.15') })
  })

  test('is planned with what the project has left, and says where that is too little', async () => {
    await setBudget(usd('0.25'))
    await launch({ project: 'study' })
    expect(JSON.stringify(logged)).not.toContain('left')
    await work('ann', await launch({ project: 'study', task: 'other' }))
    const short = /"study" has \$0\.15 left, and all units of this run need \$0\.20/
    expect(await plan()).toMatchObject({ units: 2, unitsCovered: 1, warnings: [{ code: 'project_budget_short', message: expect.stringMatching(short) as string }] })
    expect((await plan({}, 1)).warnings).toEqual([])
    const run = await launch({ project: 'study' })
    expect(JSON.stringify(logged)).toMatch(/\$0\.15 left/)
    expect((await mephisto.operator.topUp(run.id, { unitsPerAssignment: 2 })).warnings).toEqual([expect.stringMatching(/\$0\.15 left, and all units of this run need \$0\.40/)])
    expect((await mephisto.caller(OLGA).runs.topUp({ run: run.id, unitsPerAssignment: 2 })).warnings).toHaveLength(1)
    await setBudget(usd('5'))
    expect((await mephisto.operator.topUp(run.id, { unitsPerAssignment: 3 })).warnings).toEqual([])
  })
})

describe('a task that goes into a project with a budget', () => {
  test('brings what its runs have spent and reserved, and is refused where that does not fit', async () => {
    await setBudget(usd('0.10'))
    const run = await launch()
    await work('ann', run)
    await work('ben', run)
    const move = () => mephisto.projects.move(OLGA, { requestId: requestId(), task: 'tweets', project: 'study' })
    await expect(move()).rejects.toMatchObject(refused('budget_exhausted', /\$0\.20, more than its budget of \$0\.10/))
    await expect(launch({ project: 'study' })).rejects.toMatchObject(refused('budget_exhausted', /"study"/))
    expect((await mephisto.db.tasks.find()).rows).toMatchObject([{ projectId: null }])
    await setBudget({ minor: 30, currency: 'EUR' })
    await expect(move()).rejects.toMatchObject(refused('conflict', /USD under a budget in EUR/))
    await setBudget(usd('0.20'))
    expect(await move()).toMatchObject({ to: { name: 'study' } })
    const other = await launch({ project: 'study', task: 'other', pay: usd('0') })
    expect(await mephisto.worker('ann').refusal(other)).toBeNull()
    await expect(launch({ project: 'study' })).rejects.toMatchObject({ code: 'budget_exhausted' })
    await mephisto.projects.move(OLGA, { requestId: requestId(), task: 'tweets', project: null })
    await launch({ project: 'study', task: 'third' })
  })
})
