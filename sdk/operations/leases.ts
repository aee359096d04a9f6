import type { AgentStatus } from '../data-model/lifecycle.js'
import { book } from '../ledger/book.js'
import { ledgerEntry } from '../ledger/entries.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { LeaseEnd } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { GroupCommit, Outcome } from './group-commit.js'

/** Ends leases: their units are free for others, their money is released. Returns how many were still held. */
export async function releaseLeases(tx: DbOperations, runtime: Runtime, release: { ends: readonly LeaseEnd[]; status: AgentStatus; at: number }): Promise<number> {
  const { ends, status, at } = release
  if (ends.length === 0) return 0
  const released = await tx.units.release(ends, status, at)
  await bookReleases(tx, runtime, { ends: released, at })
  return released.length
}

/** Books the release of the money of ended leases, run by run. */
export async function bookReleases(tx: DbOperations, runtime: Runtime, release: { ends: readonly LeaseEnd[]; at: number }): Promise<void> {
  for (const runId of new Set(release.ends.map(end => end.runId))) {
    const ends = release.ends.filter(end => end.runId === runId)
    await book(tx, runtime, { runId, entries: ends.map(end => ledgerEntry('release', end.agentId, end)), at: release.at })
  }
}

/** Takes back leases that ran out, oldest first, of one run or of all. Returns how many. */
export async function sweepExpired(tx: DbOperations, runtime: Runtime, sweep: { at: number; limit: number; runId?: string }): Promise<number> {
  const ends = await tx.units.expiredLeases(sweep.at, sweep.limit, sweep.runId)
  return releaseLeases(tx, runtime, { ends, status: 'timeout', at: sweep.at })
}

/** A lease after an attempt to extend it: when it ends and its full length, ms; null when it is lost. */
export type Extension = { readonly until: number; readonly at: number; readonly leaseMs: number } | null

/** Extends the lease of an agent to a full length from now; concurrent callers share a transaction. */
export function createExtender(group: GroupCommit): (agentId: string) => Promise<Extension> {
  return group.share<string, Extension>(async (tx, agentIds) => {
    const at = await tx.now()
    const attempts = new Map((await tx.units.attempts(agentIds)).map(attempt => [attempt.agent.id, attempt]))
    const leases = [...attempts.values()].map(({ agent, run }) => ({ unitId: agent.unitId, agentId: agent.id, fence: agent.fence, until: at + run.leaseMs }))
    const extended = await tx.units.extend(leases, at)
    return agentIds.map((agentId): Outcome<Extension> => {
      const attempt = attempts.get(agentId)
      const lease = attempt && extended.has(agentId) ? { until: at + attempt.run.leaseMs, at, leaseMs: attempt.run.leaseMs } : null
      return { ok: true, value: lease }
    })
  })
}

/** Gives the worker's unit back, free for others. False when it was not theirs any more. */
export async function giveBack(db: MephistoDb, runtime: Runtime, agentId: string): Promise<boolean> {
  return db.transaction(async tx => {
    const at = await tx.now()
    const [attempt] = await tx.units.attempts([agentId])
    if (!attempt || attempt.unit.agentId !== agentId || attempt.unit.status !== 'assigned') return false
    const end = { ...attempt.run, ...attempt.agent, agentId, runId: attempt.run.id }
    return (await releaseLeases(tx, runtime, { ends: [end], status: 'returned', at })) === 1
  })
}
