import { isSpecial } from '../data-model/features.js'
import type { AgentStatus, AgentVerb } from '../data-model/lifecycle.js'
import type { WhyReturned } from '../data-model/return-reason.js'
import { ledgerEntry } from '../ledger/entries.js'
import type { Attempt, LeaseEnd } from '../ports/unit-operations.js'
import { unitsFreed } from './freeing.js'
import type { GroupCommit, Outcome } from './group-commit.js'
import { sharedStateOf } from './live/shared-state.js'
import { askToLook } from './live/ask-to-look.js'
import type { AgentEvent, RunHold } from './run-hold.js'
import { withdrawUnits } from './withdraw.js'

/** How an attempt ends without an answer. */
const ENDS = { return: 'returned', time_out: 'timeout', disconnect: 'disconnect', lose_partner: 'partner_disconnect', expire: 'expired' } as const satisfies Partial<Record<AgentVerb, AgentStatus>>

/** Why attempts end without an answer: by a verb, by a block, before the time that their leases gave, or given back for a reason. */
export type Ending<TVerb extends keyof typeof ENDS = keyof typeof ENDS> = TVerb | { readonly block: string } | Pick<WhyReturned, 'reason'>

/** Ends leases: their units are free for others, their money is released. Returns how many were still held. */
export async function releaseLeases(hold: RunHold, ends: readonly LeaseEnd[], ending: Ending<'return' | 'time_out' | 'lose_partner'>): Promise<number> {
  if (ends.length === 0) return 0
  const released = await hold.tx.units.release(ends)
  await unitsFreed(hold, released.filter(({ kind }) => !isSpecial(kind)).map(({ unitId }) => unitId))
  endAttempts(hold, released, ending)
  const closed = await closedItems(hold, released)
  // Nobody else is to have units that were made for one worker, whose places are free again, nor any of a run that is draining.
  const gone = released.filter(end => isSpecial(end.kind) || hold.run(end.runId)?.status === 'draining' || closed.has(end.assignmentId))
  await withdrawUnits(hold, gone.map(({ unitId: id, runId, kind }) => ({ id, runId, kind, status: 'launched' })))
  return released.length
}

/** Items at which people work together that take nobody new: theirs is over, or goes on without whoever leaves. */
async function closedItems(hold: RunHold, ends: readonly LeaseEnd[]): Promise<ReadonlySet<string>> {
  const live = ends.flatMap(({ assignmentId, runId }) => {
    const settings = hold.run(runId)?.config.live
    return settings ? [{ assignmentId, settings }] : []
  })
  const states = await hold.tx.sessions.states([...new Set(live.map(({ assignmentId }) => assignmentId))])
  return new Set(live.filter(({ assignmentId, settings }) => {
    const { phase } = sharedStateOf(states.get(assignmentId)?.state ?? null)
    return phase === 'over' || (phase === 'live' && settings.whenSomebodyLeaves !== 'replace')
  }).map(({ assignmentId }) => assignmentId))
}

/** Logs the end of attempts whose units have been moved, and books the release of their money. */
export function endAttempts(hold: RunHold, ends: readonly LeaseEnd[], ending: Ending): void {
  const [verb, body] = typeof ending === 'string' ? [ending, {}] as const : ['block' in ending ? 'disconnect' : 'return', ending] as const
  for (const end of ends) {
    const run = hold.run(end.runId)
    if (!run) continue
    // Who is not connected any more where people work together has left the others.
    const type = run.config.live && verb === 'time_out' ? 'disconnect' : verb
    hold.book(end.runId, [ledgerEntry('release', end.agentId, { ...end, currency: run.currency })])
    hold.log(end.runId, end.head, { type, body, status: ENDS[type] })
    askToLook(hold, { ...end, cause: `${end.agentId}/left` })
  }
}

/** Takes back leases of a held run that ran out, oldest first. Returns how many. */
export async function sweepExpired(hold: RunHold, runId: string, limit: number): Promise<number> {
  return releaseLeases(hold, await hold.tx.units.expiredLeases(runId, hold.at, limit), 'time_out')
}

/** A lease after an attempt to extend it: when it ends and its full length, ms; null when it is lost. */
export type Extension = { readonly until: number; readonly at: number; readonly leaseMs: number } | null

/** Extends the lease of an agent to a full length from now; concurrent callers share a transaction. */
export function createExtender(group: GroupCommit): (agent: { runId: string; agentId: string }) => Promise<Extension> {
  return group.share<{ runId: string; agentId: string }, Extension>(async (hold, items) => {
    const { at } = hold
    const attempts = new Map((await hold.tx.units.attempts([...new Set(items.map(item => item.agentId))])).map(attempt => [attempt.agent.id, attempt]))
    const leases = [...attempts.values()].map(({ agent, run }) => ({ unitId: agent.unitId, agentId: agent.id, fence: agent.fence, until: at + run.leaseMs }))
    const extended = await hold.tx.units.extend(leases, at)
    for (const { agent, head, run } of attempts.values()) {
      if (extended.has(agent.id)) hold.log(run.id, head, { type: 'extend', body: { until: at + run.leaseMs }, status: agent.status } satisfies AgentEvent)
    }
    return items.map(({ agentId }): Outcome<Extension> => {
      const attempt = attempts.get(agentId)
      const lease = attempt && extended.has(agentId) ? { until: at + attempt.run.leaseMs, at, leaseMs: attempt.run.leaseMs } : null
      return { ok: true, value: lease }
    })
  })
}

/** The lease of an attempt, to be ended. */
export function leaseEndOf({ agent, unit, run, head }: Attempt): LeaseEnd {
  return { unitId: unit.id, assignmentId: unit.assignmentId, kind: unit.kind, agentId: agent.id, runId: run.id, workerId: agent.workerId, fence: agent.fence, payMinor: run.payMinor, head }
}
