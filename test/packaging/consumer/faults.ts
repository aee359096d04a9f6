// An app's own test of what it does when something goes wrong: `node faults.js <address> <task> <fault>`. Ann has two items of the
// task to answer, and what is sent to the database with her first answer is struck; `none` goes on with what a killed process left.
import { checkPromises, openTestDb, simulatedWorker, withFaults, type AcknowledgedAnswer, type Fault, type FaultPlan } from 'mephisto-sdk/testing'
import { codeOf, makeInstance } from './server.js'
import { sentiment } from './task.js'

const [at = '', task = '', named] = process.argv.slice(2)
const fault = named === 'none' ? null : named as Fault
/** A conflict comes at a statement; all else at the commit, the one place where nobody can tell what became of it. */
const where = fault === 'conflict' ? 'statement' : 'commit'

let isSending = false
let struck = 0
const plan: FaultPlan = ({ kind, isInTransaction }) => {
  if (!isSending || !isInTransaction || kind !== where || struck > 0 || fault === null) return null
  struck += 1
  return fault
}

const { db, query, tables } = await openTestDb({ at, around: client => withFaults(client, plan) })
const mephisto = makeInstance(db)
const [open] = await mephisto.operator.runs({ taskName: task, limit: 1 })
const run = open ?? await mephisto.operator.launch(sentiment, { task, requester: 'lab', provider: 'inhouse', data: [{ text: 'good' }, { text: 'better' }] })

const ann = simulatedWorker(mephisto, 'ann', 'inhouse')
const told: (string | null)[] = []
const answers: AcknowledgedAnswer[] = []
while (await ann.refusal(run) === null) {
  const { agentId, submit } = await ann.accept(sentiment, run)
  const submissionId = `of-${agentId}`
  const send = () => submit({ label: 'positive' }, submissionId)
  isSending = true
  const { outcome } = await send().catch((error: unknown) => {
    told.push(codeOf(error))
    return send()
  })
  isSending = false
  answers.push({ agentId, submissionId, outcome })
}
await mephisto.operator.tick()

const units = (await db.runs.get(run.id))?.unitsAnswered
const broken = await checkPromises(query, { ...tables, acknowledged: { answers }, settledAt: await db.now() })
console.log(JSON.stringify({ struck, told, outcomes: answers.map(({ outcome }) => outcome), units, broken }))
await mephisto.close()
await db.close()
