import type { BlockScope } from '../data-model/block-scope.js'
import type { Agent, TaskRun, Unit, Worker } from '../data-model/entities.js'
import type { Money } from '../data-model/money.js'
import type { NewDecision } from './answer-operations.js'

// Rows as they are stored: plain JSON, ids as texts, instants in epoch ms, money in minor units.

/** Tasks with one purpose. */
export interface ProjectRow {
  readonly id: string
  readonly name: string
  readonly archivedAt: number | null
  readonly createdAt: number
  /** Cap on what its runs spend and reserve together; null for none. */
  readonly budget: Money | null
}

/** A named kind of work that can be run many times. */
export interface TaskRow {
  readonly id: string
  readonly projectId: string | null
  readonly name: string
  readonly blueprintType: string
  /** Most days that the texts of its answers are kept after a run is over; null for no bound but the run's own. */
  readonly retentionDays: number | null
  readonly archivedAt: number | null
  readonly createdAt: number
}

/** The account that pays at a provider. */
export interface RequesterRow {
  readonly id: string
  readonly provider: string
  readonly name: string
  readonly createdAt: number
}

/** A worker as one provider knows them. */
export interface WorkerRow extends Worker {
  readonly createdAt: number
}

/** A run with the id of who pays for it. */
export interface RunRow extends TaskRun {
  readonly requesterId: string
}

/** One item of input. */
export interface AssignmentRow {
  readonly id: string
  readonly runId: string
  /** From 0, in the order of the data. */
  readonly position: number
  /** JSON text. */
  readonly input: string
  readonly createdAt: number
}

/** A unit with its pay and its times. */
export interface UnitRow extends Unit {
  /** The order in which units of a run are handed out, smallest first. */
  readonly rank: number
  readonly payMinor: number
  /** The unit that this one does again. */
  readonly replacesUnitId: string | null
  readonly completedAt: number | null
  readonly decidedAt: number | null
  readonly createdAt: number
}

/** An attempt at one unit, or at a run's onboarding, which has neither unit nor assignment. */
export interface AgentRow extends Omit<Agent, 'unitId' | 'assignmentId'> {
  readonly unitId: string | null
  readonly assignmentId: string | null
  readonly endedAt: number | null
}

/** A named property of workers. */
export interface QualificationRow {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly createdAt: number
}

/** A qualification that a worker was given. One that has expired stays until it is revoked. */
export interface GrantedQualificationRow {
  readonly id: string
  readonly qualificationId: string
  readonly workerId: string
  readonly value: number
  readonly expiresAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** A grant or revocation as it happened. Outlives the qualification. */
export interface QualificationEventRow {
  readonly id: string
  readonly qualificationId: string
  readonly workerId: string
  readonly verb: 'grant' | 'revoke'
  /** Null for a revocation. */
  readonly value: number | null
  readonly reason: string | null
  readonly actorId: string
  readonly createdAt: number
}

/** A worker who gets no more work, somewhere or everywhere. */
export interface BlockRow {
  readonly id: string
  readonly workerId: string
  readonly scope: BlockScope
  /** The run, task or project; null for everywhere. */
  readonly scopeId: string | null
  /** A soft block is not told to the worker or the provider: it only sends them no work. */
  readonly isSoft: boolean
  readonly reason: string
  readonly actorId: string
  /** When it ends by itself, epoch ms; null for never. */
  readonly until: number | null
  /** When somebody lifted it, epoch ms; null while nobody has. */
  readonly liftedAt: number | null
  readonly createdAt: number
}

/** A reviewer's decision with what it is about. */
export type FoundDecision = NewDecision
