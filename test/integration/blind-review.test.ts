import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { appRouter } from '../../sdk/rpc/router.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { answeredRun, sentiment } from '../sentiment.js'

// Whoever judges answers of a run that is reviewed blind is not told whose they are.

let mephisto: TestMephisto
let who: Principal
let run: TaskRun
let ids: string[]
let ann: string

beforeEach(async () => {
  who = RITA
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], authorize: () => who })
  ;({ run, unitIds: ids } = await answeredRun(mephisto, ['ann', 'ben'], { pay: usd('0.10'), isReviewedBlind: true }))
  ann = (await as(OLGA).people.workers({ externalId: 'ann' })).workers[0]?.pseudonym ?? ''
})
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal)
const unitId = (index: number): string => ids[index] ?? ''
const decide = (principal: Principal, index: number, more: object = {}) => as(principal).review.decide({ decisionId: crypto.randomUUID(), unitIds: [unitId(index)], verdict: 'approve', ...more })
const download = (path: string) => mephisto.handler(new Request(`http://test.invalid/mephisto/${path}`))
const names = async (principal: Principal, index = 0) => {
  const review = as(principal).review
  const queue = await review.queue({ run: run.id, statuses: ['completed', 'accepted'] })
  const [known] = (await review.units({ unitIds: [unitId(index)] })).units
  const { events } = await review.history({ unit: unitId(index) })
  const listed = queue.units.find(unit => unit.unitId === unitId(index))
  return [listed?.worker, listed?.pseudonym, known?.worker, known?.pseudonym, events[0]?.pseudonym]
}
const nobody = [null, null, null, null, null]

test('tells nobody in the review whose an answer is while it waits, and afterwards operators alone', async () => {
  expect(await Promise.all([RITA, VERA, OLGA].map(principal => names(principal)))).toEqual([nobody, nobody, nobody])
  await decide(RITA, 0)
  expect(await Promise.all([RITA, VERA, OLGA].map(principal => names(principal)))).toEqual([nobody, nobody, ['ann', ann, 'ann', ann, ann]])
  expect(await names(OLGA, 1)).toEqual(nobody)
  expect((await as(RITA).runs.progress({ run: run.id })).run.isReviewedBlind).toBe(true)
  await expectSound(mephisto)
})

test('does all that goes with a verdict for whoever it is, and says no name', async () => {
  await as(OLGA).people.makeQualification({ requestId: crypto.randomUUID(), name: 'good' })
  const { outcomes } = await decide(RITA, 0, { message: 'Thank you', bonus: usd('0.05'), grants: [{ qualification: 'good', value: 1 }] })
  expect(outcomes).toMatchObject([{ decided: true, message: null }])
  expect(JSON.stringify(outcomes)).not.toContain(ann)
  expect((await as(OLGA).people.holders({ qualification: 'good' })).holders.map(({ worker }) => worker.externalId)).toEqual(['ann'])
})

test('looks up no answers by who gave them, but decided ones for operators', async () => {
  const found = (principal: Principal, statuses: ('completed' | 'accepted')[]) => as(principal).review.queue({ run: run.id, statuses, worker: { pseudonym: ann } })
  await decide(RITA, 0)
  await expect(found(RITA, ['accepted'])).rejects.toThrow(`worker: task run ${run.id} is reviewed blind`)
  await expect(found(OLGA, ['completed'])).rejects.toThrow('or name the statuses of answers that are decided')
  expect((await found(OLGA, ['accepted'])).units.map(unit => unit.unitId)).toEqual([unitId(0)])
})

test('a unit names nobody, for grants and blocks neither', async () => {
  const person = { unitId: unitId(0) }
  for (const principal of [RITA, OLGA]) {
    await expect(as(principal).people.worker({ person })).rejects.toThrow('names nobody: its task run')
    await expect(as(principal).people.block({ requestId: crypto.randomUUID(), people: [person], scope: 'everywhere', scopeId: null, isSoft: true, reason: 'x', until: null })).rejects.toThrow('names nobody')
  }
  expect((await as(OLGA).people.blocks({})).blocks).toEqual([])
})

describe('everywhere else', () => {
  test('gives exports to operators alone', async () => {
    for (const ask of [
      () => as(RITA).data.export({ run: run.id }), () => as(RITA).data.units({ run: run.id }),
      () => as(RITA).data.exportCard({ of: { run: run.id }, file: 'answers.csv' }),
    ]) await expect(ask()).rejects.toMatchObject({ message: `Task run ${run.id} is reviewed blind: operators alone are told whose answers it has. Ask one of them.` })
    for (const path of [`export/${run.id}.csv`, 'export/answers.jsonl?task=tweets', `transcripts/${run.id}.jsonl`]) expect((await download(path)).status, path).toBe(403)
    who = OLGA
    expect(await (await download(`export/${run.id}.csv`)).text()).toContain(ann)
    expect((await as(OLGA).data.units({ worker: { pseudonym: ann } })).rows.map(({ worker }) => worker)).toEqual([ann])
  })

  test('lists the finished units of other runs, and answers no question that one person alone, or one moment, has an answer to', async () => {
    const { run: open } = await answeredRun(mephisto, ['ann', 'eva'], { task: 'open' })
    expect((await as(RITA).data.units({})).rows.map(row => row.run)).toEqual([open.id, open.id])
    expect((await as(RITA).data.units({ worker: { pseudonym: ann } })).rows.map(row => row.run)).toEqual([open.id])
    const [waiting] = (await as(RITA).review.queue({ run: run.id })).units
    const moment = { from: waiting?.submittedAt ?? '', before: new Date(Date.parse(waiting?.submittedAt ?? '') + 1).toISOString() }
    for (const ask of [
      () => as(RITA).data.units({ assignment: waiting?.assignmentId ?? '', worker: { pseudonym: ann } }), () => as(RITA).data.workers({ run: run.id, ...moment }), () => as(RITA).data.workers(moment),
      () => as(RITA).spending.entries({ worker: { pseudonym: ann }, ...moment }), () => as(RITA).remarks.list({ task: 'tweets', worker: { pseudonym: ann } }),
    ]) await expect(ask()).rejects.toThrow('is reviewed blind: operators alone')
    expect((await as(RITA).data.workers({ task: 'open', ...moment })).workers).toHaveLength(2)
    expect((await as(RITA).data.workers({ run: run.id })).workers).toHaveLength(2)
    expect((await as(OLGA).data.workers({ run: run.id, ...moment })).workers).toHaveLength(2)
  })

  test('a remark says whose it is to operators alone, and only once the answer is decided', async () => {
    const late = await mephisto.operator.launch(sentiment, { task: 'remarked', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }], isReviewedBlind: true })
    const task = await mephisto.worker('ann').accept(sentiment, late)
    await task.remark({ kind: 'feedback', text: 'unclear' })
    await task.submit({ label: 'positive' })
    const told = async (principal: Principal) => (await as(principal).remarks.list({ run: late.id })).remarks.map(({ worker }) => worker?.externalId ?? null)
    expect([await told(OLGA), await told(RITA)]).toEqual([[null], [null]])
    await as(RITA).review.decide({ decisionId: crypto.randomUUID(), unitIds: [task.unitId], verdict: 'approve' })
    expect([await told(OLGA), await told(RITA)]).toEqual([['ann'], [null]])
  })

  test('keeps back whose a remark, a movement of money or the work on a page of a worker is', async () => {
    const cem = await mephisto.worker('cem').accept(sentiment, (await answeredRun(mephisto, ['dee'], { isReviewedBlind: true, unitsPerAssignment: 2 })).run)
    await cem.remark({ kind: 'feedback', text: 'unclear' })
    await decide(OLGA, 0)
    const [seen, all] = [as(RITA), as(OLGA)]
    const worker = { pseudonym: ann }
    expect((await seen.remarks.list({})).remarks.map(remark => remark.worker)).toEqual([null])
    expect((await all.remarks.list({ worker: { provider: 'inhouse', externalId: 'cem' } })).remarks).toHaveLength(1)
    expect((await seen.spending.entries({ run: run.id })).entries.map(entry => entry.worker)).toEqual([null, null, null])
    expect((await all.spending.entries({ worker })).entries).toHaveLength(2)
    expect(await seen.people.worker({ person: worker })).toMatchObject({ recentUnits: [], latestDecision: null, work: { accepted: 1 } })
    expect(await all.people.worker({ person: worker })).toMatchObject({ recentUnits: [{ unitId: unitId(0) }], latestDecision: { verdict: 'approve' } })
  })

  test('says whom an item is for to operators alone', async () => {
    const named = await mephisto.operator.launch(sentiment, { task: 'named', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }], assignees: () => ['ann'], isReviewedBlind: true })
    const task = await mephisto.worker('ann').accept(sentiment, named)
    await task.submit({ label: 'positive' })
    const assignment = (await as(OLGA).review.queue({ run: named.id })).units[0]?.assignmentId ?? ''
    await expect(as(RITA).people.assignees({ assignment })).rejects.toThrow('operators alone')
    expect((await as(OLGA).people.assignees({ assignment })).assignees).toHaveLength(1)
  })
})

test('of what those who may look can ask, all is listed by whether it tells whose an answer is', () => {
  const told = ['review.queue', 'review.units', 'review.history', 'data.export', 'data.exportCard', 'data.units', 'people.worker', 'people.holders', 'people.assignees', 'remarks.list', 'spending.entries', 'data.workers']
  const tellsNothing = [
    'principal.me', 'review.sampling', 'runs.list', 'runs.progress', 'runs.overview', 'runs.timeline', 'data.session', 'data.files', 'data.runFiles', 'data.task', 'data.run', 'data.agreement',
    'people.qualifications', 'people.qualification', 'people.history', 'people.workers', 'people.reopenable', 'people.blocks', 'projects.list', 'projects.show', 'projects.tasks',
  ]
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { role: string } } }>)
  expect(procedures.filter(([, { _def }]) => _def.meta?.role === 'viewer').map(([name]) => name).sort()).toEqual([...told, ...tellsNothing].sort())
})

test('of a run that is not reviewed blind all is told', async () => {
  const { run: open, unitIds: [unit = ''] } = await answeredRun(mephisto, ['eva'])
  const queue = await as(RITA).review.queue({ run: open.id })
  expect(queue.units[0]).toMatchObject({ unitId: unit, worker: 'eva' })
  expect((await as(RITA).data.export({ run: open.id })).rows).toHaveLength(1)
})
