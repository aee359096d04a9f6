import type { Agent, TaskRun, Unit } from '../data-model/entities.js'
import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { AnswerFilter, AnswerRow, ReviewFilter, ReviewRow } from './answer-operations.js'

/** What a worker has and may search in one run. */
export interface Standing {
  readonly workerId: string
  /** Where the worker's next search starts; −1 at first. */
  readonly cursor: number
  readonly unitsTaken: number
  readonly unitsCompleted: number
  /** The unit the worker holds now, with its lease still good or run out. */
  readonly held: HeldUnit | null
}

/** A unit under way with what its worker needs to do it. */
export interface HeldUnit {
  readonly unitId: string
  readonly agentId: string
  readonly assignmentId: string
  readonly fence: number
  readonly leaseUntil: number
  readonly acceptedAt: number
  /** JSON text. */
  readonly input: string
}

/** A unit that could be handed out. */
export interface Candidate {
  readonly unitId: string
  readonly assignmentId: string
  readonly rank: number
  /** JSON text. */
  readonly input: string
}

/** A lease to write: this unit to this worker as this new agent. */
export interface NewLease {
  readonly unitId: string
  readonly assignmentId: string
  readonly workerId: string
  readonly agentId: string
  readonly rank: number
}

/** An agent with its unit and run: what decides about an answer, an extension or a return. */
export interface Attempt {
  readonly agent: Agent
  readonly unit: Unit
  readonly run: Pick<TaskRun, 'id' | 'status' | 'leaseMs' | 'payMinor' | 'currency' | 'schemaHash' | 'blueprintType'>
}

/** A lease that ran out or is given up. */
export interface LeaseEnd {
  readonly unitId: string
  readonly agentId: string
  readonly runId: string
  readonly workerId: string
  readonly fence: number
  readonly payMinor: number
  readonly currency: string
}

export interface UnitOperations {
  /** The standing of each of these workers in the run, in the same order. */
  standings(runId: string, workerIds: readonly string[]): Promise<readonly Standing[]>
  /** Launched units of the run after `afterRank`, smallest rank first. */
  candidates(runId: string, afterRank: number, limit: number): Promise<readonly Candidate[]>
  /** The first launched unit after `afterRank` of an assignment this worker has not yet answered or given back. */
  firstUnseen(runId: string, workerId: string, afterRank: number): Promise<Candidate | null>
  /** Which of these (worker, assignment) pairs are closed: the worker answered the item or gave it back. */
  seen(pairs: readonly { workerId: string; assignmentId: string }[]): Promise<ReadonlySet<string>>
  /** Launched → assigned for each that is still launched, fence + 1, with its agent. Returns the leases that were won. */
  lease(runId: string, leases: readonly NewLease[], lease: { at: number; until: number }): Promise<readonly (NewLease & { fence: number })[]>
  attempts(agentIds: readonly string[]): Promise<readonly Attempt[]>
  /** Sets a new end for leases that are still good at `at`; returns the agents whose lease was extended. */
  extend(leases: readonly { unitId: string; agentId: string; fence: number; until: number }[], at: number): Promise<ReadonlySet<string>>
  /** Assigned → completed for each whose fence is current and whose lease is still good; returns the agents that won. */
  complete(answers: readonly { unitId: string; agentId: string; fence: number }[], at: number): Promise<ReadonlySet<string>>
  /** Assigned → launched, free for others, and the agent ends with `status`. Returns those that were still held. */
  release(ends: readonly LeaseEnd[], status: AgentStatus, at: number): Promise<readonly LeaseEnd[]>
  /** Leases that ran out before `at`, oldest first; of one run or of all. */
  expiredLeases(at: number, limit: number, runId?: string): Promise<readonly LeaseEnd[]>
  /** Ends what can no longer be answered: created, launched and assigned units, and their agents. Returns the leases that ended. */
  expireOpen(runId: string, at: number): Promise<{ units: number; leases: readonly LeaseEnd[] }>
  /** Whether any unit of the run is launched, and whether any is assigned. */
  anyOpen(runId: string): Promise<{ launched: boolean; assigned: boolean }>
  /** Completed, or decided, units for review, oldest answer first. */
  review(filter: ReviewFilter): Promise<readonly ReviewRow[]>
  /** The same rows by id. */
  reviewById(unitIds: readonly string[]): Promise<readonly ReviewRow[]>
  /** Moves units by a decision if their status is the one that was seen, with their agents. Returns the ids that moved. */
  decide(moves: readonly { unitId: string; agentId: string; from: UnitStatus; to: UnitStatus; agentTo: AgentStatus }[], at: number): Promise<ReadonlySet<string>>
  /** Answers of a run with their provenance, by position and unit index. */
  answers(filter: AnswerFilter): Promise<readonly AnswerRow[]>
}
