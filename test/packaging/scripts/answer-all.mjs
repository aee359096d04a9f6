// `node answer-all.mjs <file> <label> [most]`: workers answer a run of 200 items until nothing is left, with that label; started
// again, it goes on where the last one stopped. Prints the text of each item whose answer was acknowledged. After `most` answers
// it waits for its end.
import { isMephistoError } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { simulatedWorker } from 'mephisto-sdk/testing'
import { makeInstance, sentiment } from './instance.mjs'

const [file, label, most = Infinity] = process.argv.slice(2)
const db = await embeddedDb({ file })
const mephisto = makeInstance(db)
const [open] = await mephisto.operator.runs({ taskName: 'many', statuses: ['running'], limit: 1 })
const run = open ?? await mephisto.operator.launch(sentiment, {
  task: 'many', requester: 'lab', provider: 'inhouse', data: Array.from({ length: 200 }, (_, index) => ({ text: `item ${index}` })),
})

let answers = 0

async function work(name) {
  const worker = simulatedWorker(mephisto, name, 'inhouse')
  for (;;) {
    if (answers >= most) await new Promise(resolve => setTimeout(resolve, 60_000))
    const task = await worker.accept(sentiment, run)
    await task.submit({ label })
    answers += 1
    console.log(task.input.text)
  }
}

// Each stops when it is refused: there is no unit left for it.
const ends = await Promise.allSettled(['ann', 'bob', 'cleo', 'dan'].map(work))
for (const { reason } of ends) if (!isMephistoError(reason) || reason.code !== 'conflict') throw reason
await mephisto.close()
await db.close()
