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
  const telling = answers.flatMap(({ attempt, isAttentive }) => {
    const attention = isAttentive === null ? null : hold.run(attempt.run.id)?.config.features.attention
    return attention ? [{ attempt, qualificationId: isAttentive ? attention.passedId : attention.failedId }] : []
  })
  if (telling.length === 0) return
  const workerIds = [...new Set(telling.map(({ attempt }) => attempt.agent.workerId))].sort()
  // The same worker may answer in another run at this moment.
  await hold.tx.workers.lock(workerIds)
  const facts = await hold.tx.workers.facts({ workerIds, qualificationIds: [...new Set(telling.map(one => one.qualificationId))], taskId: null, earnings: null, at: hold.at })
  const counts = new Map<string, number>()
  for (const { attempt: { agent, unit }, qualificationId } of telling) {
    const key = `${agent.workerId}/${qualificationId}`
    const count = (counts.get(key) ?? facts.get(agent.workerId)?.grants.get(qualificationId) ?? 0) + 1
    counts.set(key, count)
    await grantAll(hold, runtime, { verdict: { row: { workerId: agent.workerId, unitId: unit.id, kind: unit.kind }, actorId: ACTOR_ID }, grants: new Map([[qualificationId, count]]) })
  }
}
