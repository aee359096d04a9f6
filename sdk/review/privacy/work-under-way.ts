import type { Worker } from '../../data-model/entities.js'
import { isEnded, type AgentStatus } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import { leaseEndOf, releaseLeases } from '../../operations/leases.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Attempt } from '../../ports/unit-operations.js'
import { attemptsOf } from './attempts-of.js'

/** Refuses while a worker has a unit whose lease is good, an onboarding that is being checked, or a call to the outside world to come. @throws MephistoError `conflict` */
export async function refuseWhileAtWork(db: DbOperations, { id: workerId, externalId }: Worker): Promise<void> {
  const at = await db.now()
  const [held] = (await heldBy(db, workerId)).filter(({ unit }) => (unit.leaseUntil ?? 0) > at)
  if (held) throw new MephistoError('conflict', `Worker ${workerId} has unit ${held.unit.id} of run ${held.run.id} under way. Wait until it is done, or give force.`)
  const checked = await beingChecked(db, workerId)
  if (checked !== null) throw new MephistoError('conflict', `Worker ${workerId} has an onboarding in run ${checked} that is being checked. Wait until it is, or give force.`)
  const call = await db.privacy.callThatNames(externalId)
  if (call !== null) throw new MephistoError('conflict', `Call ${call} of the outbox names worker ${workerId} and is still to be made. Wait until it is, or give force: then it is made without the name.`)
}

/** Gives back the units that a worker holds in held runs, and ends their attempts at onboarding there. */
export async function endWork(hold: RunHold, workerId: string): Promise<void> {
  const ends = (await heldBy(hold.tx, workerId)).map(attempt => ({
    isOver: (attempt.unit.leaseUntil ?? 0) <= hold.at,
    end: leaseEndOf(attempt),
  }))
  for (const verb of ['return', 'time_out'] as const) await releaseLeases(hold, ends.filter(({ isOver }) => isOver === (verb === 'time_out')).map(({ end }) => end), verb)
  for (const { runId, head } of await hold.tx.onboardings.byAgent(await idsOf(hold.tx, workerId, ['onboarding', 'waiting']))) hold.log(runId, head, { type: 'return', body: {}, status: 'returned' })
}

/** A run in which an onboarding of the worker will still be checked; null for none. In a run that has ended nobody does. */
async function beingChecked(db: DbOperations, workerId: string): Promise<string | null> {
  for await (const { runId, unitId } of attemptsOf(db, { workerId, statuses: ['waiting'] })) {
    // Who has a unit waits for others.
    if (unitId !== null) continue
    const run = await db.runs.get(runId)
    if (run && !isEnded(run.status)) return runId
  }
  return null
}

/** The attempts of a worker that hold their unit. */
async function heldBy(db: DbOperations, workerId: string): Promise<readonly Attempt[]> {
  const ids = await idsOf(db, workerId, ['in_task', 'waiting'])
  if (ids.length === 0) return []
  return (await db.units.attempts(ids)).filter(({ agent, unit }) => unit.agentId === agent.id && unit.status === 'assigned')
}

async function idsOf(db: DbOperations, workerId: string, statuses: readonly AgentStatus[]): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of attemptsOf(db, { workerId, statuses })) ids.push(id)
  return ids
}
