import type { Agent, LedgerEntry, RunConfig, SetAsideReason, TaskRun, Unit, Verdict, Worker } from '../data-model/entities.js'
import type { AgentStatus, RunStatus, RunVerb, UnitStatus } from '../data-model/lifecycle.js'

/**
 * Every data operation the rest of the SDK needs. The database is the truth: nothing is acknowledged before the
 * transaction that holds it has committed. Writes are conditional and say what they won; nothing is read and then
 * written on trust. Operations take lists, so that many callers can share one transaction.
 *
 * Failures are MephistoErrors: `already_exists`, `not_found`, `conflict`, `database_locked`, `unavailable`.
 */
export interface MephistoDb extends DbOperations {
  readonly specVersion: 1
  /** Runs `work` in one transaction, and again from its start when the database reports a conflict (at most 8 times). */
  transaction<T>(work: (tx: DbOperations) => Promise<T>): Promise<T>
  /** Ends the connections that this object opened. Safe to call twice. */
  close(): Promise<void>
}

/** The operations, on the database itself or inside a transaction. */
export interface DbOperations {
  /** The database's clock, epoch ms: what leases are compared with. */
  now(): Promise<number>
  readonly tasks: TaskOperations
  readonly runs: RunOperations
  readonly workers: WorkerOperations
  readonly units: UnitOperations
  readonly submissions: SubmissionOperations
  readonly decisions: DecisionOperations
  readonly ledger: LedgerOperations
  readonly audit: AuditOperations
}

/** What a run is launched from: tasks, requesters and blueprint versions are found by name or made. */
export interface TaskOperations {
  /** @throws MephistoError `conflict` when the task exists with another blueprint type */
  ensureTask(task: { id: string; name: string; blueprintType: string; at: number }): Promise<string>
  ensureRequester(requester: { id: string; provider: string; name: string; at: number }): Promise<string>
  /** The stored schemas of a blueprint version, JSON text; null when there is no such version. */
  blueprintVersion(type: string, schemaHash: string): Promise<{ inputSchema: string; outputSchema: string } | null>
  ensureBlueprintVersion(version: { id: string; type: string; schemaHash: string; inputSchema: string; outputSchema: string; at: number }): Promise<void>
}

/** A new run, before its data. */
export interface NewRun {
  readonly id: string
  readonly taskId: string
  readonly requesterId: string
  readonly provider: string
  readonly blueprintType: string
  readonly schemaHash: string
  readonly config: RunConfig
  readonly unitsPerAssignment: number
  readonly leaseMs: number
  readonly currency: string
  readonly payMinor: number
  readonly budgetMinor: number | null
  readonly at: number
}

/** One item of input with the ids its assignment and units will have. */
export interface NewAssignment {
  readonly id: string
  readonly position: number
  /** JSON text. */
  readonly input: string
  readonly unitIds: readonly string[]
}

/** By how much the totals of a run change; money in minor units. */
export interface TotalsChange {
  readonly reservedMinor?: number
  readonly owedMinor?: number
  readonly paidMinor?: number
  readonly unitsOpen?: number
}

/** Which runs to list, newest first. */
export interface RunFilter {
  readonly taskName?: string
  readonly statuses?: readonly RunStatus[]
  /** Return runs older than this one. */
  readonly after?: string
  readonly limit: number
}

export interface RunOperations {
  insert(run: NewRun): Promise<void>
  get(id: string): Promise<TaskRun | null>
  list(filter: RunFilter): Promise<readonly TaskRun[]>
  /** Moves the run if the verb is legal from its present status. False: it is not. */
  move(id: string, verb: RunVerb, at: number): Promise<boolean>
  /** Changes the totals and returns the open units left; null, and nothing changed, when money would pass the cap (P7). */
  addTotals(id: string, change: TotalsChange, at: number): Promise<{ unitsOpen: number } | null>
  /**
   * Adds assignments with their units (launched, not yet handed out because the run is still launching) and counts them.
   * @throws MephistoError `conflict` when the run is not launching any more
   */
  addAssignments(run: { id: string; payMinor: number }, rows: readonly NewAssignment[], at: number): Promise<void>
  /** Fails runs whose launch has shown no sign of life since `before`: its process is gone. Returns which. */
  failStaleLaunches(before: number, at: number): Promise<readonly string[]>
  /** Removes a run that never started, with its assignments and units; one that did start stays. */
  remove(id: string): Promise<void>
  countUnits(id: string): Promise<Readonly<Record<UnitStatus, number>>>
  /** Set-aside answers and people of the run. */
  countPeople(id: string): Promise<{ workers: number; setAside: number }>
  /** The input of the run's first item, as JSON text: what the preview shows. */
  firstInput(id: string): Promise<string | null>
}

export interface WorkerOperations {
  /** Finds or makes the worker. */
  ensure(worker: Worker & { at: number }): Promise<Worker>
}

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
  /** The first launched unit of an assignment this worker has not yet answered or given back; from rank 0 on. */
  firstUnseen(runId: string, workerId: string): Promise<Candidate | null>
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

/** Which units the review queue shows. */
export interface ReviewFilter {
  readonly runId: string
  readonly statuses: readonly UnitStatus[]
  /** Start after this unit: its answer's time and id. */
  readonly after?: { readonly completedAt: number; readonly unitId: string }
  readonly limit: number
}

/** A unit as a reviewer sees it. */
export interface ReviewRow {
  readonly unitId: string
  readonly runId: string
  readonly agentId: string
  readonly assignmentId: string
  readonly position: number
  readonly unitIndex: number
  readonly status: UnitStatus
  readonly workerId: string
  readonly workerName: string
  readonly pseudonym: string
  readonly input: string
  readonly answer: string
  readonly schemaHash: string
  readonly acceptedAt: number
  readonly completedAt: number
  readonly payMinor: number
  readonly currency: string
  readonly decision: DecisionRow | null
}

/** Which answers to read for an export. */
export interface AnswerFilter {
  readonly runId: string
  readonly includeSetAside: boolean
  readonly after?: string
  readonly limit: number
}

/** An answer with its provenance. `cursor` continues the reading after this row. */
export interface AnswerRow {
  readonly cursor: string
  readonly submissionId: string
  readonly unitId: string
  readonly unitIndex: number
  readonly unitStatus: UnitStatus
  readonly assignmentId: string
  readonly position: number
  readonly pseudonym: string
  readonly input: string
  readonly answer: string
  readonly outcome: SubmissionOutcome
  readonly reason: SetAsideReason | null
  readonly schemaHash: string
  readonly pageBuild: string | null
  readonly fence: number
  readonly agentId: string
  readonly acceptedAt: number
  readonly receivedAt: number
  readonly payMinor: number
  readonly currency: string
  readonly decision: DecisionRow | null
}

/** What became of a submission: the unit's answer, or kept without counting. */
export type SubmissionOutcome = 'completed' | 'set_aside'

/** A submission to store. `clientId` is the page's own id: with the agent it makes a repeat recognisable (promise P6). */
export interface NewSubmission {
  readonly id: string
  readonly runId: string
  readonly agentId: string
  readonly unitId: string
  readonly workerId: string
  readonly clientId: string
  readonly outcome: SubmissionOutcome
  readonly reason: SetAsideReason | null
  /** JSON text. */
  readonly answer: string
  readonly schemaHash: string
  readonly pageBuild: string | null
  readonly fence: number
  /** The reply that was given, JSON text; a repeat gets the same. */
  readonly reply: string
  readonly at: number
}

export interface SubmissionOperations {
  /** The stored replies to these submissions, by `agentId/clientId`. */
  replies(keys: readonly { agentId: string; clientId: string }[]): Promise<ReadonlyMap<string, string>>
  /** Stores submissions; a completed one also completes its agent and counts for its worker. */
  insert(submissions: readonly NewSubmission[]): Promise<void>
}

/** A stored decision. */
export interface DecisionRow {
  readonly id: string
  readonly unitId: string
  readonly verdict: Verdict
  /** The unit's status before it. */
  readonly previous: UnitStatus
  readonly note: string | null
  readonly batchId: string
  readonly actorId: string
  readonly actorName: string
  readonly createdAt: number
}

/** A decision to store. `batchId` is the caller's own id: the same one decides a unit once. */
export interface NewDecision extends DecisionRow {
  readonly runId: string
  readonly agentId: string
  readonly workerId: string
  readonly undoes: string | null
}

export interface DecisionOperations {
  insert(decisions: readonly NewDecision[]): Promise<void>
  /** The reviewer's latest decisions in the run that can be taken back: the last batch that was not undone. */
  lastOf(runId: string, actorId: string): Promise<readonly DecisionRow[]>
}

/** Who did what on the operator side. `id` is the caller's own id of the request, so that a repeat is recognised. */
export interface AuditRow {
  readonly id: string
  readonly actorId: string
  readonly action: string
  readonly subject: string
  readonly subjectId: string
  /** JSON text. */
  readonly body: string
  readonly at: number
}

export interface AuditOperations {
  insert(row: AuditRow): Promise<void>
  get(id: string): Promise<AuditRow | null>
}

export interface LedgerOperations {
  /** Books entries; one whose key is already booked is left out. Returns how many were new. */
  append(entries: readonly (LedgerEntry & { id: string; at: number })[]): Promise<number>
  /** Sums over the entries of a run, by account: what the totals on the run must equal. */
  balances(runId: string): Promise<{ reservedMinor: number; owedMinor: number; paidMinor: number }>
}
