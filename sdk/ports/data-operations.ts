import type { UnitStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { AnswerRow } from './answer-operations.js'

/** The work of one run, of all runs of a task, or of all tasks of a project. */
export interface WorkScope {
  readonly of: 'run' | 'task' | 'project'
  readonly id: string
}

/** People who have a qualification with a value in a range, ends included; null is open. Expired grants do not count. */
export interface QualificationRange {
  readonly qualificationId: string
  readonly minimum: number | null
  readonly maximum: number | null
  /** When it must not have expired, epoch ms. */
  readonly at: number
}

/** When work was answered, epoch ms: from an instant on, before another. */
export interface AnsweredWhen {
  readonly from?: number
  readonly before?: number
}

/** Which finished units of ordinary work of a run to read, those answered first first. */
export interface FinishedFilter extends AnsweredWhen {
  readonly runId: string
  readonly statuses: readonly UnitStatus[]
  readonly assignmentId?: string
  readonly workerId?: string
  readonly qualification?: QualificationRange
  /** `cursor` of the row before. @default from the first */
  readonly after?: string
  readonly limit: number
}

/** An answer alone. */
export interface AnswerText {
  /** JSON text. */
  readonly answer: string
  readonly schemaHash: string
}

/** A unit with an answer that counts, and its item. */
export interface FinishedUnit {
  readonly unitId: string
  readonly assignmentId: string
}

/** The answers to one item of a run. */
export interface ItemAnswers {
  readonly position: number
  readonly answers: readonly AnswerText[]
}

/** Where and when somebody worked; a null scope is the whole installation. */
export interface WorkedWithin extends AnsweredWhen {
  readonly scope: WorkScope | null
}

/** Which workers to list, in the order of their ids. */
export interface WorkersFilter {
  /** Null for the whole installation. */
  readonly scope: WorkScope | null
  /** This worker alone, whether they answered something or not. */
  readonly workerId?: string
  readonly qualification?: QualificationRange
  readonly after?: string
  readonly limit: number
}

/** What a worker did, as far as it is of one currency and kind and has come to one status. */
export interface WorkerSum {
  readonly workerId: string
  readonly currency: string
  readonly kind: UnitKind
  readonly status: UnitStatus
  readonly units: number
  readonly payMinor: number
  /** From handing out to answer, ms, all units together. */
  readonly totalMs: number
  /** The one or two middle times of all that the worker did, as far as they are among these units; null when none is. */
  readonly middleMs: readonly [least: number, most: number] | null
}

/** Money that a worker was given outside any unit. */
export interface WorkerExtra {
  readonly workerId: string
  readonly currency: string
  readonly minor: number
}

/** The ordinary work of a run, added up: without training, screening and gold. */
export interface OrdinaryWork {
  readonly units: Readonly<Record<UnitStatus, number>>
  /** People with an answer that counts, each once. */
  readonly workers: number
}

/** Reading work that is done, across runs. */
export interface DataOperations {
  /** Of a run in this currency. @throws MephistoError `invalid_input` for a cursor that was not handed out */
  finished(filter: FinishedFilter, currency: string): Promise<readonly AnswerRow[]>
  /** The next `limit` items of ordinary work after a position, in order, each with the answers to its units that have come to one of the statuses. */
  itemAnswers(filter: { readonly runId: string; readonly statuses: readonly UnitStatus[]; readonly after: number; readonly limit: number }): Promise<readonly ItemAnswers[]>
  /** The answers to some items of ordinary work by units that have come to one of the statuses, by the item's id; items without any are left out. */
  answersToItems(assignmentIds: readonly string[], statuses: readonly UnitStatus[]): Promise<ReadonlyMap<string, readonly AnswerText[]>>
  /** Units of ordinary work of a run that have come to one of the statuses, those answered last first. */
  latest(filter: { readonly runId: string; readonly statuses: readonly UnitStatus[]; readonly limit: number }): Promise<readonly FinishedUnit[]>
  /** The answers that count of these units, by the unit's id; a thousand units at a time are well. */
  answersOf(unitIds: readonly string[]): Promise<ReadonlyMap<string, AnswerText>>
  /** Ids of workers who answered something in the scope, or of the one who is named. */
  workers(filter: WorkersFilter): Promise<readonly string[]>
  workerSums(workerIds: readonly string[], within: WorkedWithin): Promise<readonly WorkerSum[]>
  /** Compensations of these workers. */
  workerExtras(workerIds: readonly string[], within: WorkedWithin): Promise<readonly WorkerExtra[]>
  ordinaryWork(runId: string): Promise<OrdinaryWork>
}
