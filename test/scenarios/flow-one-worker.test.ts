import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, usd, verifyRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'

// Flow 1 of the original: one worker, new to the system, one unit, from the launch to the payment that is owed.

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

test('one worker, new to the system, does one unit', async () => {
  const rita = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['operator'] })

  // An operator launches one item for one worker.
  const run = await mephisto.operator.launch(sentiment, { task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'What a day!' }], pay: usd('0.12'), budget: usd('1') })
  expect(run).toMatchObject({ status: 'running', unitsTotal: 1, unitsOpen: 1 })

  // Xenia opens her link. Nobody knows her yet, and looking takes nothing.
  const xenia = mephisto.worker('xenia')
  expect(await xenia.preview(run)).toMatchObject({ worker: 'xenia', sample: { text: 'What a day!' }, refusal: null, hasUnitUnderWay: false, run: { title: 'tweets', pay: { minor: 12 } } })
  expect((await rita.people.workers({})).workers).toMatchObject([{ externalId: 'xenia' }])

  // She accepts: she is known from now on, the unit is hers, its money is reserved, and nobody else gets it.
  const task = await xenia.accept(sentiment, run)
  expect(task.input).toEqual({ text: 'What a day!' })
  expect((await mephisto.operator.progress(run.id))).toMatchObject({ run: { reservedMinor: 12 }, units: { assigned: 1, launched: 0 }, workers: 1 })
  expect(await mephisto.worker('yann').refusal(run)).toBe('all_taken')

  // A reload, and even another server, give her the same attempt.
  const other = await mephisto.another()
  expect(await other.worker('xenia').accept(sentiment, run)).toMatchObject({ agentId: task.agentId, resumed: true })

  // She takes her time, and the page keeps the unit for her.
  mephisto.runtime.advance(500_000)
  expect((await task.extend()).lease).toMatchObject({ remainingMs: 600_000 })

  // She submits. The answer is stored before she is told so; sent again, it gets the same receipt.
  const receipt = await task.submit({ label: 'positive' }, 'submission-of-xenia')
  expect(receipt).toMatchObject({ outcome: 'completed', pay: { minor: 12, currency: 'USD' } })
  expect(await task.submit({ label: 'positive' }, 'submission-of-xenia')).toEqual(receipt)

  // The last unit is answered, so the run is complete in the same moment.
  expect((await mephisto.operator.progress(run.id))).toMatchObject({ run: { status: 'completed', unitsAnswered: 1 }, units: { completed: 1 } })
  expect(await xenia.refusal(run)).toBe('all_answered')

  // A reviewer reads it, approves it, and the money is owed.
  const { units: [unit] } = await rita.review.queue({ run: run.id, statuses: ['completed'] })
  expect(unit).toMatchObject({ unitId: task.unitId, answer: { label: 'positive' }, input: { text: 'What a day!' } })
  await rita.review.decide({ decisionId: 'decision-of-rita', unitIds: [task.unitId], verdict: 'approve' })
  expect((await mephisto.operator.progress(run.id)).run).toMatchObject({ reservedMinor: 0, owedMinor: 12 })

  // The dataset has one row, under a name that says nothing about her; and the log agrees with all of it.
  const rows: unknown[] = []
  for await (const row of mephisto.exportRows(sentiment, { run: run.id })) rows.push(row)
  expect(rows).toMatchObject([{ input: { text: 'What a day!' }, answer: { label: 'positive' }, status: 'accepted', durationMs: 500_000, decision: { byName: 'Rita' } }])
  expect(JSON.stringify(rows)).not.toContain('xenia')
  expect((await verifyRun(mephisto.db, run.id)).difference).toBeNull()
  await other.close()
})
