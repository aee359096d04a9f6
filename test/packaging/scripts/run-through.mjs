// A whole run: a launch, a worker, a reviewer, an export.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { usd } from 'mephisto-sdk'
import { simulatedWorker } from 'mephisto-sdk/testing'
import { makeInstance, sentiment } from './instance.mjs'

const LABELS = { good: 'positive', bad: 'negative' }

/**
 * Fails where the export is not what was done. Returns the run's id.
 * @param {import('mephisto-sdk').MephistoDb} db
 */
export async function runThrough(db) {
  const mephisto = makeInstance(db)
  const run = await mephisto.operator.launch(sentiment, { task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'good' }, { text: 'bad' }], pay: usd('0.10') })
  const ann = simulatedWorker(mephisto, 'ann', 'inhouse')
  for (let count = 0; count < 2; count += 1) {
    const work = await ann.accept(sentiment, run)
    const { outcome } = await work.submit({ label: LABELS[work.input.text] })
    assert.equal(outcome, 'completed')
  }
  const reviewer = mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] })
  const { units } = await reviewer.review.queue({ run: run.id })
  await reviewer.review.decide({ decisionId: randomUUID(), unitIds: units.map(unit => unit.unitId), verdict: 'approve' })
  const rows = []
  for await (const { input, answer, status, pay } of mephisto.exportRows(sentiment, { run: run.id })) rows.push({ text: input.text, label: answer.label, status, pay })
  assert.deepEqual(rows, Object.entries(LABELS).map(([text, label]) => ({ text, label, status: 'accepted', pay: usd('0.10') })))
  await mephisto.close()
  return run.id
}
