import type { RunStatus, UnitStatus } from '../data-model/lifecycle.js'

/** What there is in a project, or a task, added up. */
export interface RollUp {
  readonly tasks: number
  /** Runs by status; a status that none has is left out. */
  readonly runs: ReadonlyMap<RunStatus, number>
  /** People who have had a unit, each once, whether they answered or not: as the progress of a run counts them. */
  readonly workers: number
  /** Units of every kind by status; a status that none has is left out. */
  readonly units: ReadonlyMap<UnitStatus, number>
  /** The same for ordinary units alone: training, screening and gold are decided by themselves. */
  readonly standardUnits: ReadonlyMap<UnitStatus, number>
  readonly money: readonly RollUpMoney[]
  /** What the files that pages sent take in the file store, those that no answer names yet among them. */
  readonly fileBytes: number
}

/** Money of the runs of one currency, minor units. */
export interface RollUpMoney {
  readonly currency: string
  /** Earned, whether paid out or still owed. */
  readonly spentMinor: number
  /** What of it is not paid out yet. */
  readonly owedMinor: number
  /** Held for work under way and for answers that wait for review. */
  readonly reservedMinor: number
}

/** Adding up what belongs together. Ids that are unknown, or that nothing belongs to, are left out. */
export interface RollUpOperations {
  /** By project id. */
  ofProjects(projectIds: readonly string[]): Promise<ReadonlyMap<string, RollUp>>
  /** By task id. */
  ofTasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, RollUp>>
  /** Units of a run by status, with the help of what the run counts as they change; a status that none has is left out. */
  unitsOfRun(runId: string): Promise<ReadonlyMap<UnitStatus, number>>
}
