import type { AnyBlueprint, InferArgs, InferInput } from './blueprint.js'

/** What every hook of a run gets. */
export interface RunParts<B extends AnyBlueprint, S = unknown> {
  /** What the run was set up with. */
  readonly args: InferArgs<B>
  /** What `sharedState` made for the run in this process; undefined without it. */
  readonly shared: S
}

/** Whom a unit is handed to. */
export interface UnitWorker {
  readonly workerId: string
  readonly provider: string
  /** The name by which the provider knows them. */
  readonly externalId: string
}

/** A unit that could be handed out. */
export interface OfferedUnit<B extends AnyBlueprint, S = unknown> extends RunParts<B, S> {
  readonly runId: string
  /** The task's name. */
  readonly task: string
  readonly unitId: string
  readonly assignmentId: string
  readonly input: InferInput<B>
}
