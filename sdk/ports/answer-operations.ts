import type { AnswerOutcome, SetAsideReason, SubmissionOutcome, Verdict } from '../data-model/entities.js'
import type { DecisionEffects } from '../data-model/decision-effects.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { StreamHead } from './event-operations.js'
import type { Finding } from './find-query.js'

/** Where a unit is in the order of answers. */
export interface AnsweredPlace {
  /** Epoch ms. */
  readonly completedAt: number
  readonly unitId: string
}

/** Units with an answer, of any kind of work, in an order. */
export interface AnsweredRange {
  readonly runId: string
  readonly assignmentId?: string
  readonly workerId?: string
  /** Answered at this instant or later, epoch ms. */
  readonly from?: number
  /** Answered before this instant, epoch ms. */
  readonly before?: number
  /** @default oldest */
  readonly order?: 'oldest' | 'newest'
  /** Start after this unit. */
  readonly after?: AnsweredPlace
  /** End with this unit. */
  readonly through?: AnsweredPlace
}

/** Which of them to find. */
export interface AnsweredFilter extends AnsweredRange {
  readonly statuses: readonly UnitStatus[]
  readonly limit: number
}

/** Units in one status, whose places can be counted. */
export interface CountedRange extends AnsweredRange {
  readonly status: UnitStatus
}

/** A unit that was found. */
export interface AnsweredUnit extends AnsweredPlace {
  readonly kind: UnitKind
}

/** A unit as a reviewer sees it. */
export interface ReviewRow {
  readonly unitId: string
  readonly runId: string
  readonly agentId: string
  /** The agent's stream of events. */
  readonly head: StreamHead
  readonly assignmentId: string
  readonly position: number
  readonly unitIndex: number
  readonly kind: UnitKind
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

/** Which items' answers to read for an export: those from one position to before another. */
export interface ItemStretch {
  readonly runId: string
  /** That of the run. */
  readonly currency: string
  readonly includeSetAside: boolean
  readonly from: number
  readonly to: number
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
  readonly outcome: AnswerOutcome
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
  /** Stores submissions; a completed one also counts for its worker. */
  insert(submissions: readonly NewSubmission[]): Promise<void>
}

/** A stored decision. */
export interface DecisionRow {
  readonly id: string
  readonly unitId: string
  readonly verdict: Verdict
  /** The unit's status before it. */
  readonly previous: UnitStatus
  /** For the record. */
  readonly note: string | null
  /** To the worker. */
  readonly message: string | null
  /** What it did beside the verdict. */
  readonly effects: DecisionEffects
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
  /** The reviewer's latest decisions in the run that can be taken back: the last batch that was not undone, and in which nobody has decided since; opinions also where somebody has spoken since. */
  lastOf(runId: string, actorId: string): Promise<readonly DecisionRow[]>
  /** Those of one batch of the reviewer in the run that can be taken back, as in `lastOf`. */
  standingOf(runId: string, actorId: string, batchId: string): Promise<readonly DecisionRow[]>
  /** What reviewers would decide about the present answers of units, and did not take back, the first first: more than one row of a reviewer where they changed their mind. */
  opinionsOf(unitIds: readonly string[]): Promise<readonly DecisionRow[]>
  /** Those of units that are approved without that anybody has read their answer. */
  unread(unitIds: readonly string[]): Promise<ReadonlySet<string>>
  /** What reviewers wrote to a worker of a run with decisions that still stand, the latest first. */
  messagesTo(workerId: string, of: { readonly runId: string; readonly limit: number }): Promise<readonly DecisionRow[]>
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

/** Which rows of the audit trail to find. */
export interface AuditFilter {
  readonly actorId?: string
  readonly action?: string
  readonly subject?: string
  readonly subjectId?: string
}

export interface AuditOperations extends Finding<AuditRow, AuditFilter, 'at'> {
  insert(row: AuditRow): Promise<void>
  get(id: string): Promise<AuditRow | null>
}
