import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { ledgerEntry } from '../../sdk/ledger/entries.js'
import { holdRuns } from '../../sdk/operations/run-hold.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
const OMAR: Principal = { id: 'omar', name: 'Omar', roles: ['reviewer'] }

let mephisto: TestMephisto
let run: TaskRun

beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), pay: usd('0.10'), budget: usd('0.30') })
  for (const name of ['ann', 'ben', 'cleo']) {
    const task = await mephisto.worker(name).accept(sentiment, run)
    mephisto.runtime.advance(1000)
    await task.submit({ label: 'positive', comment: `by ${name}` })
  }
})
afterEach(() => mephisto.close())

let decisions = 0
const decisionId = () => `decision-${String(decisions += 1)}`
const as = (principal: Principal) => mephisto.caller(principal).review
const waiting = async () => (await as(RITA).queue({ run: run.id })).units
const money = async () => {
  const { reservedMinor, owedMinor, paidMinor } = (await mephisto.operator.progress(run.id)).run
  expect(await mephisto.db.ledger.balances(run.id)).toEqual({ reservedMinor, owedMinor, paidMinor })
  return [reservedMinor, owedMinor]
}

describe('the queue', () => {
  test('shows the oldest answer first, with item, answer and worker, page by page', async () => {
    const units = await waiting()
    expect(units.map(unit => unit.worker)).toEqual(['ann', 'ben', 'cleo'])
    expect(units[0]).toMatchObject({ input: { text: 'text 0' }, answer: { label: 'positive', comment: 'by ann' }, status: 'completed', durationMs: 1000, decision: null })
    const first = await as(RITA).queue({ run: run.id, limit: 2 })
    const second = await as(RITA).queue({ run: run.id, limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.units, ...second.units].map(unit => unit.unitId)).toEqual(units.map(unit => unit.unitId))
    expect(second.nextCursor).toBeNull()
  })
  test('refuses a page cursor that was tampered with', async () => {
    await expect(as(RITA).queue({ run: run.id, cursor: "1.' OR 1=1" })).rejects.toMatchObject({ cause: { code: 'invalid_input' } })
  })
})

describe('a decision', () => {
  test('moves unit and money: approve and soft-reject are owed, reject frees', async () => {
    const [one, two, three] = await waiting()
    expect(await money()).toEqual([30, 0])
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [one?.unitId ?? ''], verdict: 'approve' })
    expect(await money()).toEqual([20, 10])
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [two?.unitId ?? ''], verdict: 'soft_reject', note: 'not quite' })
    expect(await money()).toEqual([10, 20])
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [three?.unitId ?? ''], verdict: 'reject', note: 'empty' })
    expect(await money()).toEqual([0, 20])
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ accepted: 1, soft_rejected: 1, rejected: 1, completed: 0 })
    const decided = await as(OMAR).queue({ run: run.id, statuses: ['accepted', 'soft_rejected', 'rejected'] })
    expect(decided.units.map(unit => unit.decision)).toMatchObject([{ verdict: 'approve', byName: 'Rita', note: null }, { verdict: 'soft_reject', note: 'not quite' }, { verdict: 'reject', note: 'empty' }])
  })

  test('of two reviewers at once: one wins, the other is told who', async () => {
    const [unit] = await waiting()
    const unitIds = [unit?.unitId ?? '']
    const other = await mephisto.another()
    const replies = await Promise.all([
      as(RITA).decide({ decisionId: decisionId(), unitIds, verdict: 'approve' }),
      other.caller(OMAR).review.decide({ decisionId: decisionId(), unitIds, verdict: 'soft_reject' }),
    ])
    await other.close()
    const outcomes = replies.flatMap(reply => reply.outcomes)
    expect(outcomes.filter(outcome => outcome.decided)).toHaveLength(1)
    expect(outcomes.find(outcome => !outcome.decided)?.message).toMatch(/^(Rita|Omar) .* already/)
    expect(await money()).toEqual([20, 10])
  })

  test('sent again under the same id changes nothing and says the same', async () => {
    const unitIds = (await waiting()).map(unit => unit.unitId)
    const request = { decisionId: decisionId(), unitIds, verdict: 'approve' as const }
    const first = await as(RITA).decide(request)
    expect(await as(RITA).decide(request)).toEqual(first)
    expect(await money()).toEqual([0, 30])
  })

  test('refuses an id that was used for another request, and an undo that uses the id of what it takes back', async () => {
    const [one, two] = await waiting()
    const request = { decisionId: decisionId(), unitIds: [one?.unitId ?? ''], verdict: 'approve' as const }
    await as(RITA).decide(request)
    const conflict = { cause: { code: 'conflict' } }
    await expect(as(OMAR).decide(request)).rejects.toMatchObject(conflict)
    await expect(as(RITA).decide({ ...request, verdict: 'reject' })).rejects.toMatchObject(conflict)
    await expect(as(RITA).decide({ ...request, unitIds: [two?.unitId ?? ''] })).rejects.toMatchObject(conflict)
    await expect(as(RITA).undo({ decisionId: request.decisionId, run: run.id })).rejects.toMatchObject(conflict)
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ accepted: 1, completed: 2 })
  })

  test('keeps its place in the history when the clock jumps back', async () => {
    const [unit] = await waiting()
    const unitIds = [unit?.unitId ?? '']
    await as(RITA).decide({ decisionId: decisionId(), unitIds, verdict: 'approve' })
    mephisto.runtime.advance(-3_600_000)
    await as(RITA).undo({ decisionId: decisionId(), run: run.id })
    await as(OMAR).decide({ decisionId: decisionId(), unitIds, verdict: 'reject' })
    const { rows } = await mephisto.caller(RITA).data.export({ run: run.id })
    expect(rows[0]).toMatchObject({ status: 'rejected', decision: { verdict: 'reject', byName: 'Omar' } })
    expect((await as(RITA).undo({ decisionId: decisionId(), run: run.id })).outcomes).toEqual([])
    expect((await as(OMAR).undo({ decisionId: decisionId(), run: run.id })).outcomes).toMatchObject([{ decided: true }])
  })

  test.each(['half \ud83d', 'nul \0 inside'])('refuses a note that no database keeps: %j', async note => {
    const [unit] = await waiting()
    await expect(as(RITA).decide({ decisionId: decisionId(), unitIds: [unit?.unitId ?? ''], verdict: 'approve', note })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('on a unit without an answer, or an unknown one, is refused unit by unit', async () => {
    const another = await mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'other' })
    const [open] = await mephisto.db.units.candidates(another.id, -1, 1)
    const [done] = await waiting()
    const { outcomes } = await as(RITA).decide({ decisionId: decisionId(), unitIds: [open?.unitId ?? '', 'nowhere', done?.unitId ?? ''], verdict: 'approve' })
    expect(outcomes.map(outcome => outcome.decided)).toEqual([false, false, true])
    expect(outcomes[0]?.message).toContain('no answer')
  })

  test('can overturn a rejection, and pays from the free budget', async () => {
    const [unit] = await waiting()
    const unitIds = [unit?.unitId ?? '']
    await as(RITA).decide({ decisionId: decisionId(), unitIds, verdict: 'reject' })
    expect((await as(OMAR).decide({ decisionId: decisionId(), unitIds, verdict: 'soft_reject' })).outcomes[0]?.decided).toBe(false)
    expect((await as(OMAR).decide({ decisionId: decisionId(), unitIds, verdict: 'approve' })).outcomes[0]).toMatchObject({ decided: false, status: 'rejected', message: expect.stringContaining('Rita rejected this already') as string })
    expect((await as(OMAR).decide({ decisionId: decisionId(), unitIds, verdict: 'overturn' })).outcomes[0]).toMatchObject({ decided: true, status: 'accepted' })
    expect(await money()).toEqual([20, 10])
  })
})

describe('undo', () => {
  test('takes the reviewer’s own latest decision back, step by step, with its money', async () => {
    const [one, two] = await waiting()
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [one?.unitId ?? ''], verdict: 'approve' })
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [two?.unitId ?? ''], verdict: 'reject' })
    expect((await as(OMAR).undo({ decisionId: decisionId(), run: run.id })).outcomes).toEqual([])
    const undo = { decisionId: decisionId(), run: run.id }
    expect((await as(RITA).undo(undo)).outcomes).toEqual([{ unitId: two?.unitId, decided: true, status: 'completed', message: null, opinion: null }])
    expect(await money()).toEqual([20, 10])
    expect((await as(RITA).undo(undo)).outcomes).toHaveLength(1)
    expect(await money()).toEqual([20, 10])
    await as(RITA).undo({ decisionId: decisionId(), run: run.id })
    expect(await money()).toEqual([30, 0])
    expect(await waiting()).toHaveLength(3)
    expect((await as(RITA).undo({ decisionId: decisionId(), run: run.id })).outcomes).toEqual([])
  })

  test('of a rejection is refused when its money has gone to somebody else', async () => {
    const [unit] = await waiting()
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [unit?.unitId ?? ''], verdict: 'reject' })
    await holdRuns(mephisto, [run.id], hold => {
      hold.book(run.id, [ledgerEntry('reserve', 'somebody else', { runId: run.id, unitId: 'another', workerId: 'another', payMinor: 10, currency: 'USD' })])
      return Promise.resolve()
    })
    const { outcomes } = await as(RITA).undo({ decisionId: decisionId(), run: run.id })
    expect(outcomes).toMatchObject([{ decided: false, status: 'rejected', message: expect.stringContaining('money') as string }])
    expect((await mephisto.operator.progress(run.id)).units.rejected).toBe(1)
  })

  test('does not touch what somebody else decided since', async () => {
    const [unit] = await waiting()
    const unitIds = [unit?.unitId ?? '']
    await as(RITA).decide({ decisionId: decisionId(), unitIds, verdict: 'reject' })
    await as(OMAR).decide({ decisionId: decisionId(), unitIds, verdict: 'overturn' })
    expect((await as(RITA).undo({ decisionId: decisionId(), run: run.id })).outcomes).toEqual([])
    expect((await mephisto.operator.progress(run.id)).units.accepted).toBe(1)
  })
})

describe('export', () => {
  test('gives answers with their provenance, in order, page by page', async () => {
    const [unit] = await waiting()
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [unit?.unitId ?? ''], verdict: 'approve', note: '=SUM(A1)' })
    const { data } = mephisto.caller(RITA)
    const first = await data.export({ run: run.id, limit: 2 })
    const second = await data.export({ run: run.id, limit: 2, cursor: first.nextCursor ?? '' })
    const rows = [...first.rows, ...second.rows]
    expect(rows.map(row => row.position)).toEqual([0, 1, 2])
    expect(rows[0]).toMatchObject({
      task: 'tweets', status: 'accepted', outcome: 'completed', input: { text: 'text 0' }, answer: { label: 'positive', comment: 'by ann' }, fence: 1,
      durationMs: 1000, schemaHash: implement(sentiment).schemaHash, pay: { minor: 10, currency: 'USD' }, decision: { verdict: 'approve', byName: 'Rita' },
    })
    expect(rows[0]?.worker).toMatch(/^w-[a-z0-9]{12}$/)
    expect(JSON.stringify(rows)).not.toContain('"ann"')
  })

  test('is a download in both formats, only for those who may look', async () => {
    const [unit] = await waiting()
    await as(RITA).decide({ decisionId: decisionId(), unitIds: [unit?.unitId ?? ''], verdict: 'approve', note: '=SUM(A1)' })
    const get = (path: string) => mephisto.handler(new Request(`http://test.invalid/mephisto/export/${path}`))
    const jsonl = (await (await get(`${run.id}.jsonl`)).text()).trim().split('\n').map(line => JSON.parse(line) as { answer: unknown })
    expect(jsonl.map(row => row.answer)).toEqual(['ann', 'ben', 'cleo'].map(name => ({ label: 'positive', comment: `by ${name}` })))
    const csv = (await (await get(`${run.id}.csv`)).text()).split('\n')
    expect(csv[0]).toMatch(/,input\.text,answer\.label,answer\.comment$/)
    expect(csv[1]).toContain("'=SUM(A1)")
    expect((await get(`${run.id}.xml`)).status).toBe(404)
    expect((await get('nowhere.jsonl')).status).toBe(404)
  })
})
