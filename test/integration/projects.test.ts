import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type LaunchOptions, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).projects
const requestId = (): string => crypto.randomUUID()
const launch = (options: Partial<LaunchOptions<{ text: string }>> = {}): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(4), ...options })
const { work } = sentimentActs(() => mephisto)
const refused = (code: string, words = '') => ({ cause: { code, message: expect.stringContaining(words) as string } })
const names = async (query: object = {}): Promise<string[]> => (await as(VERA).list(query)).projects.map(({ name }) => name)
/** Where each task is. */
const places = async (): Promise<Record<string, string | null>> => Object.fromEntries((await as(VERA).tasks({ isArchived: null })).tasks.map(({ name, project }) => [name, project?.name ?? null]))

describe('launching into a project', () => {
  test('makes the project at the first launch, and finds it at the next one', async () => {
    await launch({ project: 'study' })
    await launch({ project: ' study ' })
    await launch({ task: 'other', project: 'study' })
    expect(await names()).toEqual(['study'])
    expect(await places()).toEqual({ tweets: 'study', other: 'study' })
  })

  test('is planned with the same checks, and a plan writes nothing', async () => {
    await mephisto.operator.plan(sentiment, { ...sentimentRun(4), project: 'study' })
    expect(await names()).toEqual([])
    expect(await places()).toEqual({})
    await launch({ project: 'study' })
    await mephisto.operator.plan(sentiment, { ...sentimentRun(4), project: 'study' })
    await mephisto.operator.plan(sentiment, sentimentRun(4))
    const wrong = { ...sentimentRun(4), project: 'another' }
    for (const attempt of [mephisto.operator.plan(sentiment, wrong), mephisto.operator.launch(sentiment, wrong)]) await expect(attempt).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/"study", not to "another"/) as string })
    for (const project of ['', 'NO_PROJECT', 'x'.repeat(201)]) await expect(mephisto.operator.plan(sentiment, { ...sentimentRun(4), project })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('project') as string })
    expect(await names()).toEqual(['study'])
    expect(await mephisto.operator.runs()).toHaveLength(1)
  })

  test('takes a task that is in no project, and leaves it where it is when none is named', async () => {
    await launch()
    await launch({ project: 'study' })
    await launch()
    expect(await places()).toEqual({ tweets: 'study' })
  })

  test('is refused for a task of another project, naming both, and leaves nothing behind', async () => {
    await launch({ project: 'study' })
    await expect(launch({ project: 'pilot' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/"tweets" belongs to project "study", not to "pilot"/) as string })
    expect(await names()).toEqual(['study'])
    expect(await mephisto.operator.runs()).toHaveLength(1)
  })

  test.each([['', 'project'], ['x'.repeat(201), 'project'], ['two\nlines', 'project'], ['NO_PROJECT', 'stands for no project']])('refuses the name %j before anything is written', async (project, words) => {
    await expect(launch({ project })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(words) as string })
    expect(await places()).toEqual({})
  })

  test('puts a new task into one project, whichever of many launches comes first', async () => {
    const outcomes = await Promise.allSettled(['a', 'b', 'a', 'b'].map(project => launch({ project })))
    const { tweets } = await places()
    expect(outcomes.map(({ status }) => status)).toEqual(['a', 'b', 'a', 'b'].map(project => (project === tweets ? 'fulfilled' : 'rejected')))
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' })
    expect(await names()).toEqual([tweets])
  })
})

describe('the desk', () => {
  test('makes, renames, archives and brings back, each request once', async () => {
    const make = { requestId: requestId(), name: 'study' }
    const study = await as(OLGA).create(make)
    expect(await as(OLGA).create(make)).toEqual(study)
    await expect(as(OLGA).create({ ...make, name: 'pilot' })).rejects.toMatchObject(refused('conflict', make.requestId))
    await expect(as(OLGA).create({ requestId: requestId(), name: 'study' })).rejects.toMatchObject(refused('already_exists', '"study"'))
    await expect(as(OLGA).create({ requestId: requestId(), name: 'NO_PROJECT' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(await as(OLGA).rename({ requestId: requestId(), project: 'study', name: 'Study' })).toEqual({ ...study, name: 'Study' })
    await as(OLGA).create({ requestId: requestId(), name: 'pilot' })
    await expect(as(OLGA).rename({ requestId: requestId(), project: study.id, name: 'pilot' })).rejects.toMatchObject(refused('already_exists'))
    await expect(as(OLGA).rename({ requestId: requestId(), project: 'study', name: 'x' })).rejects.toMatchObject(refused('not_found', '"study"'))

    const archived = await as(OLGA).archive({ requestId: requestId(), project: 'Study' })
    expect(archived.archivedAt).toBe(new Date(mephisto.runtime.now()).toISOString())
    await mephisto.advance(1_000)
    expect(await as(OLGA).archive({ requestId: requestId(), project: 'Study' })).toEqual(archived)
    expect([await names(), await names({ isArchived: true }), await names({ isArchived: null })]).toEqual([['pilot'], ['Study'], ['Study', 'pilot']])
    expect(await as(OLGA).archive({ requestId: requestId(), project: 'Study', isArchived: false })).toMatchObject({ archivedAt: null })
    expect(await names({ name: 'Study' })).toEqual(['Study'])
    const first = await as(VERA).list({ limit: 1 })
    expect(await names({ limit: 1, cursor: first.nextCursor ?? '' })).toEqual(['pilot'])
  })

  test('archives a task: it is left out of lists, and shown on its page', async () => {
    await launch({ project: 'study' })
    expect(await as(OLGA).archiveTask({ requestId: requestId(), task: 'tweets' })).toMatchObject({ name: 'tweets', project: { name: 'study' }, archivedAt: expect.any(String) as string })
    expect((await as(VERA).tasks()).tasks).toEqual([])
    expect((await as(VERA).tasks({ isArchived: true })).tasks).toMatchObject([{ name: 'tweets' }])
    expect((await as(VERA).show({ project: 'study' })).tasks).toMatchObject([{ name: 'tweets' }])
    await as(OLGA).archiveTask({ requestId: requestId(), task: 'tweets', isArchived: false })
    expect((await as(VERA).tasks()).tasks).toMatchObject([{ name: 'tweets', archivedAt: null }])
    await expect(as(OLGA).archiveTask({ requestId: requestId(), task: 'nothing' })).rejects.toMatchObject(refused('not_found', '"nothing"'))
  })

  test('moves a task that has runs, and the audit trail says from where to where', async () => {
    const run = await launch({ project: 'study' })
    await as(OLGA).create({ requestId: requestId(), name: 'pilot' })
    const move = { requestId: requestId(), task: 'tweets', project: 'pilot' }
    const reply = await as(OLGA).move(move)
    expect(reply).toMatchObject({ task: { name: 'tweets', project: { name: 'pilot' } }, from: { name: 'study' }, to: { name: 'pilot' } })
    await as(OLGA).move({ requestId: requestId(), task: reply.task.id, project: null })
    expect(await as(OLGA).move(move)).toEqual(reply)
    expect(await places()).toEqual({ tweets: null })
    const row = await mephisto.db.audit.get(move.requestId)
    expect(row).toMatchObject({ actorId: 'olga', action: 'move_task', subject: 'task', subjectId: run.taskId })
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ from: { name: 'study' }, to: { name: 'pilot' } })
    await expect(as(OLGA).move({ requestId: requestId(), task: 'tweets', project: 'nowhere' })).rejects.toMatchObject(refused('not_found', '"nowhere"'))
    expect((await as(VERA).tasks({ project: null })).tasks).toMatchObject([{ name: 'tweets' }])
  })

  test('a block in a project is for the tasks that are in it', async () => {
    const run = await launch({ project: 'study' })
    await mephisto.people.block(OLGA, { requestId: requestId(), people: [{ provider: 'inhouse', externalId: 'ann' }], scope: 'project', scopeId: 'study', reason: 'too fast' })
    expect(await mephisto.worker('ann').refusal(run)).toBe('blocked')
    await as(OLGA).move({ requestId: requestId(), task: 'tweets', project: null })
    expect(await mephisto.worker('ann').refusal(run)).toBeNull()
  })

  test('adds up runs, workers, units, approval and money per currency', async () => {
    const dollars = await launch({ project: 'study', pay: usd('0.10'), unitsPerAssignment: 2 })
    const euros = await launch({ project: 'study', task: 'other', pay: { minor: 7, currency: 'EUR' } })
    await launch({ task: 'elsewhere', pay: usd('9.00') })
    const units = [await work('ann', dollars), await work('ann', dollars), await work('ben', dollars), await work('ben', dollars)]
    await mephisto.worker('ann').accept(sentiment, euros)
    const decide = (unitIds: string[], verdict: 'approve' | 'soft_reject' | 'reject') => mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds, verdict })
    expect((await as(VERA).list()).projects).toMatchObject([{ approvalRate: null }])
    await decide(units.slice(0, 2), 'approve')
    await decide(units.slice(2, 3), 'reject')
    await mephisto.operator.expire(euros.id)
    const { projects } = await as(VERA).list()
    expect(projects).toMatchObject([{
      name: 'study', tasks: 2, workers: 2, approvalRate: 2 / 3, runs: { running: 1, expired: 1, paused: 0 },
      units: { accepted: 2, rejected: 1, completed: 1, launched: 4, expired: 4, assigned: 0 },
      money: [
        { spent: { minor: 0, currency: 'EUR' }, reserved: { minor: 0, currency: 'EUR' }, owed: { minor: 0, currency: 'EUR' } }, { spent: { minor: 20, currency: 'USD' }, reserved: { minor: 10, currency: 'USD' }, owed: { minor: 20, currency: 'USD' } },
      ],
    }])
    const page = await as(VERA).show({ project: 'study' })
    expect(page.project).toEqual(projects[0])
    expect(page.tasks).toMatchObject([{ name: 'other', units: { expired: 4 }, workers: 1 }, { name: 'tweets', units: { accepted: 2 }, workers: 2, approvalRate: 2 / 3 }])
  })

  test('over HTTP a viewer looks and an operator acts', async () => {
    const request = { requestId: requestId(), name: 'study' }
    for (const act of [
      (principal: Principal) => as(principal).create(request), (principal: Principal) => as(principal).rename({ ...request, project: 'study' }), (principal: Principal) => as(principal).archive({ requestId: requestId(), project: 'study' }),
      (principal: Principal) => as(principal).archiveTask({ requestId: requestId(), task: 't' }), (principal: Principal) => as(principal).move({ requestId: requestId(), task: 't', project: null }),
    ]) for (const principal of [VERA, RITA]) await expect(act(principal)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await names()).toEqual([])
    await expect(as({ ...VERA, roles: [] }).list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
