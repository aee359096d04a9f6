import type { AnyBlueprint, InferArgs } from './blueprint.js'

/** The page where workers do a run. */
export interface TaskPage {
  /** Absolute, http or https, without a fragment. */
  readonly url: string
  /** Names the version of the page, 1 to 64 letters, digits and `. + : - _`; null when nobody knows. */
  readonly build: string | null
}

/** What a page is built or found for. */
export interface PageRequest<B extends AnyBlueprint = AnyBlueprint> {
  readonly blueprint: B
  /** The task's name. */
  readonly task: string
  readonly args: InferArgs<B>
  /** Where the architect's pages are; null where there is none, as on the command line. */
  readonly architect: { readonly baseUrl: string; readonly taskUrl: string | null } | null
}

/**
 * Builds the page of a run, or finds it and makes sure that it is there, before the run has a row; also for a plan.
 * What it throws ends the launch. It has 60 s; then `signal` is aborted.
 */
export type TaskBuilder<B extends AnyBlueprint = AnyBlueprint> = (request: PageRequest<B>, signal: AbortSignal) => TaskPage | Promise<TaskPage>
