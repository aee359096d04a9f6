import type { Agent, TaskRun, Unit } from '../data-model/entities.js'
import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { StreamHead } from './event-operations.js'
import type { AnswerFilter, AnsweredFilter, AnsweredPlace, AnsweredUnit, AnswerRow, CountedRange, ItemStretch, ReviewRow } from './answer-operations.js'

/** What a worker has and may search in one run. */
export interface Standing {
  readonly workerId: string
  /** What the worker's provider calls them by now; null for an unknown worker. */
  readonly externalId: string | null
  /** Where the worker's next search starts; −1 at first. */
  readonly cursor: number
  readonly unitsTaken: number
  readonly unitsCompleted: number
  /** Whether the worker was admitted by name, or has had a unit. */
  readonly isKnown: boolean
  /** What keeps the worker from the run now: a block of the run, its task, its project or everywhere. */
  readonly block: 'hard' | 'soft' | null
  /** The unit the worker holds now, with its lease still good or run out. */
  readonly held: StoredHeldUnit | null
}

/** A unit under way with what its worker needs to do it. */
export interface HeldUnit {
  readonly unitId: string
  readonly kind: UnitKind
  readonly agentId: string
  readonly assignmentId: string
  readonly fence: number
  readonly leaseUntil: number
  readonly acceptedAt: number
  /** JSON text. */
  readonly input: string
}

/** The unit that an attempt is at. */
export interface AgentUnit {
  readonly id: string
  readonly assignmentId: string
  readonly kind: UnitKind
  readonly fence: number
}

/** A unit under way as the database has it, with its agent's stream of events. */
export interface StoredHeldUnit extends HeldUnit {
  readonly head: StreamHead
}

/** A unit that could be handed out. */
export interface Candidate {
  readonly unitId: string
  readonly kind: UnitKind
  readonly assignmentId: string
  readonly rank: number
  /** Of the lease before; the next one has this plus 1. */
  readonly fence: number
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
  /** The new lease's fence: one more than the candidate's. */
  readonly fence: number
}

/** An agent as it is written: a new one, or the part of a known one that changes. */
export interface AgentChange {
  readonly id: string
  readonly status: AgentStatus
  /** When the attempt ended; null while it goes on. */
  readonly endedAt: number | null
  readonly eventCount: number
  readonly eventHash: string
}

/** A new agent. */
export interface NewAgent extends AgentChange {
  readonly runId: string
  readonly workerId: string
  /** Null, as the assignment, for an attempt at onboarding. */
  readonly unitId: string | null
  readonly assignmentId: string | null
  readonly fence: number
  readonly acceptedAt: number
}

/** An agent with its unit and run: what decides about an answer, an extension or a return. */
export interface Attempt {
  readonly agent: Agent
  readonly head: StreamHead
  readonly unit: Unit
  readonly run: Pick<TaskRun, 'id' | 'status' | 'leaseMs' | 'payMinor' | 'currency'>
}

/** A lease that ran out or is given up. */
export interface LeaseEnd {
  readonly unitId: string
  readonly assignmentId: string
  readonly kind: UnitKind
  readonly agentId: string
  readonly runId: string
  readonly workerId: string
  readonly fence: number
  readonly payMinor: number
  readonly head: StreamHead
}

/** One place at an item: a unit of it, with the attempt that it belongs to now, or did last when it is over. */
export interface Seat {
  readonly unitId: string
  /** From 0. */
  readonly unitIndex: number
  readonly status: UnitStatus
  /** Null for one that nobody has. */
  readonly agent: { readonly id: string; readonly workerId: string; readonly status: AgentStatus } | null
}

/** Where a unit is in its run. */
export interface UnitPlace {
  readonly position: number
  readonly unitIndex: number
}

/**
 * Moving units. Whoever moves units of a run holds the run's row (`runs.lock`) in the same transaction, so that nobody
 * else moves them meanwhile; each move is one conditional statement all the same, and says what it won.
 */
export interface UnitOperations {
  /** The standing of each of these workers in the run at this instant, in the same order. */
  standings(runId: string, workerIds: readonly string[], at: number): Promise<readonly Standing[]>
  /** Launched units of the run after `afterRank`, smallest rank first. */
  candidates(runId: string, afterRank: number, limit: number): Promise<readonly Candidate[]>
  /** Those of these units that are launched and of the run. */
  launchedAmong(runId: string, unitIds: readonly string[]): Promise<readonly Candidate[]>
  /** The first launched unit after `afterRank` of an assignment this worker has not yet answered or given back. */
  firstUnseen(runId: string, workerId: string, afterRank: number): Promise<Candidate | null>
  /**
   * Of the first `within` launched units from a rank on, the first one of an assignment that this worker has never had; and the
   * smallest rank among them all. Null when there is none.
   */
  firstOf(runId: string, workerId: string, search: { readonly fromRank: number; readonly within: number }): Promise<{ readonly unit: Candidate; readonly lowestRank: number } | null>
  /** The smallest rank of these units in each run that they are of. */
  lowestRanks(unitIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Which of these (worker, assignment) pairs are closed: the worker answered the item or gave it back. */
  seen(pairs: readonly { workerId: string; assignmentId: string }[]): Promise<ReadonlySet<string>>
  /** Which of these (worker, assignment) pairs were ever tried, also by an attempt that ran out. */
  tried(pairs: readonly { workerId: string; assignmentId: string }[]): Promise<ReadonlySet<string>>
  /** Created → launched for so many units of the run, smallest rank first. Returns their ranks. */
  publish(runId: string, count: number): Promise<readonly number[]>
  /** Launched → assigned for each that is still launched under the fence before. Returns the leases that were won. */
  lease(runId: string, leases: readonly NewLease[], lease: { at: number; until: number }): Promise<readonly NewLease[]>
  /** These attempts; those of workers who were erased are left out, so that nothing they still send is taken. */
  attempts(agentIds: readonly string[]): Promise<readonly Attempt[]>
  /** The runs of these agents, by agent, and the unit that each is at; null for none. */
  placesOfAgents(agentIds: readonly string[]): Promise<ReadonlyMap<string, { readonly runId: string; readonly unit: AgentUnit | null }>>
  /** The places at an item, by their index. */
  seats(assignmentId: string): Promise<readonly Seat[]>
  /** The runs of these units, by unit. */
  runsOfUnits(unitIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Sets a new end for leases that are still good at `at`; returns the agents whose lease was extended. */
  extend(leases: readonly { unitId: string; agentId: string; fence: number; until: number }[], at: number): Promise<ReadonlySet<string>>
  /** Assigned → completed for each whose fence is current and whose lease is still good; returns the agents that won. */
  complete(answers: readonly { unitId: string; agentId: string; fence: number }[], at: number): Promise<ReadonlySet<string>>
  /** Assigned → launched, free for others. Returns those that were still held. */
  release<T extends Pick<LeaseEnd, 'unitId' | 'agentId' | 'fence'>>(ends: readonly T[]): Promise<readonly T[]>
  /** Leases of a run that ran out before `at`, oldest first. */
  expiredLeases(runId: string, at: number, limit: number): Promise<readonly LeaseEnd[]>
  /** Runs that have leases which ran out before `at`. */
  runsWithExpiredLeases(at: number, limit: number): Promise<readonly string[]>
  /**
   * Ends what can no longer be answered, at most `limit` units at a time: created, launched and assigned ones. Returns
   * which they were, and the leases that ended with them.
   */
  expireOpen(runId: string, limit: number): Promise<{ unitIds: readonly string[]; leases: readonly LeaseEnd[] }>
  /** Created or launched → expired for at most `limit` units of the run, in no order. Returns which they were. */
  expireFree(runId: string, limit: number): Promise<readonly string[]>
  /** Whether any unit of the run is launched, and whether any is assigned. */
  anyOpen(runId: string): Promise<{ launched: boolean; assigned: boolean }>
  /** Units with an answer, in the order of their answers. */
  answered(filter: AnsweredFilter): Promise<readonly AnsweredUnit[]>
  /** How many there are, counted up to `most`. */
  countAnswered(range: CountedRange, most: number): Promise<number>
  /** The place of the one that so many others come before, or after it when it is counted from the end; null when there are not so many. */
  answeredAt(range: CountedRange, place: { readonly index: number; readonly fromEnd: boolean }): Promise<AnsweredPlace | null>
  /** Units of a run by their item's position and their index in it, in no order; those that there are not are left out. */
  atPlaces(runId: string, places: readonly UnitPlace[]): Promise<readonly (UnitPlace & { readonly unitId: string; readonly status: UnitStatus; readonly completedAt: number | null })[]>
  /** Units for review, by id, in no order. */
  reviewById(unitIds: readonly string[]): Promise<readonly ReviewRow[]>
  /** Moves units by a decision if their status is the one that was seen, Returns the ids that moved. */
  decide(moves: readonly { unitId: string; from: UnitStatus; to: UnitStatus }[], at: number): Promise<ReadonlySet<string>>
  /** Adds new agents, and changes known ones. */
  writeAgents(agents: { readonly added: readonly NewAgent[]; readonly changed: readonly AgentChange[] }): Promise<void>
  /** Answers of a run with their provenance, by position and unit index. */
  answers(filter: AnswerFilter): Promise<readonly AnswerRow[]>
  /** The same of these items: several stretches can be read at a time. */
  answersOfItems(items: ItemStretch): Promise<readonly AnswerRow[]>
}
