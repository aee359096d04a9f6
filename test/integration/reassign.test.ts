import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { assigneeActs } from '../assignee-acts.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { launch: launchPlain, launchFor: launch, accept, progress, told, answerAll, reassign, assigneesOf, decide, itemsOf } = assigneeActs(() => mephisto)
const stranded = async (run: Parameters<typeof progress>[0]) => (await progress(run)).stranded

describe('whom an item is for', () => {
  test('can be seen and changed while the run goes on', async () => {
    const run = await launch([['ann'], ['ann', 'ben'], ['ann']])
    expect(await answerAll('ann', run, 1)).toEqual([0])
    expect([await assigneesOf(run, 0), await assigneesOf(run, 1)]).toEqual([['ann is done'], ['ann', 'ben']])
    expect(await reassign(run, 1, 'cem', 'ben')).toMatchObject({ run: run.id, people: 2, added: 1 })
    expect(await assigneesOf(run, 1)).toEqual(['ben', 'cem'])
    expect(await answerAll('ann', run)).toEqual([2])
    expect(await answerAll('cem', run)).toEqual([1])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('can be changed under who is at it: they may finish it', async () => {
    const run = await launch([['ann']])
    const task = await accept('ann', run)
    await reassign(run, 0, 'ben')
    expect(await told('ben', run)).toBe('none_suitable')
    expect(await task.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
    await expectSound(mephisto, { isSettled: true })
  })

  test('can be changed under who is at it: what they give back is theirs no more', async () => {
    const run = await launch([['ann'], ['ann']])
    await accept('ann', run)
    await reassign(run, 0, 'ben')
    await mephisto.advance(600_001)
    expect(await answerAll('ann', run)).toEqual([1])
    expect(await answerAll('ben', run)).toEqual([0])
    await expectSound(mephisto, { isSettled: true })
  })

  test('is done once under one request id, and told in the audit trail', async () => {
    const run = await launch([['ann']])
    const request = { requestId: crypto.randomUUID(), assignment: (await itemsOf(run))[0] ?? '', workers: ['ben'] }
    const first = await mephisto.people.reassign(TEST_PRINCIPAL, request)
    await mephisto.people.reassign(TEST_PRINCIPAL, { ...request, requestId: crypto.randomUUID(), workers: ['cem'] })
    expect(await mephisto.people.reassign(TEST_PRINCIPAL, request)).toEqual(first)
    expect(await assigneesOf(run, 0)).toEqual(['cem'])
    await expect(mephisto.people.reassign(TEST_PRINCIPAL, { ...request, workers: ['dan'] })).rejects.toMatchObject({ code: 'conflict' })
    expect((await mephisto.audit.list({ action: 'reassign' })).entries).toMatchObject([{ subject: 'task_run', subjectId: run.id }, { subjectId: run.id }])
  })

  test('must be enough people who can still do it', async () => {
    const run = await launch([['ann', 'ben', 'cem'], ['ann', 'ben']], { unitsPerAssignment: 2 })
    await answerAll('ann', run, 1)
    await expect(reassign(run, 1, 'ann')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/has still to be done 2 times, and 1 of these people can do it; name more/) as string })
    await expect(reassign(run, 0, 'ann')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('0 of these people can do it (ann can have no more of it)') as string })
    await reassign(run, 0, 'ann', 'dan')
    await accept('dan', run)
    // Who is at it is enough, as long as they are.
    await reassign(run, 0, 'dan')
    expect(await assigneesOf(run, 0)).toEqual(['dan is done'])
    await expectSound(mephisto)
  })

  test('is refused where nothing can be changed', async () => {
    const [plain, run] = [await launchPlain(), await launch([['ann']], { training: { qualification: 'trained', items: [{ input: { text: 'text 9' }, expected: { label: 'positive' } }] } })]
    await expect(reassign(plain, 0, 'ann')).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('are for everybody who may work in it') as string })
    await expect(assigneesOf(plain, 0)).rejects.toMatchObject({ code: 'illegal_move' })
    const training = (await mephisto.db.assignments.find({ filter: { runId: run.id }, limit: 9 })).rows.find(({ position }) => position < 0)
    const request = { requestId: 'a-request-id-1', assignment: training?.id ?? '', workers: ['ann'] }
    await expect(mephisto.people.reassign(TEST_PRINCIPAL, request)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('training, screening or gold') as string })
    await expect(mephisto.people.reassign(TEST_PRINCIPAL, { ...request, assignment: crypto.randomUUID() })).rejects.toMatchObject({ code: 'not_found' })
    for (const workers of [[], [''], ['ann', 'ann'], ['a\u0000b'], Array.from({ length: 1_001 }, (_, index) => `w${String(index)}`)]) await expect(reassign(run, 0, ...workers)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(reassign(run, 0, `erased:${crypto.randomUUID()}`)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('work that nobody can do whom it is for', () => {
  test('is told when it is to be done again by whom it was done, until it is for somebody else', async () => {
    const run = await launch([['ann'], ['ann'], ['ben', 'ann']])
    const { unitId, ...task } = await accept('ann', run)
    await task.submit({ label: 'positive' })
    expect(await answerAll('ann', run)).toEqual([1, 2])
    await decide(unitId, 'reject')
    expect(await stranded(run)).toEqual({ units: 0, assignments: [] })
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 1 })
    expect(await told('ann', run)).toBe('none_suitable')
    expect(await stranded(run)).toEqual({ units: 1, assignments: [(await itemsOf(run))[0]] })
    await expect(reassign(run, 0, 'ann')).rejects.toMatchObject({ code: 'invalid_input' })
    await reassign(run, 0, 'ann', 'ben')
    expect(await stranded(run)).toEqual({ units: 0, assignments: [] })
    expect(await answerAll('ben', run)).toEqual([0])
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto, { isSettled: true })
  })

  test('stays with the others of the item where there are any', async () => {
    const run = await launch([['ann', 'ben']])
    const task = await accept('ann', run)
    await task.submit({ label: 'positive' })
    await decide(task.unitId, 'reject')
    await mephisto.operator.requeue(run.id)
    expect(await stranded(run)).toEqual({ units: 0, assignments: [] })
    expect(await told('ann', run)).toBe('none_suitable')
    expect(await answerAll('ben', run)).toEqual([0])
    await expectSound(mephisto, { isSettled: true })
  })

  test('is told when somebody gave back what was for them alone, is blocked, or was erased', async () => {
    const run = await launch([['ann'], ['ben'], ['ben', 'ann'], ['cem'], ['cem']])
    await (await accept('ann', run)).giveBack()
    const items = await itemsOf(run)
    expect(await stranded(run)).toEqual({ units: 1, assignments: [items[0]] })
    const { blocks: [block] } = await mephisto.people.block(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), people: [{ provider: 'inhouse', externalId: 'ben' }], scope: 'run', scopeId: run.id, reason: 'left' })
    expect(await stranded(run)).toEqual({ units: 2, assignments: [items[0], items[1]] })
    await mephisto.people.lift(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), blockIds: [block?.id ?? ''] })
    expect(await stranded(run)).toEqual({ units: 1, assignments: [items[0]] })
    await mephisto.privacy.erase(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'cem' } })
    expect(await stranded(run)).toEqual({ units: 3, assignments: [items[0], items[3], items[4]] })
    // Who comes under the old name is somebody else.
    expect(await told('cem', run)).toBe('not_invited')
    await expectSound(mephisto)
  })

  test('is not asked for where items are for everybody', async () => {
    expect(await stranded(await launchPlain())).toBeNull()
  })
})
