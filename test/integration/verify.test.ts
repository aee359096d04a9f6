import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { implement, usd } from '../../sdk/index.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let runId: string
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  runId = await lively(mephisto)
})
afterEach(() => mephisto.close())

/** A run in which everything has happened that can happen to a unit. */
async function lively({ operator, worker, advance, caller }: TestMephisto): Promise<string> {
  const run = await operator.launch(sentiment, { ...sentimentRun(6), unitsPerAssignment: 2, pay: usd('0.10') })
  const answer = { label: 'positive' } as const
  const [ann, ben, cem, dee] = [worker('ann'), worker('ben'), worker('cem'), worker('dee')]
  for (let n = 0; n < 3; n += 1) await (await ann.accept(sentiment, run)).submit(answer)
  await (await ben.accept(sentiment, run)).giveBack()
  const late = await cem.accept(sentiment, run)
  await advance(run.leaseMs + 1)
  expect((await late.submit(answer)).outcome).toBe('set_aside')
  await (await ben.accept(sentiment, run)).submit(answer)
  const held = await dee.accept(sentiment, run)
  await advance(1_000)
  expect((await held.extend()).lease).not.toBeNull()
  const review = caller(TEST_PRINCIPAL).review
  const { units } = await review.queue({ run: run.id })
  const decide = (index: number, verdict: 'approve' | 'reject' | 'soft_reject' | 'overturn') =>
    review.decide({ decisionId: `decision-${String(index)}-${verdict}`, unitIds: [units[index]?.unitId ?? ''], verdict })
  await decide(0, 'approve')
  await decide(1, 'reject')
  await decide(1, 'overturn')
  await decide(2, 'soft_reject')
  await review.undo({ decisionId: 'decision-undo', run: run.id })
  return run.id
}

test('a log that is whole agrees with the rows, before and after the end of the run', async () => {
  expect(await verifyRun(mephisto.db, runId)).toMatchObject({ difference: null, units: 12, agents: 7, answers: 5 })
  await mephisto.operator.pause(runId)
  await mephisto.operator.expire(runId)
  expect(await verifyRun(mephisto.db, runId)).toMatchObject({ difference: null, units: 12 })
})

test('an unknown run is said to be unknown', async () => {
  await expect(verifyRun(mephisto.db, 'nowhere')).rejects.toMatchObject({ code: 'not_found' })
})

describe('one change by hand is found', () => {
  test.each([
    ['a byte of an event', "UPDATE mephisto_event SET body = replace(body, 'until', 'untiL') WHERE feed = 2", 'agent', 'is not what was written'],
    ['the time of an event', 'UPDATE mephisto_event SET at = at + 1 WHERE feed = 3', 'agent', 'is not what was written'],
    ['a missing event', "DELETE FROM mephisto_event WHERE type = 'complete' AND feed = (SELECT min(feed) FROM mephisto_event WHERE type = 'complete')", 'agent', 'missing from the log'],
    ['a missing last event', 'DELETE FROM mephisto_event WHERE feed = (SELECT max(feed) FROM mephisto_event)', 'agent', 'where'],
    ['an event of the run itself', "UPDATE mephisto_event SET type = 'resume' WHERE type = 'run'", 'run', 'is not what was written'],
    ["an agent's status", "UPDATE mephisto_agent SET status = 'approved' WHERE status = 'returned'", 'agent', 'status is approved, and the log says returned'],
    ["a unit's status", "UPDATE mephisto_unit SET status = 'launched' WHERE status = 'accepted'", 'unit', 'status is launched, and the log says accepted'],
    ["a unit's fence", 'UPDATE mephisto_unit SET fence = fence + 1 WHERE fence = 1', 'unit', 'fence is 2'],
    ["a unit's lease", "UPDATE mephisto_unit SET lease_until = lease_until + 1 WHERE status = 'assigned'", 'unit', 'leaseUntil'],
    ['the text of an answer', "UPDATE mephisto_submission SET answer = replace(answer, 'positive', 'negative') WHERE outcome = 'set_aside'", 'answer', 'not what was submitted'],
    ['the mark of an erasure that never was', `UPDATE mephisto_submission SET answer = '{"erased":true}' WHERE outcome = 'set_aside'`, 'answer', 'not what was submitted'],
    ['a missing answer', "DELETE FROM mephisto_submission WHERE outcome = 'set_aside'", 'answer', 'not stored'],
    ['money', 'UPDATE mephisto_task_run SET owed_minor = owed_minor + 1', 'run', 'owed money'],
    ['a count', 'UPDATE mephisto_task_run SET units_open = units_open - 1', 'run', 'open units'],
    ["the run's status", "UPDATE mephisto_task_run SET status = 'paused'", 'run', 'status is paused'],
  ])('%s', async (_, sql, subject, what) => {
    const { client, close } = await openEmbeddedClient({ file: mephisto.file })
    expect(await client.$executeRawUnsafe(sql)).toBeGreaterThan(0)
    await close()
    expect((await verifyRun(mephisto.db, runId)).difference).toMatchObject({ subject, what: expect.stringContaining(what) as string })
  })
})

describe('erased on purpose', () => {
  beforeEach(async () => {
    await mephisto.privacy.erase(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'ann' } })
  })

  test('answers are known to be', async () => {
    expect(await verifyRun(mephisto.db, runId)).toMatchObject({ difference: null, units: 12, answers: 5 })
  })

  test.each([
    ['a text that is there again', `UPDATE mephisto_submission SET answer = '{"label":"positive"}' WHERE answer = '{"erased":true}'`, 'answer', 'something else than the mark'],
    ['a byte of the mark', `UPDATE mephisto_submission SET answer = '{"erased": true}' WHERE answer = '{"erased":true}'`, 'answer', 'something else than the mark'],
    ['the text of another answer', "UPDATE mephisto_submission SET answer = replace(answer, 'positive', 'negative') WHERE answer <> '{\"erased\":true}'", 'answer', 'not what was submitted'],
    ['the mark on another answer', `UPDATE mephisto_submission SET answer = '{"erased":true}' WHERE answer <> '{"erased":true}'`, 'answer', 'not what was submitted'],
    ['an event that names somebody else', "UPDATE mephisto_event SET body = replace(body, 'agent', 'other') WHERE type = 'erase'", 'run', 'is not what was written'],
    ['a missing event', "DELETE FROM mephisto_event WHERE type = 'erase'", 'run', 'events where'],
  ])('one change by hand is found: %s', async (_, sql, subject, what) => {
    const { client, close } = await openEmbeddedClient({ file: mephisto.file })
    expect(await client.$executeRawUnsafe(sql)).toBeGreaterThan(0)
    await close()
    expect((await verifyRun(mephisto.db, runId)).difference).toMatchObject({ subject, what: expect.stringContaining(what) as string })
  })
})
