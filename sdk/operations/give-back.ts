import type { FeedbackTopic } from '../data-model/remark.js'
import type { ReturnReason, WhyReturned } from '../data-model/return-reason.js'
import type { Attempt } from '../ports/unit-operations.js'
import type { WorkParts } from '../ports/work-parts.js'
import type { KeptRemarkBody } from '../protocol/remark-requests.js'
import { leaseEndOf, releaseLeases } from './leases.js'
import { holdRuns, type RunHold } from './run-hold.js'

/** What feedback is about that goes with each reason. */
const TOPICS: Readonly<Record<ReturnReason, FeedbackTopic>> = { broken: 'item', unclear: 'instructions', too_hard: 'item', too_long: 'pay', no_time: 'other', other: 'other' }

/**
 * Gives the worker's unit back, free for others, and keeps why: the reason in the log, with the return; what they wrote to it as feedback, which
 * is shown, dumped and erased like all that people write. False, and nothing is kept, when it was not theirs any more: a repeat says it once.
 */
export async function giveBack(parts: WorkParts, { runId, agentId, why }: { readonly runId: string; readonly agentId: string; readonly why: WhyReturned | null }): Promise<boolean> {
  return holdRuns(parts, [runId], async hold => {
    const [attempt] = await hold.tx.units.attempts([agentId])
    if (!attempt || attempt.unit.agentId !== agentId || attempt.unit.status !== 'assigned') return false
    // Who stops waiting for others has not given the item up, and may wait again.
    const isWaiting = attempt.agent.status === 'waiting'
    if (await releaseLeases(hold, [leaseEndOf(attempt)], isWaiting ? 'lose_partner' : why ? { reason: why.reason } : 'return') === 0) return false
    if (why?.text) await keepText(hold, attempt, { givenBack: why.reason, text: why.text, newId: () => parts.runtime.newId() })
    return true
  })
}

async function keepText(hold: RunHold, { agent }: Attempt, { givenBack, text, newId }: { readonly givenBack: ReturnReason; readonly text: string; newId(): string }): Promise<void> {
  const run = hold.run(agent.runId)
  if (!run) return
  const body: KeptRemarkBody = { kind: 'feedback', text, about: TOPICS[givenBack], givenBack }
  await hold.tx.remarks.add({ id: newId(), clientId: newId(), taskId: run.taskId, runId: run.id, agentId: agent.id, workerId: agent.workerId, kind: 'feedback', body: JSON.stringify(body), at: hold.at })
}
