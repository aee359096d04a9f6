import * as z from 'zod'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement } from '../../sdk/index.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { createTestMephisto, pageCalls, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

/** Takes whatever JSON can hold. */
const free = defineBlueprint({ type: 'free', input: z.object({ anything: z.unknown() }), output: z.unknown() })

let mephisto: TestMephisto
let run: TaskRun
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment), implement(free)], limits: { maxBodyBytes: 100_000 } })
  run = await mephisto.operator.launch(sentiment, sentimentRun(4))
})
afterEach(() => mephisto.close())

const coded = (code: string) => expect.objectContaining({ code }) as Error

/** Sends a body as it is to a page's procedure, and returns status and code. */
async function send(procedure: string, body: string, token?: string): Promise<{ status: number; code: string | undefined }> {
  const response = await mephisto.handler(new Request(`${mephisto.architect.baseUrl}trpc/${procedure}`, {
    method: 'POST', body, headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  }))
  const reply = await response.json() as { error?: { data?: { mephistoCode?: string } } }
  return { status: response.status, code: reply.error?.data?.mephistoCode }
}

async function tokenOf(runId: string, worker: string): Promise<string> {
  const { credential } = await mephisto.invite({ run: runId, worker })
  return (await pageCalls(mephisto)<{ agentToken: string }>('register', { provider: 'inhouse', credential })).agentToken
}

const answers = () => mephisto.db.units.answers({ runId: run.id, includeSetAside: true, limit: 10 })

describe('a body', () => {
  test.each(['agent.submit', 'agent.register', 'runs.launch'])('of %s that is not JSON, not an object or too large is refused, and stores nothing', async procedure => {
    const token = await tokenOf(run.id, 'ann')
    for (const body of ['', '{', '{"submissionId":', 'undefined', 'NaN', '{"a":1}{', "{'a':1}", '\ufeff{}\0', 'null', '[]', '"text"', '7', '{}']) {
      expect(await send(procedure, body, token), body).toEqual({ status: 400, code: 'invalid_input' })
    }
    expect(await send(procedure, JSON.stringify({ submissionId: 'an-answer', answer: 'x'.repeat(100_000) }), token)).toEqual({ status: 413, code: 'too_large' })
    expect(await answers()).toEqual([])
  })

  test('with names that objects have already is an answer like any other, and changes no object', async () => {
    const token = await tokenOf(run.id, 'ann')
    const body = '{"submissionId":"odd-names","answer":{"label":"positive","__proto__":{"isOdd":true},"constructor":{"prototype":{"isOdd":true}}}}'
    expect(await send('agent.submit', body, token)).toEqual({ status: 200, code: undefined })
    expect(({} as { isOdd?: boolean }).isOdd).toBeUndefined()
    expect((await answers()).map(row => row.answer)).toEqual(['{"label":"positive"}'])
  })

  test.each([201, 5_000, 40_000])('with an answer %i levels deep is refused, and the unit stays with its worker', async levels => {
    const deep = await mephisto.operator.launch(free, { ...sentimentRun(0), task: 'deep', data: [{ anything: null }] })
    const token = await tokenOf(deep.id, 'ann')
    const nested = (depth: number) => `{"submissionId":"deep-answer","answer":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(await send('agent.submit', nested(levels), token)).toEqual({ status: 422, code: 'invalid_answer' })
    expect(await send('agent.submit', nested(200), token)).toEqual({ status: 200, code: undefined })
  })
})

describe('a launch', () => {
  const launch = (change: object) => mephisto.operator.launch(free, { ...sentimentRun(0), task: 'odd', data: [{ anything: 1 }], ...change })

  test.each([
    ['a title with half a character', { title: 'half \ud83d' }], ['a title with NUL', { title: 'nul \0' }], ['a description with NUL', { description: 'nul \0' }],
    ['a title that is too long', { title: 'x'.repeat(201) }], ['a description that is too long', { description: 'x'.repeat(5_001) }], ['a task of two lines', { task: 'two\nlines' }],
    ['no data', { data: [] }], ['data that is JSON text', { data: '[{"anything":1}]' as unknown as [] }], ['an unknown option', { titel: 'x' }],
    ['data that is nested too deep', { data: [{ anything: JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown }] }],
    ['data that JSON cannot keep', { data: [{ anything: new Map() }] }],
  ])('with %s is refused, and nothing stays', async (_, change) => {
    await expect(launch(change)).rejects.toThrow(coded('invalid_input'))
    expect((await mephisto.operator.runs()).map(one => one.id)).toEqual([run.id])
  })

  test('keeps items of every character and of megabytes as they were', async () => {
    const data = ['\0', '\ud83d', '😀', '\\u0000', '{t:unit}', "'; --", 'ü'.repeat(1_500_000), 'x'.repeat(2_500_000)].map(text => ({ anything: { [text.slice(0, 9)]: text } }))
    const odd = await launch({ data, title: "'; DROP TABLE 😀 --" })
    expect(odd.config.title).toBe("'; DROP TABLE 😀 --")
    const { rows } = await mephisto.db.assignments.find({ filter: { runId: odd.id }, sort: 'position' })
    expect(rows.map(row => JSON.parse(row.input) as unknown)).toEqual(data)
  })
})

describe('an id', () => {
  const { runs, review, data } = { runs: () => mephisto.caller(TEST_PRINCIPAL).runs, review: () => mephisto.caller(TEST_PRINCIPAL).review, data: () => mephisto.caller(TEST_PRINCIPAL).data }
  /** tRPC's code of a call that fails; null for one that does not. */
  const codeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => null, (error: unknown) => (error as { code?: unknown }).code)

  test('of no run is not found', async () => {
    const nowhere = '00000000-0000-7000-8000-000000000000'
    for (const call of [runs().progress({ run: nowhere }), runs().pause({ run: nowhere }), runs().expire({ run: nowhere }), runs().invite({ run: nowhere, worker: 'ann' }), review().queue({ run: nowhere }), data().export({ run: nowhere })]) {
      expect(await codeOf(call)).toBe('NOT_FOUND')
    }
  })

  test('of a unit of another run takes nothing back there, and a decision changes only its own units', async () => {
    const other = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), task: 'other' })
    const tasks = await Promise.all([run, other].map(one => mephisto.worker('ann').accept(sentiment, one)))
    for (const task of tasks) await task.submit({ label: 'positive' })
    const unitIds = tasks.map(task => task.unitId)
    const { outcomes } = await review().decide({ decisionId: 'both-runs', unitIds: [unitIds[0] ?? '', '00000000-0000-7000-8000-000000000000'], verdict: 'approve' })
    expect(outcomes.map(outcome => outcome.decided)).toEqual([true, false])
    expect((await review().undo({ decisionId: 'undo-other', run: other.id })).outcomes).toEqual([])
    expect([await mephisto.db.units.get(unitIds[0] ?? ''), await mephisto.db.units.get(unitIds[1] ?? '')].map(unit => unit?.status)).toEqual(['accepted', 'completed'])
  })

  test('of a page that was not handed out is refused wherever there are pages', async () => {
    for (let count = 0; count < 3; count += 1) await (await mephisto.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    const [queue, page] = [await review().queue({ run: run.id, limit: 1 }), await data().export({ run: run.id, limit: 1 })]
    const [queueCursor, exportCursor] = [queue.nextCursor ?? '', page.nextCursor ?? '']
    const changed = (cursor: string) => [cursor.slice(0, -1), `${cursor}x`, ` ${cursor}`, cursor.toUpperCase().replaceAll(/\d/g, 'Z'), cursor.replace('.', '..')]
    const wrong = ['', ' ', 'null', '[]', '0', '1.', '.', '-1.0', '1e3.x', "1.' OR 1=1 --", 'DROP TABLE mephisto_unit', 'x'.repeat(128), 'x'.repeat(200_000), '\0', '\ud83d', '../../etc/passwd']
    for (const cursor of [...wrong, ...changed(queueCursor), exportCursor, run.id]) expect(await codeOf(review().queue({ run: run.id, cursor })), cursor.slice(0, 200)).toBe('BAD_REQUEST')
    for (const cursor of [...wrong, ...changed(exportCursor), queueCursor, run.id]) expect(await codeOf(data().export({ run: run.id, cursor })), cursor.slice(0, 200)).toBe('BAD_REQUEST')
    for (const cursor of [...wrong, ...changed(run.id).slice(0, 4), queueCursor]) expect(await codeOf(runs().list({ cursor })), cursor.slice(0, 200)).toBe('BAD_REQUEST')
    expect((await review().queue({ run: run.id, cursor: queueCursor })).units).toHaveLength(2)
    expect((await data().export({ run: run.id, cursor: exportCursor })).rows).toHaveLength(2)
  })
})
