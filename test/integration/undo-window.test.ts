import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RAVI, RITA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { answeredRun, sentiment } from '../sentiment.js'

// What a reviewer decided can be taken back for a while: the latest of it, or what is named.

const DAY = 86_400_000
let mephisto: TestMephisto
let run: TaskRun
let ids: string[]

async function begin(options: { readonly undoForMs?: number; readonly secondOpinions?: number } = {}): Promise<void> {
  ;({ run, unitIds: ids } = await answeredRun(mephisto, ['ann', 'ben', 'cem'], { pay: usd('0.10'), ...options }))
}
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).review
let made = 0
async function decide(which: readonly number[], verdict: 'approve' | 'reject' | 'overturn' = 'approve', who = RITA): Promise<string> {
  const decisionId = `decision-${String(made += 1)}`
  await as(who).decide({ decisionId, unitIds: which.map(index => ids[index] ?? ''), verdict, note: 'seen' })
  return decisionId
}
const undo = async (undoes?: string, who = RITA) => (await as(who).undo({ decisionId: crypto.randomUUID(), run: run.id, ...(undoes === undefined ? {} : { undoes }) })).outcomes
const statuses = async () => (await as(OLGA).units({ unitIds: ids })).units.sort((one, other) => one.position - other.position).map(({ status }) => status)
const owed = async () => (await mephisto.operator.progress(run.id)).run.owedMinor

describe('for how long', () => {
  test('a day, where the launch says nothing; then the decision stands, and says until when it could be taken back', async () => {
    await begin()
    await decide([0])
    mephisto.runtime.advance(DAY - 1)
    expect(await undo()).toMatchObject([{ decided: true, status: 'completed' }])
    await decide([0])
    // Acts of one moment come a millisecond after one another.
    mephisto.runtime.advance(DAY + 10)
    await expect(undo()).rejects.toThrow(/^This could be taken back until \d{4}-\d\d-\d\dT[\d:.]+Z, and stands now\. A rejection can still be overturned\.$/)
    expect([await statuses(), await owed()]).toEqual([['accepted', 'completed', 'completed'], 10])
    await expectSound(mephisto)
  })

  test('as long as the launch says, and a rejection can be overturned later', async () => {
    await begin({ undoForMs: 60_000 })
    await decide([0], 'reject')
    mephisto.runtime.advance(60_000)
    await expect(undo()).rejects.toMatchObject({ cause: { code: 'illegal_move' } })
    await decide([0], 'overturn')
    expect(await statuses()).toEqual(['accepted', 'completed', 'completed'])
  })

  test('not at all, where the launch says so', async () => {
    await begin({ undoForMs: 0 })
    await decide([0])
    await expect(undo()).rejects.toThrow('In this run decisions are not taken back.')
    expect(await owed()).toBe(10)
  })

  test('opinions at any time: they moved nothing', async () => {
    await begin({ undoForMs: 0, secondOpinions: 1 })
    await decide([0])
    mephisto.runtime.advance(10 * DAY)
    expect(await undo()).toMatchObject([{ opinion: 'taken_back' }])
  })

  test('an undo that was done is not refused when it is sent again later', async () => {
    await begin()
    await decide([0])
    const request = { decisionId: crypto.randomUUID(), run: run.id }
    const first = await as(RITA).undo(request)
    mephisto.runtime.advance(2 * DAY)
    expect(await as(RITA).undo(request)).toEqual(first)
    // What was refused wrote nothing: the same id can be used.
    await decide([1])
    mephisto.runtime.advance(2 * DAY)
    const late = { decisionId: crypto.randomUUID(), run: run.id }
    await expect(as(RITA).undo(late)).rejects.toThrow('stands now')
    await decide([2])
    expect((await as(RITA).undo(late)).outcomes).toMatchObject([{ unitId: ids[2], decided: true }])
  })
})

describe('of a decision that is named', () => {
  beforeEach(() => begin())

  test('takes that one back and leaves those after it', async () => {
    const first = await decide([0, 1])
    await decide([2], 'reject')
    expect(await undo(first)).toMatchObject([{ unitId: ids[0], decided: true }, { unitId: ids[1], decided: true }])
    expect([await statuses(), await owed()]).toEqual([['completed', 'completed', 'rejected'], 0])
    expect(await undo(first)).toEqual([])
    await expectSound(mephisto)
  })

  test('takes back of it what still stands, and nothing of others', async () => {
    const first = await decide([0, 1], 'reject')
    await decide([0], 'overturn', RAVI)
    expect(await undo(first)).toMatchObject([{ unitId: ids[1], decided: true }])
    expect(await undo(first, RAVI)).toEqual([])
    expect(await undo('never-made')).toEqual([])
    expect(await statuses()).toEqual(['accepted', 'completed', 'completed'])
  })

  test('the same id for an undo of something else is refused', async () => {
    const [one, two] = [await decide([0]), await decide([1])]
    const decisionId = crypto.randomUUID()
    await as(RITA).undo({ decisionId, run: run.id, undoes: one })
    await expect(as(RITA).undo({ decisionId, run: run.id, undoes: two })).rejects.toMatchObject({ cause: { code: 'conflict' } })
    expect(await statuses()).toEqual(['completed', 'accepted', 'completed'])
  })
})
