import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Principal, TaskRun } from '../../sdk/index.js'
import { answer, finishedStage, rating, RITA, type FinishedStage } from '../finished-stage.js'

let stage: FinishedStage
beforeEach(async () => { stage = await finishedStage() })
afterEach(() => stage.mephisto.close())

const VERA: Principal = { id: 'vera', name: 'Vera', roles: ['viewer'] }
const read = (run: { readonly id: string }, limit?: number) => stage.mephisto.data.run({ run: run.id, ...(limit === undefined ? {} : { limit }) })

/** A run whose items three people answer. */
async function pairs(): Promise<TaskRun> {
  const run = await stage.mephisto.operator.launch(rating, { task: 'pairs', requester: 'lab', provider: 'inhouse', title: 'Pairs', description: 'Rate texts', unitsPerAssignment: 3, data: [0, 1].map(index => ({ text: `pair ${String(index)}` })) })
  for (const [name, label] of [['ann', 'good'], ['ben', 'good'], ['cem', 'bad'], ['ann', 'bad'], ['ben', 'bad']] as const) {
    stage.mephisto.runtime.advance(1_000)
    await (await stage.mephisto.worker(name).accept(rating, run)).submit(answer(label))
  }
  return run
}

describe('the latest answers of a run', () => {
  test('are spread as those of its task are, which has no other', async () => {
    const { data } = stage.mephisto
    const { answers, fields } = await data.task('chat')
    expect(await read(stage.chat)).toEqual({ run: stage.chat.id, answers, isPart: false, fields })
    expect(await read(await pairs())).toMatchObject({ answers: 5, isPart: false, fields: (await data.task('pairs')).fields })
    expect(await read(stage.empty)).toEqual({ run: stage.empty.id, answers: 0, isPart: false, fields: [] })
  })

  test('are as many as are asked for, and it is said when there are more', async () => {
    const labels = async (limit: number) => {
      const { answers, isPart, fields } = await read(stage.mail, limit)
      return [answers, isPart, fields.flatMap(field => (field.kind === 'choice' && field.field === 'label' ? field.counts.map(({ count }) => count) : []))]
    }
    // In their order: good, bad, unsure, good.
    expect(await labels(1)).toEqual([1, true, [1, 0, 0]])
    expect(await labels(2)).toEqual([2, true, [1, 0, 1]])
    expect(await labels(4)).toEqual([4, false, [2, 1, 1]])
  })

  test('leave out what was rejected, or erased', async () => {
    const { mephisto, mail } = stage
    const { rows } = await mephisto.data.page({ run: mail.id })
    await stage.decide([rows[1]?.unit ?? ''], 'reject')
    await stage.decide([rows[2]?.unit ?? ''], 'soft_reject')
    expect(await read(mail)).toMatchObject({ answers: 3, isPart: false })
    await mephisto.privacy.erase(RITA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'ann' } })
    expect(await read(mail)).toEqual({ run: mail.id, answers: 0, isPart: false, fields: [] })
  })

  test('tell how far those agree who answered the same items, but not those who worked together', async () => {
    const run = await pairs()
    const agreement = async () => (await read(run)).fields.find(({ field }) => field === 'label')?.agreement
    expect(await agreement()).toMatchObject({ items: 2, values: 5, observed: (1 / 3 + 1) / 2 })
    // The last three are of the first item one, and both of the second.
    expect((await read(run, 3)).fields.find(({ field }) => field === 'label')?.agreement).toMatchObject({ items: 1, values: 2, observed: 1 })
    const { db } = stage.mephisto
    const stored = await db.runs.get(run.id)
    vi.spyOn(db.runs, 'get').mockImplementation(async () => stored && { ...stored, config: { ...stored.config, live: {} as never } })
    expect(await agreement()).toBeNull()
    expect(await read(run)).toMatchObject({ answers: 5 })
    vi.restoreAllMocks()
  })
})

test('over HTTP, whoever may look reads it, and nobody else; what is asked for wrongly is refused', async () => {
  const { caller, data } = stage.mephisto
  const run = stage.mail.id
  expect(await caller(VERA).data.run({ run })).toMatchObject({ run, answers: 4, isPart: false })
  expect((await caller(VERA).data.run({ run, limit: 1 })).isPart).toBe(true)
  await expect(caller({ id: 'x', name: 'X', roles: [] }).data.run({ run })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  for (const limit of [0, 10_001, 1.5]) {
    await expect(data.run({ run, limit })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('limit') as string })
    await expect(caller(VERA).data.run({ run, limit })).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('limit') as string })
  }
  await expect(data.run({ run: 'nowhere' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('There is no task run nowhere') as string })
  await expect(caller(VERA).data.run({ run: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(data.run({ run, task: 'mail' } as never)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('task') as string })
})
