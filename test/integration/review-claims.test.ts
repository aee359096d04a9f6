import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RAVI, RITA, VERA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { answeredRun, sentiment, sentimentRun } from '../sentiment.js'

// Two reviewers do not read the same answer.

let mephisto: TestMephisto
let run: TaskRun
let units: string[]
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  ;({ run, unitIds: units } = await answeredRun(mephisto, ['ann', 'ben', 'cem', 'dee']))
})
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).review
const claim = async (who: Principal, which: readonly number[], more: { readonly instead?: string[]; readonly takeOver?: boolean } = {}) => {
  const { claimed } = await as(who).claim({ run: run.id, units: which.map(index => units[index] ?? ''), ...more })
  return claimed === null ? null : units.indexOf(claimed)
}
const holders = async () => (await as(VERA).queue({ run: run.id })).units.map(unit => unit.claim?.byName ?? null)
const approve = async (who: Principal, ...which: readonly number[]) => (await as(who).decide({ decisionId: crypto.randomUUID(), unitIds: which.map(index => units[index] ?? ''), verdict: 'approve' })).outcomes

test('each gets the first unit that nobody else has, and everybody sees who has which', async () => {
  expect([await claim(RITA, [0, 1, 2]), await claim(RAVI, [0, 1, 2]), await claim(RAVI, [0])]).toEqual([0, 1, null])
  expect(await holders()).toEqual(['Rita', 'Ravi', null, null])
  expect(await claim(RITA, [2, 3], { instead: [units[0] ?? '', units[1] ?? ''] })).toBe(2)
  expect(await holders()).toEqual([null, 'Ravi', 'Rita', null])
  expect(await claim(RITA, [], { instead: [units[2] ?? ''] })).toBeNull()
  expect(await holders()).toEqual([null, 'Ravi', null, null])
})

test('what somebody reviews is decided by nobody else until they are done, their time is over, or it is taken over', async () => {
  await claim(RITA, [0])
  const [held, free] = await approve(RAVI, 0, 1)
  expect(held).toMatchObject({ decided: false, status: 'completed', message: 'Rita is reviewing this just now. Take it over to decide it yourself.' })
  expect(free).toMatchObject({ decided: true })
  expect(await claim(RAVI, [0])).toBeNull()
  expect(await claim(RAVI, [0], { takeOver: true })).toBe(0)
  expect(await approve(RITA, 0)).toMatchObject([{ decided: false, message: expect.stringContaining('Ravi is reviewing') as string }])
  expect(await approve(RAVI, 0)).toMatchObject([{ decided: true }])
  await claim(RITA, [2])
  mephisto.runtime.advance(120_001)
  expect(await holders()).toEqual([null, null])
  expect(await approve(RAVI, 2)).toMatchObject([{ decided: true }])
  await claim(RITA, [3])
  expect(await approve(RITA, 3)).toMatchObject([{ decided: true }])
  expect(await mephisto.db.claims.of(units, mephisto.runtime.now())).toEqual([])
  await expectSound(mephisto)
})

test('a repeat of a decision is answered as before, whoever reviews the unit now', async () => {
  const request = { decisionId: crypto.randomUUID(), unitIds: [units[0] ?? ''], verdict: 'approve' as const }
  const first = await as(RITA).decide(request)
  await claim(RAVI, [0])
  expect(await as(RITA).decide(request)).toEqual(first)
})

test('a unit of another run is refused, and who may only look claims nothing', async () => {
  const other = await mephisto.operator.launch(sentiment, { ...sentimentRun(1), task: 'other' })
  await expect(as(RITA).claim({ run: other.id, units: [units[0] ?? ''] })).rejects.toThrow('has no unit')
  await expect(as(VERA).claim({ run: run.id, units: [units[0] ?? ''] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(await holders()).toEqual([null, null, null, null])
})

test('whose name is taken away as a reviewer is not called by it any more', async () => {
  await claim(RITA, [0])
  const worker = (await mephisto.db.workers.find({ filter: { externalId: 'ann' } })).rows[0]
  await mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { workerId: worker?.id ?? '' }, principalId: 'rita' })
  expect(await mephisto.db.claims.of(units, mephisto.runtime.now())).toEqual([])
})
