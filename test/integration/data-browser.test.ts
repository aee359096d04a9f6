import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { implement, usd, type ExportRow } from '../../sdk/index.js'
import { payloadIn, type PayloadColumn } from '../../sdk/review/exports/columns.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { answer, finishedStage, rating, RITA, type FinishedStage } from '../finished-stage.js'
import { sentiment } from '../sentiment.js'

let stage: FinishedStage
beforeEach(async () => { stage = await finishedStage() })
afterEach(() => stage.mephisto.close())

const ANN = { provider: 'inhouse', externalId: 'ann' }
const items = async (filter: object): Promise<string[]> => {
  const texts: string[] = []
  for await (const { input } of stage.mephisto.data.units(rating, filter)) texts.push(input.text)
  return texts
}
const unitsOf = async (name: string): Promise<string[]> => (await stage.mephisto.data.page({ worker: { provider: 'inhouse', externalId: name } })).rows.map(row => row.unit)

describe('finished work', () => {
  const all = ['mail 0', 'mail 1', 'mail 2', 'mail 3', 'chat 0']

  test('is found by project, task, run, assignment and worker, run by run as the answers came', async () => {
    const { data } = stage.mephisto
    expect(await items({})).toEqual(all)
    expect(await items({ project: 'letters' })).toEqual(all)
    expect(await items({ task: 'mail' })).toEqual(all.slice(0, 4))
    expect(await items({ run: stage.chat.id })).toEqual(['chat 0'])
    expect(await items({ run: stage.empty.id })).toEqual([])
    expect(await items({ worker: ANN })).toEqual(['mail 0', 'mail 2', 'mail 3'])
    expect(await items({ worker: ANN, task: 'chat' })).toEqual([])
    const { rows: [, second] } = await data.page()
    expect(await items({ assignment: second?.assignment })).toEqual(['mail 1'])
  })

  test('is found by when it was answered and by what became of it', async () => {
    const { rows } = await stage.mephisto.data.page()
    const [first, second, third] = rows
    expect(await items({ from: second?.submittedAt, before: third?.submittedAt })).toEqual(['mail 1'])
    await stage.decide([first?.unit ?? ''], 'approve')
    await stage.decide([second?.unit ?? ''], 'reject')
    expect(await items({ statuses: ['accepted'] })).toEqual(['mail 0'])
    expect(await items({ statuses: ['accepted', 'rejected'] })).toEqual(['mail 0', 'mail 1'])
    expect(await items({ statuses: ['completed'], task: 'mail' })).toEqual(['mail 2', 'mail 3'])
  })

  test('is not looked for in runs that were launched after its time', async () => {
    const { data, db } = stage.mephisto
    const finished = vi.spyOn(db.data, 'finished')
    await data.page({ before: new Date(stage.chat.createdAt).toISOString() })
    expect(finished.mock.calls.map(([{ runId }]) => runId)).toEqual([stage.mail.id])
  })

  test('[113] is found by who did it has a qualification, with a value in a range, as long as it has not expired', async () => {
    const { people, data, runtime } = stage.mephisto
    const requestId = (): string => crypto.randomUUID()
    await people.makeQualification(RITA, { requestId: requestId(), name: 'english' })
    const grant = (externalId: string, value: number, expiresAt: string | null = null) =>
      people.grant(RITA, { requestId: requestId(), qualification: 'english', people: [{ provider: 'inhouse', externalId }], value, expiresAt })
    await grant('ann', 1)
    await grant('ben', 5)
    await grant('cleo', 9, new Date(runtime.now() + 1_000).toISOString())
    const workers = async (range: object) => (await data.workers({ qualified: { qualification: 'english', ...range } })).workers.map(({ worker }) => worker.externalId)
    expect(await workers({})).toEqual(['ann', 'ben', 'cleo'])
    expect(await workers({ minimum: 1, maximum: 1 })).toEqual(['ann'])
    expect(await workers({ minimum: 2 })).toEqual(['ben', 'cleo'])
    expect((await data.workers({ worker: ANN, qualified: { qualification: 'english', minimum: 2 } })).workers).toEqual([])
    expect((await data.workers({ worker: ANN, qualified: { qualification: 'english', maximum: 1 }, run: stage.empty.id })).workers).toMatchObject([{ worker: { externalId: 'ann' }, answered: 0 }])
    expect(await items({ qualified: { qualification: 'english', maximum: 1 } })).toEqual(['mail 0', 'mail 2', 'mail 3'])
    runtime.advance(2_000)
    expect(await items({ qualified: { qualification: 'english', minimum: 5 } })).toEqual(['mail 1'])
  })

  test('comes in pages that neither repeat nor lose anything, whatever is decided meanwhile', async () => {
    const { data } = stage.mephisto
    for (const limit of [1, 2, 3, 5, 100]) {
      const seen: string[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: Awaited<ReturnType<typeof data.page>> = await data.page({ limit, ...(cursor === undefined ? {} : { cursor }) })
        seen.push(...page.rows.map(row => (row.input as { text: string }).text))
        await stage.decide(page.rows.map(row => row.unit), 'approve')
        cursor = page.nextCursor
      }
      expect(seen, `${String(limit)} a page`).toEqual(all)
    }
  })

  test('is typed by the blueprint, and never of another one', async () => {
    for await (const row of stage.mephisto.data.units(rating, { worker: ANN })) {
      expectTypeOf(row.answer.label).toEqualTypeOf<'good' | 'bad' | 'unsure'>()
      expect(row).toMatchObject({ outcome: 'completed', pay: { minor: 10, currency: 'USD' }, schemaHash: implement(rating).schemaHash })
      expect(row.worker).toMatch(/^w-/)
    }
    const read = async () => { for await (const _ of stage.mephisto.data.units(sentiment, { run: stage.mail.id })); }
    await expect(read()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('of the blueprint "rating", not "sentiment"') as string })
    const none: unknown[] = []
    for await (const row of stage.mephisto.data.units(sentiment)) none.push(row)
    expect(none).toEqual([])
  })

  test('leaves out of typed rows and statistics what was erased, and has nothing of it in any column', async () => {
    const { mephisto, mail } = stage
    const { rows: [ann] } = await mephisto.data.page({ worker: ANN })
    await mephisto.privacy.erase(RITA, { requestId: crypto.randomUUID(), person: ANN })
    expect(await items({ task: 'mail' })).toEqual(['mail 1'])
    const exported: string[] = []
    for await (const { input } of mephisto.exportRows(rating, { run: mail.id })) exported.push(input.text)
    expect(exported).toEqual(['mail 1'])
    expect((await mephisto.data.page({ task: 'mail' })).rows.map(row => row.answer)).toContainEqual({ erased: true })
    const statistics = await mephisto.data.task('mail')
    expect(statistics.answers).toBe(1)
    expect(statistics.fields[0]).toMatchObject({ counts: [{ value: 'good', count: 0 }, { value: 'bad', count: 1 }, { value: 'unsure', count: 0 }], other: 0, missing: 0 })
    const column = (side: 'input' | 'answer', name: string | null): PayloadColumn => ({ column: 'c', side, field: { name, kind: 'json', choices: null } })
    const row = { ...ann, answer: { erased: true } } as ExportRow
    expect([column('answer', null), column('answer', 'erased'), column('input', 'text')].map(of => payloadIn(row, of))).toEqual([undefined, undefined, 'mail 0'])
  })

  test.each([
    ['a run there is not', { run: 'nowhere' }, 'not_found', 'There is no task run nowhere'], ['a task there is not', { task: 'nothing' }, 'not_found', 'There is no task "nothing"'],
    ['a project there is not', { project: 'nothing' }, 'not_found', 'There is no project "nothing"'], ['somebody there is not', { worker: { provider: 'inhouse', externalId: 'zoe' } }, 'not_found', '"zoe"'],
    ['a qualification there is not', { qualified: { qualification: 'none' } }, 'not_found', 'qualification "none"'], ['an assignment there is not', { assignment: 'nowhere' }, 'not_found', 'assignment nowhere'],
    ['a range that is none', { qualified: { qualification: 'none', minimum: 2, maximum: 1 } }, 'invalid_input', 'qualified.maximum'], ['a filter there is not', { tsak: 'mail' }, 'invalid_input', 'tsak'],
    ['a date', { from: 'yesterday' }, 'invalid_input', 'from'], ['a status that is not finished', { statuses: ['launched'] }, 'invalid_input', 'statuses'], ['too many at once', { limit: 1_001 }, 'invalid_input', 'limit'],
  ])('refuses %s', async (_, query, code, message) => {
    await expect(stage.mephisto.data.page(query as object)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
  })

  test('refuses cursors that were not handed out', async () => {
    const { data } = stage.mephisto
    const cursor = (await data.page({ limit: 1 })).nextCursor ?? ''
    const [run = '', at = '', unit = ''] = cursor.split('.')
    for (const bad of ['', 'x', cursor.slice(1), `${cursor}x`, `${unit}.${at}.${unit}`, `${run}.-1.${unit}`, `${run}.${at}.' OR 1=1`, `${run}.9e9.${unit}`]) {
      await expect(data.page({ cursor: bad }), bad).rejects.toMatchObject({ code: 'invalid_input', message: 'This page cursor is not one that was handed out; start again without a cursor.' })
    }
  })

  test('refuses an assignment of another run than the one named', async () => {
    const { rows: [first] } = await stage.mephisto.data.page()
    await expect(stage.mephisto.data.page({ run: stage.chat.id, assignment: first?.assignment })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('statistics', () => {
  test('of workers: what became of their work, how long it took, what it earned and for an hour', async () => {
    const [first = '', second = '', third = ''] = await unitsOf('ann')
    await stage.decide([first], 'approve')
    await stage.decide([second], 'soft_reject')
    await stage.decide([third], 'reject')
    const { workers, nextCursor } = await stage.mephisto.data.workers()
    expect(nextCursor).toBeNull()
    const gold = { right: 0, wrong: 0, score: null }
    const money = (minor: number) => ({ minor, currency: 'USD' })
    expect(workers.map(({ worker, ...rest }) => ({ name: worker.externalId, ...rest }))).toEqual([
      { name: 'ann', answered: 3, waiting: 0, accepted: 1, softRejected: 1, rejected: 1, gold, totalMs: 6_000, medianMs: 2_000, pay: [{ earned: money(20), waiting: money(0), extra: money(0), hourly: money(24_000) }] },
      { name: 'ben', answered: 1, waiting: 1, accepted: 0, softRejected: 0, rejected: 0, gold, totalMs: 10_000, medianMs: 10_000, pay: [{ earned: money(0), waiting: money(10), extra: money(0), hourly: null }] },
      { name: 'cleo', answered: 1, waiting: 1, accepted: 0, softRejected: 0, rejected: 0, gold, totalMs: 4_000, medianMs: 4_000, pay: [{ earned: money(0), waiting: money(10), extra: money(0), hourly: null }] },
    ])
  })

  test('of workers: gold apart from the work, paid all the same, and money that came outside any unit', async () => {
    const { mephisto } = stage
    const gold = { qualification: 'careful', rate: 0.5, minimumRight: 0, mostWrong: 3, items: Array.from({ length: 4 }, (_, index) => ({ input: { text: `gold ${String(index)}` }, expected: { label: 'good' as const } })) }
    const run = await mephisto.operator.launch(rating, {
      task: 'known', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), title: 'Known', description: 'Rate texts', data: Array.from({ length: 3 }, (_, index) => ({ text: `known ${String(index)}` })), gold,
    })
    let golds = 0
    for (;;) {
      const work = await mephisto.worker('dia').accept(rating, run).catch(() => null)
      if (!work) break
      golds += work.input.text.startsWith('gold') ? 1 : 0
      mephisto.runtime.advance(1_000)
      await work.submit(answer(golds === 1 && work.input.text.startsWith('gold') ? 'bad' : 'good'))
    }
    expect(golds).toBeGreaterThan(0)
    const dia = { provider: 'inhouse', externalId: 'dia' }
    const [{ worker: { id } } = { worker: { id: '' } }] = (await mephisto.data.workers({ worker: dia })).workers
    await mephisto.operator.compensate(run.id, { compensationId: 'page-broke', worker: id, amount: usd('0.70'), reason: 'The page broke' })
    const [statistics] = (await mephisto.data.workers({ worker: dia, task: 'known' })).workers
    expect(statistics).toMatchObject({
      answered: 3, waiting: 3, softRejected: 0, gold: { right: golds - 1, wrong: 1, score: (golds - 1) / golds }, totalMs: (3 + golds) * 1_000,
      pay: [{ earned: { minor: 10 * golds }, waiting: { minor: 30 }, extra: { minor: 70 }, hourly: { minor: 36_000 } }],
    })
    expect(await items({ task: 'known' })).toHaveLength(3)
    expect(await mephisto.data.task('known')).toMatchObject({ answers: 3, units: { completed: 3, soft_rejected: 0 } })
  })

  test('of workers within a project, task or run and a time, page by page', async () => {
    const { data } = stage.mephisto
    const names = async (query: object) => (await data.workers(query)).workers.map(({ worker, answered }) => [worker.externalId, answered])
    expect(await names({ project: 'letters' })).toEqual([['ann', 3], ['ben', 1], ['cleo', 1]])
    expect(await names({ task: 'chat' })).toEqual([['cleo', 1]])
    expect(await names({ run: stage.mail.id })).toEqual([['ann', 3], ['ben', 1]])
    expect(await names({ run: stage.empty.id })).toEqual([])
    expect(await names({ worker: ANN, task: 'chat' })).toEqual([['ann', 0]])
    const { rows: [, , third] } = await data.page()
    expect(await names({ worker: ANN, from: third?.submittedAt })).toEqual([['ann', 2]])
    const first = await data.workers({ limit: 2 })
    const second = await data.workers({ limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.workers, ...second.workers].map(({ worker }) => worker.externalId)).toEqual(['ann', 'ben', 'cleo'])
    expect(second.nextCursor).toBeNull()
    await expect(data.workers({ task: 'chat', run: stage.chat.id })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('run: project, task and run exclude each other') as string })
  })

  test('of a task and a project: how far people agree who answered the same items', async () => {
    const { mephisto } = stage
    const { operator, data } = mephisto
    const run = await operator.launch(rating, { task: 'pairs', project: 'letters', requester: 'lab', provider: 'inhouse', title: 'Pairs', description: 'Rate texts', unitsPerAssignment: 3, data: [0, 1, 2].map(index => ({ text: `pair ${String(index)}` })) })
    const work = async (name: string, ...given: object[]) => {
      for (const one of given) await (await mephisto.worker(name).accept(rating, run)).submit(one as ReturnType<typeof answer>)
    }
    await work('ann', answer('good'), answer('bad'), answer('good', { stars: 1 }))
    await work('ben', answer('good'), answer('unsure'))
    await work('cem', answer('good', { stars: null }))
    const { fields } = await data.task('pairs')
    const label = { items: 2, values: 5, observed: 0.5, alpha: expect.closeTo(1 - 4 * (2 / 5) / (14 / 5), 9) as number }
    const isClear = { items: 2, values: 5, observed: 0.5, alpha: expect.closeTo(1 - 4 * (2 / 5) / (8 / 5), 9) as number }
    const stars = { items: 2, values: 4, observed: 1, alpha: null }
    expect(fields.map(({ field, agreement }) => [field, agreement])).toEqual([['label', label], ['isClear', isClear], ['stars', stars], ['weight', null]])
    expect(await data.agreement('letters')).toEqual({
      project: { id: expect.any(String) as string, name: 'letters' }, observed: 0.5,
      tasks: [
        { task: { id: stage.chat.taskId, name: 'chat', blueprintType: 'rating' }, answers: 1, fields: [] }, { task: { id: stage.mail.taskId, name: 'mail', blueprintType: 'rating' }, answers: 4, fields: [] },
        { task: { id: run.taskId, name: 'pairs', blueprintType: 'rating' }, answers: 6, fields: [{ field: 'label', kind: 'choice', agreement: label }, { field: 'isClear', kind: 'choice', agreement: isClear }, { field: 'stars', kind: 'number', agreement: stars }] },
      ],
    })
    // Rejected answers are not what people found.
    const { rows } = await data.page({ task: 'pairs' })
    await stage.decide(rows.filter(row => (row.answer as { label: string }).label === 'unsure').map(row => row.unit), 'reject')
    expect((await data.agreement('letters')).observed).toBe(1)
    await expect(data.agreement('nothing')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of a task: units, people, money, and how each field was answered', async () => {
    const { data } = stage.mephisto
    const [unit = ''] = await unitsOf('ben')
    await stage.decide([unit], 'approve')
    const task = await data.task('mail')
    expect(task).toMatchObject({ task: { name: 'mail', blueprintType: 'rating' }, runs: 2, workers: 2, answers: 4 })
    expect(task.units).toMatchObject({ accepted: 1, completed: 3, launched: 1, rejected: 0 })
    expect(task.spend).toEqual([{ spent: { minor: 10, currency: 'USD' }, owed: { minor: 10, currency: 'USD' }, reserved: { minor: 30, currency: 'USD' } }])
    expect(task.fields).toEqual([
      { kind: 'choice', field: 'label', counts: [{ value: 'good', count: 2 }, { value: 'bad', count: 1 }, { value: 'unsure', count: 1 }], other: 0, missing: 0, agreement: null },
      { kind: 'choice', field: 'isClear', counts: [{ value: true, count: 3 }, { value: false, count: 1 }], other: 0, missing: 0, agreement: null },
      { kind: 'number', field: 'stars', bins: [{ from: 1, to: 1, count: 1 }, { from: 3, to: 3, count: 2 }], least: 1, most: 3, mean: 7 / 3, missing: 1, agreement: null },
      { kind: 'number', field: 'weight', bins: [{ from: 0.5, to: 0.5, count: 1 }], least: 0.5, most: 0.5, mean: 0.5, missing: 3, agreement: null },
    ])
    await stage.mephisto.worker('dia').accept(rating, stage.empty)
    const [{ workers, money } = { workers: 0, money: [] }] = (await stage.mephisto.projects.tasks()).tasks.filter(({ name }) => name === 'mail')
    expect(await data.task('mail')).toMatchObject({ workers: 3, spend: money })
    expect(workers).toBe(3)
    await stage.decide([(await unitsOf('cleo'))[0] ?? ''], 'reject')
    expect(await data.task('chat')).toMatchObject({ answers: 0, units: { rejected: 1 }, fields: [] })
    await expect(data.task('nothing')).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('over HTTP, whoever may look reads all of it, and nobody else anything', async () => {
  const { caller } = stage.mephisto
  const vera = caller({ id: 'vera', name: 'Vera', roles: ['viewer'] }).data
  expect((await vera.units({ limit: 2 })).rows).toHaveLength(2)
  expect((await vera.workers()).workers).toHaveLength(3)
  expect((await vera.task({ task: 'mail' })).answers).toBe(4)
  const nobody = caller({ id: 'x', name: 'X', roles: [] }).data
  for (const read of [nobody.units(), nobody.workers(), nobody.task({ task: 'mail' }), nobody.agreement({ project: 'letters' })]) {
    await expect(read).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})

test('an installation without any work has none, and says so', async () => {
  const empty = await createTestMephisto({ blueprints: [implement(rating)] })
  expect(await empty.data.page()).toEqual({ rows: [], nextCursor: null })
  expect(await empty.data.workers()).toEqual({ workers: [], nextCursor: null })
  await empty.close()
})
