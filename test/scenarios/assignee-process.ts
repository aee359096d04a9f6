import { implement, isMephistoError } from '../../sdk/index.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'
import { processInstance } from './process-instance.js'
import { openTarget, type Target } from './promise-open.js'

// A process of its own: an instance on a shared database, and people who work in a run whose items are for particular ones of them,
// until all is answered. Some give back what they got, or leave it lying until its lease runs out. With `chooses` the blueprint is asked as well.
const { target, runId, names, chooses } = JSON.parse(process.argv[2] ?? '{}') as { target: Target; runId: string; names: readonly string[]; chooses: boolean }
const db = await openTarget(target)
const mephisto = processInstance(db, implement(sentiment, chooses ? { workerCanDoUnit: () => true } : {}))
mephisto.start({ everyMs: 200 })
const call = pageCalls(mephisto)

interface Work { readonly status: string; readonly reason?: string; readonly agentToken: string; readonly agentId: string }

async function workUntilDone(name: string): Promise<void> {
  const { credential } = await mephisto.invite({ run: runId, worker: name })
  for (;;) {
    const work = await call<Work>('register', { provider: 'inhouse', credential })
    if (work.status === 'refused') {
      if (work.reason === 'all_answered') return
      if (work.reason !== 'none_suitable' && work.reason !== 'all_taken') throw new Error(`${name} was told ${String(work.reason)}`)
      await new Promise(resolve => setTimeout(resolve, 100))
      continue
    }
    const dice = Math.random()
    if (dice < 0.05) await call('return', {}, work.agentToken)
    else if (dice < 0.08) await new Promise(resolve => setTimeout(resolve, 1_500))
    else await call('submit', { submissionId: `answer-of-${work.agentId}`, answer: { label: 'positive' } }, work.agentToken)
  }
}

try {
  await Promise.all(names.map(workUntilDone))
} catch (error) {
  process.send?.({ error: isMephistoError(error) ? `${error.code}: ${error.message}` : String(error) })
}
await mephisto.close()
await db.close()
process.disconnect()
