import { awaitsRows } from '../data-model/data-feed.js'
import type { RunConfig, TaskRun } from '../data-model/entities.js'
import { isEnded, isHandingOut } from '../data-model/lifecycle.js'
import type { Attempt, Candidate, Standing } from '../ports/unit-operations.js'
import type { SetAsideReason } from '../data-model/entities.js'
import type { RefusalReason } from '../protocol/refusals.js'

/** Why nobody can be given a unit of this run now; null when units are handed out. Pure. */
export function runRefusal(run: Pick<TaskRun, 'status' | 'unitsOpen' | 'dataFeed'>): RefusalReason | null {
  if (run.status === 'created' || run.status === 'launching') return 'run_not_started'
  if (run.unitsOpen === 0 && !awaitsRows(run) && run.status !== 'expired' && run.status !== 'failed') return 'all_answered'
  if (isEnded(run.status)) return 'run_ended'
  if (run.status === 'paused') return 'run_paused'
  return isHandingOut(run.status) ? null : 'run_draining'
}

/** Why a worker finds no unit in a run that hands units out, from what is still open in it and whether more may come. Pure. */
export function emptyHandedReason(open: { launched: boolean; assigned: boolean }, run: Pick<TaskRun, 'status' | 'dataFeed'> & { readonly config: Pick<RunConfig, 'hasAssignees'> }): RefusalReason {
  const { hasAssignees = false } = run.config
  if (open.launched) return hasAssignees ? 'none_suitable' : 'none_left_for_you'
  if (awaitsRows(run)) return 'waiting_for_items'
  if (!open.assigned) return 'all_answered'
  return hasAssignees ? 'none_suitable' : 'all_taken'
}

/** What is known of pairs of workers and candidates. */
export interface KnownPairs {
  /** Pairs, by {@link pairKey}, of workers and items that they are done with. */
  readonly seen: ReadonlySet<string>
  /** Units of which it is known for every worker whether they are done with the item. */
  readonly asked: ReadonlySet<string>
}

/**
 * Gives each worker, in order of arrival, the first candidate that nobody before them took and whose item they are not done
 * with. Behind where a worker was last are items that they have had, so only units that were asked about are given there. Pure.
 */
export function matchUnits(workers: readonly Pick<Standing, 'workerId' | 'cursor'>[], candidates: readonly Candidate[], { seen, asked }: KnownPairs): ReadonlyMap<string, Candidate> {
  const taken = new Set<string>()
  const matches = new Map<string, Candidate>()
  for (const { workerId, cursor } of workers) {
    const found = candidates.find(({ unitId, rank, assignmentId }) => (rank > cursor || asked.has(unitId)) && !taken.has(unitId) && !seen.has(pairKey(workerId, assignmentId)))
    if (!found) continue
    taken.add(found.unitId)
    matches.set(workerId, found)
  }
  return matches
}

/** The key of a (worker, assignment) pair in the sets that {@link matchUnits} reads. */
export function pairKey(workerId: string, assignmentId: string): string {
  return `${workerId}/${assignmentId}`
}

/** Whether an answer that arrives at `at` counts for its unit, or why it is set aside. Pure. */
export function judgeAnswer(attempt: Attempt, at: number): 'counts' | SetAsideReason {
  const { agent, unit, run } = attempt
  switch (agent.status) {
    case 'returned': return 'returned'
    case 'completed': case 'approved': case 'soft_rejected': case 'rejected': return 'already_submitted'
    case 'timeout': case 'disconnect': case 'partner_disconnect': return 'lease_expired'
    case 'expired': return 'run_ended'
    case 'accepted': case 'onboarding': case 'waiting': case 'in_task': break
  }
  if (isEnded(run.status)) return 'run_ended'
  if (unit.agentId !== agent.id || unit.fence !== agent.fence || unit.status !== 'assigned') return 'superseded'
  return unit.leaseUntil !== null && unit.leaseUntil > at ? 'counts' : 'lease_expired'
}
