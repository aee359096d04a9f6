import type { Money } from '../data-model/money.js'
import type { Requirement } from '../data-model/requirement.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { AgentState } from './agent-state.js'
import type { DataFeed, FeedOf } from './data-feed.js'
import type { AnyBlueprint, ExpectedAnswer, InferArgs, InferInput, InferOnboardingInput, InferOnboardingOutput, InferOutput } from './blueprint.js'
import type { AnyLiveFunctions, LiveFunctions } from './live-server.js'
import type { OfferedUnit, RunParts, UnitWorker } from './offered-unit.js'
import type { AnyProcedure, ProcedureFunctions } from './remote-procedure.js'
import type { TaskBuilder, TaskPage } from './task-page.js'

/** What an answer is judged by. */
export interface JudgedItem<B extends AnyBlueprint, S = unknown> extends RunParts<B, S> {
  readonly input: InferInput<B>
  /** What the item's author says a right answer is; null when nothing was said. */
  readonly expected: ExpectedAnswer<B> | null
  /** What the answer is for: training, screening, gold, or an ordinary unit that screens. */
  readonly kind: UnitKind
}

/** A unit that was answered. */
export interface SubmittedUnit<B extends AnyBlueprint, S = unknown> extends OfferedUnit<B, S> {
  /** Ordinary, or training, screening or gold. */
  readonly kind: UnitKind
  readonly agentId: string
  readonly worker: UnitWorker
  readonly answer: InferOutput<B>
  /** When the answer was stored, epoch ms. */
  readonly submittedAt: number
}

/** A launch that was found right, as its blueprint is asked about it. */
export interface RequestedLaunch<B extends AnyBlueprint, S = unknown> extends RunParts<B, S> {
  /** The task's name. */
  readonly task: string
  readonly provider: string
  readonly unitsPerAssignment: number
  readonly pay: Money
  /** Null for no cap. */
  readonly budget: Money | null
  readonly leaseMs: number
  /** What workers must be, with the blueprint's own `requirements`. */
  readonly requirements: readonly Requirement[]
  /** What `builder` found; null without one. */
  readonly page: TaskPage | null
  /** The first rows of the data as pages will get them: 1,000 at most; none of a feed. */
  readonly firstRows: readonly InferInput<B>[]
  /** Whether there may be others after the first ones. */
  readonly goesOn: boolean
}

/** What the server knows of a task kind beyond its schemas: functions that configuration cannot express. All optional. */
export interface BlueprintServer<B extends AnyBlueprint, S = undefined> {
  /**
   * Makes what the hooks of a run share and configuration cannot express: functions, tables. A process remembers the latest hundred
   * and closes none, so what must be closed is made once outside of it, and handed on. Called at launch and
   * again in every process whose hooks need it, once for each run, so it must not depend on what another process has done;
   * what must last belongs into the database. At most 60 s; what throws or takes longer refuses the launch, and later counts
   * as a failure of the hook that needed it. Name it before the hooks, so that TypeScript knows its type in them. @default undefined
   */
  sharedState?(run: { readonly task: string; readonly args: InferArgs<B> }): S | Promise<S>
  /**
   * What workers must be besides what a launch asks for, such as what follows from the args; added to its `requirements` and kept
   * with the run. At most 30 s; what throws refuses the launch. @default nothing
   */
  requirements?(launch: RunParts<B, S> & { readonly task: string; readonly provider: string }): readonly Requirement[] | Promise<readonly Requirement[]>
  /**
   * Builds the page of a run, or finds it and makes sure that it is there, before the run has a row; links lead to it. See
   * `hostPage`. @default the architect's page, which nobody looks at
   */
  readonly builder?: TaskBuilder<B>
  /**
   * Whether a run can be launched as it is asked for: throw what is wrong, naming the option; nothing is launched then. Called
   * after everything else about the options was found right, also for a plan. At most 30 s. @default it can
   */
  validateLaunch?(launch: RequestedLaunch<B, S>): void | Promise<void>
  /** What reviews and exports show of answers beside what is stored. @default nothing */
  readonly agentState?: AgentState<B>
  /**
   * Whether an onboarding answer passes. It may take a while (at most 30 s): the worker waits at the page meanwhile. What
   * throws or takes longer is logged and tried again. @default everything that fits the schema passes
   */
  validateOnboarding?(output: InferOnboardingOutput<B>, item: RunParts<B, S> & { readonly input: InferOnboardingInput<B>; readonly worker: string }): boolean | Promise<boolean>
  /**
   * Whether an answer to a training, screening or gold item is right; null when it cannot tell, which leaves the unit to the
   * reviewers. At most 10 s; what throws or takes longer is logged and counts as null. @default every field of `expected`
   * is the same in the answer
   */
  judge?(answer: InferOutput<B>, item: JudgedItem<B, S>): boolean | null | Promise<boolean | null>
  /**
   * Whether an answer shows that its worker read the page, such as by the answer to a question that tells what to answer; null
   * when it does not say. Asked about every answer but those of training, in runs with `attention`. At most 10 s; what throws or
   * takes longer is logged and counts as null. Which answer the unit has is not changed by it.
   */
  passesAttention?(answer: InferOutput<B>, item: RunParts<B, S> & { readonly input: InferInput<B> }): boolean | null | Promise<boolean | null>
  /**
   * Whether a worker may have a unit; asked for ordinary units just before they are handed out, one after the other until some are
   * allowed. At most 2 s a unit and 5 s a request; what throws or takes longer is logged, and the worker does not get the
   * unit. Whoever is left with nothing is told so (`none_suitable`, `undecided`). @default everybody may have every unit
   */
  workerCanDoUnit?(worker: UnitWorker, unit: OfferedUnit<B, S>): boolean | Promise<boolean>
  /**
   * Called in the background after an answer that counts was stored, by an instance that was started (or by `tick()`): at least once,
   * so tell repeats by `agentId`. At most 30 s, then `signal` is aborted; what throws or takes longer is tried again, 15 times
   * over some hours, and shows in `mephisto.outbox` under the topic `unit.submitted.` and the blueprint's type. @default nothing is called
   */
  onUnitSubmitted?(unit: SubmittedUnit<B, S>, signal: AbortSignal): unknown
  /** Sources of rows by name, which runs can be fed from while they go on (`data: fromFeed(name)`). @default none */
  readonly feeds?: Readonly<Record<string, FeedOf<B>>>
  /** What the blueprint's procedures do, each by its name. */
  readonly procedures?: ProcedureFunctions<B, S>
  /** What happens while people are at an item together; see `live` of the blueprint. */
  readonly live?: LiveFunctions<B, S>
}

/** The server half of any blueprint, as the SDK calls it: payloads have passed their schemas. */
export interface AnyBlueprintServer {
  sharedState?(run: { readonly task: string; readonly args: unknown }): unknown
  requirements?(launch: RunParts<AnyBlueprint> & { readonly task: string; readonly provider: string }): readonly Requirement[] | Promise<readonly Requirement[]>
  readonly builder?: TaskBuilder
  validateLaunch?(launch: RequestedLaunch<AnyBlueprint>): void | Promise<void>
  readonly agentState?: AgentState<AnyBlueprint>
  validateOnboarding?(output: unknown, item: RunParts<AnyBlueprint> & { readonly input: unknown; readonly worker: string }): boolean | Promise<boolean>
  judge?(answer: unknown, item: RunParts<AnyBlueprint> & { readonly input: unknown; readonly expected: unknown; readonly kind: UnitKind }): boolean | null | Promise<boolean | null>
  passesAttention?(answer: unknown, item: RunParts<AnyBlueprint> & { readonly input: unknown }): boolean | null | Promise<boolean | null>
  workerCanDoUnit?(worker: UnitWorker, unit: OfferedUnit<AnyBlueprint>): boolean | Promise<boolean>
  onUnitSubmitted?(unit: SubmittedUnit<AnyBlueprint>, signal: AbortSignal): unknown
  readonly feeds?: Readonly<Record<string, DataFeed>>
  readonly procedures?: Readonly<Record<string, AnyProcedure>>
  readonly live?: AnyLiveFunctions
}
