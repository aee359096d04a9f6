import { implement } from 'mephisto-sdk'
import { createTestMephisto } from 'mephisto-sdk/testing'
import { sentiment } from './task.js'

export async function simulate() {
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  const run = await mephisto.operator.launch(sentiment, { task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'good' }] })
  const work = await mephisto.worker('ann').accept(sentiment, run)
  await mephisto.advance(1_000)
  const receipt = await work.submit({ label: work.input.text === 'good' ? 'positive' : 'negative' })
  await mephisto.close()
  return receipt
}
