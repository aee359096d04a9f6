import { formatMoney, usd } from 'mephisto-sdk'
import { createMephistoClient } from 'mephisto-sdk/client'
import { sentiment, type Answer } from './task.js'

export const client = createMephistoClient({ url: 'http://127.0.0.1:3000/mephisto/', headers: { 'x-team': 'lab' } })

export async function launch() {
  return client.launch(sentiment, {
    task: 'tweets', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 1, pay: usd('0.05'), data: [{ text: 'good' }],
  })
}

export async function approveAll(run: string) {
  const { units } = await client.review.queue.query({ run })
  return client.review.decide.mutate({ decisionId: crypto.randomUUID(), unitIds: units.map(unit => unit.unitId), verdict: 'approve' })
}

export async function answers(run: string) {
  const rows: { text: string; answer: Answer; pay: string }[] = []
  for await (const { input, answer, pay } of client.exportRows(sentiment, { run })) {
    rows.push({ text: input.text, answer, pay: formatMoney(pay) })
  }
  return rows
}
