import type { TaskRun } from '../data-model/entities.js'

/** A run under way whose data feed has not ended, and the call that reads it. */
export interface FeedingRun {
  readonly run: TaskRun
  readonly callId: string
  /** Whether the call is not under way and waits for nothing but to be asked for. */
  readonly isIdle: boolean
  /** When an idle feed that had nothing more is to be read again, epoch ms. */
  readonly restUntil: number
}

/** The answer that an item was made of. */
export interface ItemSource {
  readonly assignmentId: string
  /** The run that the item is of. */
  readonly runId: string
  readonly sourceRunId: string
  readonly sourceUnitId: string
  readonly sourceAgentId: string
}

/** An acceptance as the log tells it. */
export interface Acceptance {
  /** Its number in the run's feed of events. */
  readonly feed: number
  readonly agentId: string
  readonly at: number
}

/** Runs whose data comes from feeds while they go on. */
export interface FeedOperations {
  /** Runs of a blueprint that are running or paused and whose feeds have not ended, after an id, in the order of their ids; of these runs alone where that is asked for. */
  underWay(query: { readonly blueprintType: string; readonly runIds?: readonly string[]; readonly after: string; readonly limit: number }): Promise<readonly FeedingRun[]>
  /** Units of a run that are free to be handed out, counted no further than `atMost`. */
  countFree(runId: string, atMost: number): Promise<number>
  /** Notes which answers items were made of. @throws MephistoError `already_exists`, and nothing is noted, for an answer that the run has an item of */
  addSources(sources: readonly ItemSource[]): Promise<void>
  /** Those of these units that a run has an item of. */
  taken(runId: string, unitIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of these units whose answer is accepted. */
  acceptedAmong(unitIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Acceptances in a run (approved, overturned) after a number of its feed of events, in the order in which they were made. */
  acceptances(runId: string, afterFeed: number, limit: number): Promise<readonly Acceptance[]>
  /** The answers that these items were made of. */
  sourcesOf(assignmentIds: readonly string[]): Promise<readonly ItemSource[]>
}
