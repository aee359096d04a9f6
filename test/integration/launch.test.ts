import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, type LaunchProgress } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const wrong = (options: object) => mephisto.operator.launch(sentiment, { ...sentimentRun(1), ...options })

/** Names that are there. */
async function names(): Promise<readonly string[]> {
  const { tasks, requesters, projects, qualifications, workers } = mephisto.db
  const named = await Promise.all([tasks, requesters, projects, qualifications].map(async table => (await table.find()).rows.map(({ name }) => name)))
  return [...named.flat(), ...(await workers.find()).rows.map(({ externalId }) => externalId)]
}

describe('launch', () => {
  test('makes assignments and units from an array, an iterable and an async generator', async () => {
    async function* slowly() {
      for (const text of ['a', 'b', 'c']) yield await Promise.resolve({ text })
    }
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: slowly(), unitsPerAssignment: 2 })
    expect(run).toMatchObject({ status: 'running', unitsTotal: 6, unitsOpen: 6, config: { title: 'tweets', description: '' } })
    const set = await mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: new Set([{ text: 'only' }]) })
    expect(set.unitsTotal).toBe(1)
    expect(set.taskId).toBe(run.taskId)
  })

  test('takes many rows in batches', async () => {
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(1700), unitsPerAssignment: 3 })
    expect((await mephisto.operator.progress(run.id)).units.launched).toBe(5100)
  })

  test('says after each batch how far it is; what that throws ends the launch', async () => {
    const seen: LaunchProgress[] = []
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(1700), unitsPerAssignment: 3, onProgress: progress => seen.push(progress) })
    expect(seen.map(({ rows, units }) => [rows, units])).toEqual([[667, 2001], [1334, 4002], [1700, 5100]])
    expect(new Set(seen.map(({ runId }) => runId))).toEqual(new Set([run.id]))
    const enough = new Error('enough')
    await expect(wrong({ onProgress: () => { throw enough } })).rejects.toBe(enough)
    expect((await mephisto.operator.runs()).map(({ id }) => id)).toEqual([run.id])
  })

  test('refuses an unknown provider and a blueprint that is not implemented', async () => {
    await expect(wrong({ provider: 'mturk' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('no provider "mturk"') as string })
    const other = defineBlueprint({ type: 'other', input: z.object({ text: z.string() }), output: z.object({}) })
    await expect(mephisto.operator.launch(other, sentimentRun(1))).rejects.toMatchObject({ code: 'not_found' })
    const twin = defineBlueprint({ type: 'sentiment', input: z.object({ text: z.string() }), output: z.object({}) })
    await expect(mephisto.operator.launch(twin, sentimentRun(1))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('refuses a task name that belongs to another blueprint', async () => {
    const other = defineBlueprint({ type: 'other', input: z.object({ text: z.string() }), output: z.object({}) })
    await mephisto.operator.launch(sentiment, sentimentRun(1))
    const both = await createTestMephisto({ blueprints: [implement(other)], file: mephisto.file })
    await expect(both.operator.launch(other, sentimentRun(1))).rejects.toMatchObject({ code: 'conflict' })
    await both.close()
  })

  test('refuses values that JSON cannot keep, in schema or data', async () => {
    const input = z.object({ text: z.string() })
    expect(() => implement(defineBlueprint({ type: 'big', input, output: z.object({ n: z.coerce.bigint() }) }))).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('bigint') as string }) as Error)
    expect(() => implement(defineBlueprint({ type: 'when', input: z.object({ at: z.date() }), output: input }))).toThrow(expect.objectContaining({ code: 'invalid_options' }) as Error)
    const tags = defineBlueprint({ type: 'tags', input, output: z.object({ tags: z.array(z.string()).transform(list => new Set(list)) }) })
    const other = await createTestMephisto({ blueprints: [implement(tags)] })
    const run = await other.operator.launch(tags, sentimentRun(1))
    const task = await other.worker('ann').accept(tags, run)
    await expect(task.submit({ tags: ['a'] })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('answer.tags') as string })
    await other.close()
  })

  test('is by invitation from its first moment on, and whoever it made and took away again comes back as somebody new', async () => {
    const open = await mephisto.operator.launch(sentiment, sentimentRun(2))
    const before = await mephisto.operator.runs()
    const admitted: number[] = []
    async function* slowly() {
      for (let index = 0; index < 2_500; index += 1) yield { text: String(index) }
      const [launching] = (await mephisto.operator.runs()).filter(({ status }) => status === 'launching')
      admitted.push((await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).people.admit({ requestId: 'request-1', run: launching?.id ?? '', workers: ['ben'] })).admitted)
      // Somebody looks at another run under the name that this launch has made.
      expect((await mephisto.worker('ann').preview(open)).refusal).toBeNull()
      throw new Error('the source is gone')
    }
    await expect(wrong({ data: slowly(), assignees: () => ['ann'] })).rejects.toThrow('the source is gone')
    expect([admitted, await mephisto.operator.runs()]).toEqual([[1], before])
    expect((await (await mephisto.worker('ann').accept(sentiment, open)).submit({ label: 'positive' })).outcome).toBe('completed')
  })

  test('on a wrong row names its number and path, and leaves nothing behind', async () => {
    const data = [...sentimentRun(1200).data, { text: 7 }, { text: 'fine' }]
    await expect(wrong({ data })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Data row 1201') as string, problems: [{ path: 'row 1201.text', rule: 'invalid_type' }] })
    expect(await mephisto.operator.runs()).toEqual([])
    const more = { data, project: 'study', workers: ['ann', 'ben'], training: { qualification: 'trained', items: [{ row: { text: 'good' }, answer: { label: 'positive' } }] } }
    await expect(wrong(more)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await names()).toEqual([])
    // Who was there before stays.
    await mephisto.operator.launch(sentiment, { ...sentimentRun(1), workers: ['ann'] })
    const before = await names()
    await expect(wrong({ ...more, assignees: () => ['ann', 'cleo'] })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await names()).toEqual(before)
  })

  test('that fails leaves names that were there, or that another run has', async () => {
    await mephisto.operator.launch(sentiment, { ...sentimentRun(1), project: 'study' })
    await expect(wrong({ data: [{ text: 7 }], project: 'study' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await names()).toEqual(['tweets', 'lab', 'study'])
    await expect(wrong({ data: [{ text: 7 }], task: 'mails', requester: 'other lab', project: 'study' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await names()).toEqual(['tweets', 'lab', 'study'])
    async function* meanwhile() {
      yield await Promise.resolve({ text: 'one' })
      await mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'chats', requester: 'new lab' })
      throw new RangeError('the file ended early')
    }
    await expect(wrong({ data: meanwhile(), task: 'chats', requester: 'new lab', project: 'chats' })).rejects.toThrow('the file ended early')
    expect(new Set(await names())).toEqual(new Set(['tweets', 'chats', 'lab', 'new lab', 'study', 'chats']))
  })

  test('leaves nothing behind when a generator throws', async () => {
    function* broken() {
      yield { text: 'one' }
      throw new RangeError('the file ended early')
    }
    await expect(wrong({ data: broken() })).rejects.toThrow('the file ended early')
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('closes what its data comes from, also when it is refused before a row is written', async () => {
    let closed = 0
    function* rows(second: unknown) {
      try {
        yield { text: 'one' }
        yield second
      } finally {
        closed += 1
      }
    }
    await expect(wrong({ data: rows({ text: 1 }) as Iterable<{ text: string }> })).rejects.toThrow('Data row 2 does not fit')
    await expect(wrong({ data: rows({ text: 'two' }) as Iterable<{ text: string }>, mostRows: 1 })).rejects.toThrow('more than 1 rows')
    expect(closed).toBe(2)
    // Not even for a moment.
    expect((await mephisto.db.tasks.find({ filter: {}, limit: 10 })).rows.map(({ name }) => name)).not.toContain('never')
  })
})

test('a launch whose process died fails after ten minutes of silence, and hands nothing out', async () => {
  // As many as are read before anything is written, and one more batch.
  async function* dying() {
    for (let index = 0; index < 3_000; index += 1) yield { text: 'one' }
    await new Promise<never>(() => undefined)
  }
  void mephisto.operator.launch(sentiment, { ...sentimentRun(0), data: dying() }).catch(() => undefined)
  await expect.poll(async () => (await mephisto.operator.runs()).length).toBe(1)
  const [run] = await mephisto.operator.runs()
  if (!run) return
  expect(await mephisto.worker('ann').refusal(run)).toBe('run_not_started')
  await mephisto.advance(600_001)
  expect((await mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'failed', unitsOpen: 0 })
  expect(await mephisto.worker('ann').refusal(run)).toBe('run_ended')
})

describe('a run', () => {
  test('can be paused, resumed and ended, and refuses what is not possible', async () => {
    const run = await mephisto.operator.launch(sentiment, sentimentRun(2))
    expect((await mephisto.operator.pause(run.id)).status).toBe('paused')
    await expect(mephisto.operator.pause(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('resume') as string })
    expect((await mephisto.operator.resume(run.id)).status).toBe('running')
    await mephisto.worker('ann').accept(sentiment, run)
    expect(await mephisto.operator.expire(run.id)).toMatchObject({ status: 'expired', unitsOpen: 0, reservedMinor: 0 })
    await expect(mephisto.operator.expire(run.id)).rejects.toMatchObject({ code: 'illegal_move' })
    await expect(mephisto.operator.expire('nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })
})
