// Run from an installed tarball: an embedded database on disk, a launch, a worker, an export, and a second opening.
import assert from 'node:assert/strict'
import { createMephisto, implement, usd } from 'mephisto-sdk'
import { defineBlueprint } from 'mephisto-sdk/blueprint'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { expressArchitect } from 'mephisto-sdk/express'
import { inhouse } from 'mephisto-sdk/inhouse'
import { simulatedWorker } from 'mephisto-sdk/testing'
import * as z from 'zod'

const sentiment = defineBlueprint({
  type: 'sentiment',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['positive', 'negative']) }),
})

async function open() {
  const db = await embeddedDb({ file: process.argv[2] })
  const mephisto = createMephisto({
    db,
    architect: expressArchitect({ baseUrl: 'http://127.0.0.1/mephisto/', taskUrl: '/work' }),
    providers: [inhouse()],
    blueprints: [implement(sentiment)],
    secret: 'a secret of at least thirty-two characters',
    authorize: () => null,
  })
  return { mephisto, close: async () => { await mephisto.close(); await db.close() } }
}

async function rowsOf(mephisto, run) {
  const rows = []
  for await (const row of mephisto.exportRows(sentiment, { run: run.id })) rows.push({ text: row.input.text, label: row.answer.label, status: row.status, pay: row.pay })
  return rows
}

const first = await open()
const run = await first.mephisto.operator.launch(sentiment, {
  task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'good' }, { text: 'bad' }], pay: usd('0.10'),
})
const ann = simulatedWorker(first.mephisto, 'ann', 'inhouse')
for (let count = 0; count < 2; count += 1) {
  const work = await ann.accept(sentiment, run)
  const receipt = await work.submit({ label: work.input.text === 'good' ? 'positive' : 'negative' })
  assert.equal(receipt.outcome, 'completed')
}
const rows = await rowsOf(first.mephisto, run)
await first.close()

const second = await open()
assert.deepEqual(await rowsOf(second.mephisto, run), rows)
await second.close()
console.log(JSON.stringify(rows))
