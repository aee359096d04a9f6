import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RAVI, RITA, ROSA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { answeredRun, sentiment, sentimentRun } from '../sentiment.js'

// Two reviewers judge an answer before it is decided.

let mephisto: TestMephisto
let run: TaskRun
let ids: string[]

async function begin(options: { readonly secondOpinions?: number } = {}): Promise<void> {
  ;({ run, unitIds: ids } = await answeredRun(mephisto, ['ann', 'ben', 'cem'], { pay: usd('0.10'), ...options }))
}
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).review
type Decide = Parameters<ReturnType<typeof as>['decide']>[0]
const request = (which: readonly number[], more: Partial<Decide> = {}): Decide => ({ decisionId: crypto.randomUUID(), unitIds: which.map(index => ids[index] ?? ''), verdict: 'approve', ...more })
const judge = async (who: Principal, which: readonly number[], more: Partial<Decide> = {}) => (await as(who).decide(request(which, more))).outcomes
const undo = async (who: Principal) => (await as(who).undo({ decisionId: crypto.randomUUID(), run: run.id })).outcomes
const listed = async (who: Principal, opinions: 'wanted' | 'differ') => (await as(who).queue({ run: run.id, opinions })).units.map(({ unitId }) => ids.indexOf(unitId))
async function unit(who: Principal, index: number) {
  const [found] = (await as(who).units({ unitIds: [ids[index] ?? ''] })).units
  return { status: found?.status, opinions: found?.opinions.map(({ byName, verdict, note }) => [byName, verdict, note]), by: found?.decision?.byName }
}
const owed = async () => (await mephisto.operator.progress(run.id)).run.owedMinor

describe('of a run in which two judge all answers', () => {
  beforeEach(() => begin({ secondOpinions: 1 }))

  test('the first verdict is kept, and the second that says the same decides, each without knowing of the other', async () => {
    expect(await judge(RITA, [0, 1], { note: 'fine' })).toMatchObject([{ decided: false, status: 'completed', message: null, opinion: 'waits' }, { opinion: 'waits' }])
    expect(await owed()).toBe(0)
    expect(await unit(RAVI, 0)).toEqual({ status: 'completed', opinions: [['Rita', null, null]], by: undefined })
    expect(await unit(RITA, 0)).toEqual({ status: 'completed', opinions: [['Rita', 'approve', 'fine']], by: undefined })
    expect([await listed(RITA, 'wanted'), await listed(RAVI, 'wanted'), await listed(OLGA, 'differ')]).toEqual([[2], [0, 1, 2], []])
    expect(await judge(RAVI, [0, 2])).toMatchObject([{ decided: true, status: 'accepted', opinion: null }, { decided: false, opinion: 'waits' }])
    expect(await unit(ROSA, 0)).toEqual({ status: 'accepted', opinions: [['Rita', 'approve', 'fine']], by: 'Ravi' })
    expect(await owed()).toBe(10)
    await expectSound(mephisto)
  })

  test('where two differ nothing is decided until a third does, who sees what both said', async () => {
    await judge(RITA, [0], { note: 'fine' })
    expect(await judge(RAVI, [0], { verdict: 'reject', note: 'a copy' })).toMatchObject([{ decided: false, status: 'completed', opinion: 'differs' }])
    expect([await listed(RITA, 'wanted'), await listed(RAVI, 'wanted'), await listed(ROSA, 'wanted'), await listed(ROSA, 'differ')]).toEqual([[1, 2], [1, 2], [0, 1, 2], [0]])
    expect(await unit(ROSA, 0)).toMatchObject({ opinions: [['Rita', 'approve', 'fine'], ['Ravi', 'reject', 'a copy']] })
    expect(await judge(RITA, [0])).toMatchObject([{ decided: false, opinion: null, message: 'Ravi would decide otherwise than you; somebody else is to decide between you.' }])
    expect(await judge(ROSA, [0], { verdict: 'soft_reject' })).toMatchObject([{ decided: true, status: 'soft_rejected' }])
    expect(await listed(ROSA, 'differ')).toEqual([])
    await expectSound(mephisto)
  })

  test('an operator who is one of the two decides between them, and so does who comes round to the other', async () => {
    await judge(OLGA, [0, 1])
    await judge(RAVI, [0, 1], { verdict: 'reject' })
    expect(await listed(OLGA, 'wanted')).toEqual([0, 1, 2])
    expect(await judge(OLGA, [0])).toMatchObject([{ decided: true, status: 'accepted' }])
    expect(await judge(RAVI, [1])).toMatchObject([{ decided: true, status: 'accepted' }])
    await expectSound(mephisto)
  })

  test('what was said is taken back as decisions are, the latest first, unless somebody has spoken since', async () => {
    await judge(RITA, [0, 1])
    expect(await undo(RITA)).toMatchObject([{ decided: false, status: 'completed', opinion: 'taken_back' }, { opinion: 'taken_back' }])
    expect(await unit(RAVI, 0)).toMatchObject({ opinions: [] })
    expect(await listed(RITA, 'wanted')).toEqual([0, 1, 2])
    expect(await undo(RITA)).toEqual([])
    await judge(RITA, [0, 1])
    await judge(RAVI, [0])
    const stays = 'Somebody else has spoken about this answer too; what you said stays.'
    expect((await undo(RITA)).map(({ unitId, opinion, message }) => [ids.indexOf(unitId), opinion, message])).toEqual([[0, null, stays], [1, 'taken_back', null]])
    expect(await undo(RAVI)).toMatchObject([{ decided: true, status: 'completed', opinion: null }])
    expect([await unit(ROSA, 0), await owed()]).toEqual([{ status: 'completed', opinions: [['Rita', null, null]], by: undefined }, 0])
    expect(await judge(ROSA, [0])).toMatchObject([{ decided: true }])
    await expectSound(mephisto)
  })

  test('the same request again says the same, and is not a second opinion', async () => {
    const again = request([0])
    const first = await as(RITA).decide(again)
    expect(await as(RITA).decide(again)).toEqual(first)
    expect(await judge(RITA, [0])).toMatchObject([{ decided: false, opinion: 'waits' }])
    expect(await owed()).toBe(0)
    await judge(RAVI, [0])
    expect(await as(RITA).decide(again)).toEqual(first)
    await expectSound(mephisto)
  })

  test('of two at the same moment one is the first and the other decides', async () => {
    for (const index of [0, 1, 2]) {
      const outcomes = (await Promise.all([RITA, RAVI].map(who => judge(who, [index])))).flat()
      expect(outcomes.map(({ decided }) => decided).sort()).toEqual([false, true])
    }
    expect(await owed()).toBe(30)
    await expectSound(mephisto)
  })

  test('what goes with a verdict is done by the one that decides, and by no other', async () => {
    expect(await judge(RITA, [0], { bonus: usd('0.05'), message: 'Well done' })).toMatchObject([{ opinion: 'waits', message: 'Nothing was done of what goes with the verdict: that is for whoever decides.' }])
    expect(await owed()).toBe(0)
    expect(await judge(RAVI, [0], { bonus: usd('0.02') })).toMatchObject([{ decided: true }])
    expect(await owed()).toBe(12)
    await expectSound(mephisto)
  })

  test('the history tells who judged, and what they said to those who may know', async () => {
    await judge(RITA, [0], { note: 'fine' })
    const told = async (who: Principal) => (await as(who).history({ unit: ids[0] ?? '' })).events.filter(({ decision }) => decision).map(({ what, decision }) => [what, decision?.byName, decision?.opinion, decision?.note])
    expect(await told(RAVI)).toEqual([['opine', 'Rita', null, null]])
    expect(await told(RITA)).toEqual([['opine', 'Rita', 'approve', 'fine']])
    // What a second one decided and took back would tell what the first said.
    await judge(RAVI, [0])
    await undo(RAVI)
    expect(await told(ROSA)).toEqual([['opine', 'Rita', null, null]])
    await judge(RAVI, [0])
    expect(await told(ROSA)).toEqual([['opine', 'Rita', 'approve', 'fine'], ['approve', 'Ravi', null, null], ['undo', 'Ravi', null, null], ['approve', 'Ravi', null, null]])
  })

  test('goes with whoever is erased, as what reviewers write does, and with a reviewer their name', async () => {
    await judge(RITA, [0], { note: 'ann wrote this in a hurry' })
    const ann = (await mephisto.db.workers.find({ filter: { externalId: 'ann' } })).rows[0]
    await mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { workerId: ann?.id ?? '' }, principalId: 'rita' })
    const { rows } = await mephisto.db.decisions.find({ filter: { runId: run.id, verdicts: ['opine'] } })
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toMatch(/ann wrote|[Rr]ita/)
    await expectSound(mephisto)
  })
})

describe('of any other run', () => {
  beforeEach(() => begin())

  test('a reviewer asks for a second opinion, and decides nothing by it', async () => {
    expect(await judge(RITA, [0], { asOpinion: true, verdict: 'reject', note: 'off topic?' })).toMatchObject([{ decided: false, opinion: 'waits' }])
    expect(await judge(RITA, [1])).toMatchObject([{ decided: true }])
    expect(await judge(RAVI, [0], { verdict: 'reject' })).toMatchObject([{ decided: true, status: 'rejected' }])
    expect(await judge(ROSA, [0], { verdict: 'overturn' })).toMatchObject([{ decided: true, status: 'accepted' }])
    await expectSound(mephisto)
  })

  test('taking back never goes past an opinion to a decision before it, and leaves what another has spoken about', async () => {
    await judge(RITA, [1])
    await judge(RITA, [0], { asOpinion: true })
    await judge(RAVI, [0], { verdict: 'reject' })
    for (const who of [RITA, RAVI]) expect(await undo(who)).toMatchObject([{ decided: false, opinion: null, message: expect.stringContaining('what you said stays') as string }])
    expect([await unit(ROSA, 1), (await unit(ROSA, 0)).opinions]).toMatchObject([{ status: 'accepted', by: 'Rita' }, [['Rita', 'approve', null], ['Ravi', 'reject', null]]])
    await expectSound(mephisto)
  })

  test('pages go on past what the reviewer has judged, and so does the random sample', async () => {
    await judge(RITA, [0, 1], { asOpinion: true })
    const first = await as(RITA).queue({ run: run.id, opinions: 'wanted', limit: 1 })
    expect(first.units.map(({ unitId }) => ids.indexOf(unitId))).toEqual([2])
    expect((await as(ROSA).queue({ run: run.id, opinions: 'wanted', limit: 2 })).units.map(({ unitId }) => ids.indexOf(unitId))).toEqual([0, 1])
    const { nextCursor } = await as(ROSA).queue({ run: run.id, opinions: 'wanted', limit: 2 })
    expect((await as(ROSA).queue({ run: run.id, opinions: 'wanted', limit: 2, cursor: nextCursor ?? '' })).units.map(({ unitId }) => ids.indexOf(unitId))).toEqual([2])
    expect((await as(RITA).queue({ run: run.id, opinions: 'wanted', isSampled: true, limit: 1 })).units.map(({ unitId }) => ids.indexOf(unitId))).toEqual([2])
  })

  test('what does not wait for a verdict is left, and what cannot be asked is refused', async () => {
    await judge(RITA, [0])
    expect(await judge(RAVI, [0], { asOpinion: true })).toMatchObject([{ decided: false, opinion: null, message: 'Rita approved this already; it stays as it is.' }])
    await expect(judge(RAVI, [0], { asOpinion: true, verdict: 'overturn' })).rejects.toThrow('asOpinion')
    await expect(mephisto.operator.launch(sentiment, { ...sentimentRun(1), secondOpinions: 1.5 })).rejects.toThrow('secondOpinions')
  })
})
