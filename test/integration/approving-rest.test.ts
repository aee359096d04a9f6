import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RAVI, RITA, VERA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { answeredRun, sentiment } from '../sentiment.js'

// What a random sample shows few faults in can be approved without reading the rest of it.

const PEOPLE = Array.from({ length: 14 }, (_, index) => `person-${String(index)}`)
/** With it, five right ones in a row are enough. */
const GOAL = { mostError: 0.4, confidence: 0.8 }
let mephisto: TestMephisto
let run: TaskRun
let ids: string[]

async function begin(options: Parameters<typeof answeredRun>[2] = {}): Promise<void> {
  ;({ run, unitIds: ids } = await answeredRun(mephisto, PEOPLE, { pay: usd('0.10'), ...options }))
}
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).review
const decide = (unitIds: readonly string[], verdict: 'approve' | 'reject' = 'approve') => as(RITA).decide({ decisionId: crypto.randomUUID(), unitIds: [...unitIds], verdict })
const sampled = async () => (await as(RITA).queue({ run: run.id, isSampled: true, limit: 200 })).units.map(({ unitId }) => unitId)
const standing = () => as(RITA).sampling({ run: run.id, ...GOAL })
/** Reads the beginning of the sample, until it shows the goal. */
async function check(): Promise<void> {
  while ((await standing()).verdict !== 'below') await decide((await sampled()).slice(0, 1))
}
type Request = Parameters<ReturnType<typeof as>['approveRest']>[0]
async function request(more: Partial<Request> = {}): Promise<Request> {
  // As the page does: of answers before what it was told about.
  return { decisionId: crypto.randomUUID(), run: run.id, before: (await standing()).at ?? '', ...GOAL, ...more }
}
const count = async (status: 'completed' | 'accepted') => (await as(VERA).queue({ run: run.id, statuses: [status], limit: 200 })).units.length
const owed = async () => (await mephisto.operator.progress(run.id)).run.owedMinor

test('approves what waits once the sample shows it, says so of each, and in the audit trail once', async () => {
  await begin()
  await check()
  const { checked } = await standing()
  const asked = await request({ note: 'sampled' })
  expect(await as(RITA).approveRest(asked)).toEqual({ approved: 14 - checked, left: 0, nextCursor: null })
  expect([await count('completed'), await owed()]).toEqual([0, 140])
  const { units } = await as(VERA).queue({ run: run.id, statuses: ['accepted'], limit: 200 })
  expect(units.filter(({ decision }) => decision?.isUnread).map(({ decision }) => [decision?.byName, decision?.note])).toEqual(Array.from({ length: 14 - checked }, () => ['Rita', 'sampled']))
  const { entries } = await mephisto.caller(OLGA).audit.list({ action: 'approve_rest' })
  expect(entries).toMatchObject([{ actor: 'rita', subject: 'task_run', subjectId: run.id }])
  // Sent again it approves nothing new, and replies the same.
  expect(await as(RITA).approveRest(asked)).toEqual({ approved: 14 - checked, left: 0, nextCursor: null })
  expect(await owed()).toBe(140)
  await expectSound(mephisto)
})

test('is refused until the sample shows it, and then changes nothing', async () => {
  await begin()
  await expect(as(RITA).approveRest(await request())).rejects.toThrow('The random sample (0 checked, 0 of them not used) does not show that fewer than 40 % are wrong. Check more of it first.')
  await check()
  await expect(as(RITA).approveRest(await request({ mostError: 0.01 }))).rejects.toThrow('fewer than 1 % are wrong')
  await expect(as(VERA).approveRest(await request())).rejects.toThrow('reviewer')
  await expect(as(RITA).approveRest(await request({ cursor: 'mine' }))).rejects.toThrow('cursor')
  await expect(as(RITA).approveRest(await request({ run: crypto.randomUUID() }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await count('completed')).toBe(14 - (await standing()).checked)
})

test('does not count what nobody has read in the sample: a later answer is checked anew', async () => {
  await begin({ unitsPerAssignment: 2 })
  await check()
  const { checked } = await standing()
  await as(RITA).approveRest(await request())
  expect(await standing()).toMatchObject({ checked, wrong: 0, verdict: 'below', isWhole: false })
  for (const name of PEOPLE) await (await mephisto.worker(`late-${name}`).accept(sentiment, run)).submit({ label: 'negative' })
  // Some of the late ones come before the end of what was checked.
  const after = await standing()
  expect(after.checked).toBeLessThan(checked)
  await expect(as(RITA).approveRest(await request())).rejects.toThrow('Check more of it first')
  await check()
  expect((await as(RITA).approveRest(await request())).approved).toBeGreaterThan(0)
  await expectSound(mephisto)
})

test('lets nothing in that was decided by looking for it: what counts ends where nobody has read', async () => {
  await begin()
  const order = await sampled()
  await decide(order.slice(9), 'reject')
  await check()
  const before = await standing()
  expect(before).toMatchObject({ wrong: 0, verdict: 'below' })
  await as(RITA).approveRest(await request())
  expect(await standing()).toMatchObject({ checked: before.checked, wrong: 0, isWhole: false })
})

test('leaves answers that came after what the page was told about', async () => {
  await begin({ unitsPerAssignment: 2 })
  await check()
  const asked = await request()
  mephisto.runtime.advance(1_000)
  const late = await mephisto.worker('late').accept(sentiment, run)
  await late.submit({ label: 'negative' })
  await as(RITA).approveRest(asked)
  expect((await as(VERA).queue({ run: run.id })).units.map(({ unitId }) => unitId)).toEqual([late.unitId])
})

test('leaves what somebody reviews, what two judge and what somebody has judged already', async () => {
  await begin()
  await check()
  const waiting = (await as(RITA).queue({ run: run.id })).units.map(({ unitId }) => unitId)
  await as(RAVI).claim({ run: run.id, units: waiting.slice(0, 1) })
  await as(RAVI).decide({ decisionId: crypto.randomUUID(), unitIds: waiting.slice(1, 2), verdict: 'reject', asOpinion: true })
  expect(await as(RITA).approveRest(await request())).toEqual({ approved: waiting.length - 2, left: 2, nextCursor: null })
  expect((await as(RITA).queue({ run: run.id })).units.map(({ unitId }) => unitId)).toEqual(waiting.slice(0, 2))
})

test('leaves all of a run in which two judge each answer', async () => {
  await begin({ secondOpinions: 1 })
  for (const who of [RITA, RAVI]) await as(who).decide({ decisionId: crypto.randomUUID(), unitIds: await sampled().then(all => all.slice(0, 8)), verdict: 'approve' })
  expect((await standing()).verdict).toBe('below')
  expect(await as(RITA).approveRest(await request())).toEqual({ approved: 0, left: 6, nextCursor: null })
})

describe('taken back', () => {
  test('they wait again, and are read like others from then on', async () => {
    await begin()
    await check()
    const waiting = await count('completed')
    const asked = await request()
    await as(RITA).approveRest(asked)
    const { outcomes } = await as(RITA).undo({ decisionId: crypto.randomUUID(), run: run.id, undoes: asked.decisionId })
    expect(outcomes).toHaveLength(waiting)
    expect(await count('completed')).toBe(waiting)
    const [first = ''] = await sampled()
    const { checked } = await standing()
    await decide([first])
    expect((await standing()).checked).toBe(checked + 1)
    expect((await as(VERA).units({ unitIds: [first] })).units[0]?.decision?.isUnread).toBe(false)
    expect(ids).toContain(first)
    await expectSound(mephisto)
  })
})
