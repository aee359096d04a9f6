import { embeddedDb } from '../../prisma/embedded.js'
import { implement, isMephistoError } from '../../sdk/index.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'
import { processInstance } from './process-instance.js'

// A process of its own: an instance on a shared database file, and people who work in it until nothing is left.
// Tells its parent of every answer that was acknowledged.
const [file = '', runId = '', first = '0', count = '1'] = process.argv.slice(2)
const db = await embeddedDb({ file, busyMs: 20_000 })
const mephisto = processInstance(db, implement(sentiment))
mephisto.start({ everyMs: 200 })
const call = pageCalls(mephisto)

interface Work { readonly status: string; readonly reason?: string; readonly agentToken: string; readonly agentId: string }

async function workUntilDone(name: string): Promise<void> {
  const { credential } = await mephisto.invite({ run: runId, worker: name })
  for (;;) {
    const work = await call<Work>('register', { provider: 'inhouse', credential })
    if (work.status === 'refused') {
      if (work.reason === 'all_answered') return
      await new Promise(resolve => setTimeout(resolve, 100))
      continue
    }
    const dice = Math.random()
    if (dice < 0.03) {
      await call('return', {}, work.agentToken)
      continue
    }
    const submissionId = `answer-of-${work.agentId}`
    const answer = { label: dice < 0.5 ? 'positive' : 'negative' }
    const replies = await Promise.all([call('submit', { submissionId, answer }, work.agentToken), ...(dice > 0.9 ? [call('submit', { submissionId, answer }, work.agentToken)] : [])])
    for (const reply of replies) process.send?.({ agentId: work.agentId, submissionId, outcome: (reply as { outcome: string }).outcome })
  }
}

await Promise.all(Array.from({ length: Number(count) }, async (_, index) => {
  try {
    await workUntilDone(`worker ${String(Number(first) + index)}`)
  } catch (error) {
    process.send?.({ error: isMephistoError(error) ? `${error.code}: ${error.message}` : String(error) })
  }
}))
await mephisto.close()
await db.close()
process.disconnect()
