import type { Attempt } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { grantAll } from '../review/special-verdicts.js'
import type { RunHold } from './run-hold.js'

/** Who grants what answers showed. */
const ACTOR_ID = 'mephisto:attention'

/** An answer that counts, and whether it shows that the page was read; null when it does not say. */
export interface AttendedAttempt {
  readonly attempt: Attempt
  readonly isAttentive: boolean | null
}

/** Counts what answers showed as qualifications of their workers, in the transaction that stores the answers. */
export async function noteAttention(hold: RunHold, runtime: Runtime, answers: readonly AttendedAttempt[]): Promise<void> {
  const telling = answers.filter(({ isAttentive }) => isAttentive !== null)
  if (telling.length === 0) return
  // The same worker may answer in another run at this moment.
  await hold.tx.workers.lock([...new Set(telling.map(({ attempt }) => attempt.agent.workerId))].sort())
  for (const { attempt: { agent, run, unit }, isAttentive } of telling) {
    const attention = hold.run(run.id)?.config.features.attention
    if (!attention) continue
    const id = isAttentive ? attention.passedId : attention.failedId
    const facts = await hold.tx.workers.facts({ workerIds: [agent.workerId], qualificationIds: [id], taskId: null, earnings: null, at: hold.at })
    const count = (facts.get(agent.workerId)?.grants.get(id) ?? 0) + 1
    await grantAll(hold, runtime, { verdict: { row: { workerId: agent.workerId, unitId: unit.id, kind: unit.kind }, actorId: ACTOR_ID }, grants: new Map([[id, count]]) })
  }
}
