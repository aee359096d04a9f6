import { createMephistoClient } from 'mephisto-sdk/client'
import { formatMoney, usd } from 'mephisto-sdk'
import { sentenceKind } from '../express-static-task/task.js'

// A team's own tool on the same typed client as the review page. Usage, with the example server running:
//   MEPHISTO_PASSWORD=… node examples/internal-tool/dist/internal-tool.js launch | list | approve <run>
// MEPHISTO_URL names another mount than the one below.
const [command, run] = process.argv.slice(2)
const password = process.env['MEPHISTO_PASSWORD'] ?? ''
const client = createMephistoClient({
  url: process.env['MEPHISTO_URL'] ?? 'http://127.0.0.1:3000/mephisto/',
  headers: { authorization: `Bearer ${password}` },
})

async function main(): Promise<void> {
  if (command === 'launch') {
    const launched = await client.launch(sentenceKind, {
      task: 'from-a-script', requester: 'civic-text-lab', provider: 'inhouse',
      unitsPerAssignment: 1, pay: usd('0.05'), budget: usd('1.00'),
      data: [{ sentence: 'Tonight, I ask you to pass this bill.', year: 1998, president: 'William J Clinton' }],
    })
    console.log(`Launched run ${launched.id} with ${String(launched.unitsTotal)} unit.`)
  } else if (command === 'list') {
    const { runs } = await client.runs.list.query({ limit: 20 })
    for (const { id, task, status, unitsOpen, money } of runs) {
      console.log(`${id}  ${task}  ${status}  ${String(unitsOpen)} open  ${formatMoney(money.spent)} spent`)
    }
  } else if (command === 'approve' && run !== undefined) {
    for (;;) {
      const { units } = await client.review.queue.query({ run, limit: 100 })
      if (units.length === 0) break
      const unitIds = units.map(unit => unit.unitId)
      const { outcomes } = await client.review.decide.mutate({ decisionId: crypto.randomUUID(), unitIds, verdict: 'approve' })
      console.log(`Approved ${String(outcomes.filter(outcome => outcome.decided).length)} of ${String(unitIds.length)}.`)
    }
    console.log('Nothing is waiting for review.')
  } else {
    console.error('Usage: internal-tool launch | list | approve <run>')
    process.exitCode = 2
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
