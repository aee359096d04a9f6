import type { UnitKind } from '../data-model/unit-kind.js'
import type { AnyBlueprint, ExpectedAnswer, InferInput, InferOnboardingInput, InferOnboardingOutput, InferOutput } from './blueprint.js'

/** What an answer is judged by. */
export interface JudgedItem<B extends AnyBlueprint> {
  readonly input: InferInput<B>
  /** What the item's author says a right answer is; null when nothing was said. */
  readonly expected: ExpectedAnswer<B> | null
  /** What the answer is for: training, screening, gold, or an ordinary unit that screens. */
  readonly kind: UnitKind
}

/** Whom a unit is handed to. */
export interface UnitWorker {
  readonly workerId: string
  readonly provider: string
  /** The name by which the provider knows them. */
  readonly externalId: string
}

/** A unit that could be handed out. */
export interface OfferedUnit<B extends AnyBlueprint> {
  readonly runId: string
  /** The task's name. */
  readonly task: string
  readonly unitId: string
  readonly assignmentId: string
  readonly input: InferInput<B>
}

/** A unit that was answered. */
export interface SubmittedUnit<B extends AnyBlueprint> extends OfferedUnit<B> {
  /** Ordinary, or training, screening or gold. */
  readonly kind: UnitKind
  readonly agentId: string
  readonly worker: UnitWorker
  readonly answer: InferOutput<B>
  /** When the answer was stored, epoch ms. */
  readonly submittedAt: number
}

/** What the server knows of a task kind beyond its schemas: functions that configuration cannot express. All optional. */
export interface BlueprintServer<B extends AnyBlueprint> {
  /**
   * Whether an onboarding answer passes. It may take a while (at most 30 s): the worker waits at the page meanwhile. What
   * throws or takes longer is logged and tried again. @default everything that fits the schema passes
   */
  validateOnboarding?(output: InferOnboardingOutput<B>, item: { readonly input: InferOnboardingInput<B>; readonly worker: string }): boolean | Promise<boolean>
  /**
   * Whether an answer to a training, screening or gold item is right; null when it cannot tell, which leaves the unit to the
   * reviewers. At most 10 s; what throws or takes longer is logged and counts as null. @default every field of `expected`
   * is the same in the answer
   */
  judge?(answer: InferOutput<B>, item: JudgedItem<B>): boolean | null | Promise<boolean | null>
  /**
   * Whether an answer shows that its worker read the page, such as by the answer to a question that tells what to answer; null
   * when it does not say. Asked about every answer but those of training, in runs with `attention`. At most 10 s; what throws or
   * takes longer is logged and counts as null. Which answer the unit has is not changed by it.
   */
  passesAttention?(answer: InferOutput<B>, item: { readonly input: InferInput<B> }): boolean | null | Promise<boolean | null>
  /**
   * Whether a worker may have a unit; asked for ordinary units just before they are handed out, one after the other until some are
   * allowed. At most 2 s a unit and 5 s a request; what throws or takes longer is logged, and the worker does not get the
   * unit. Whoever is left with nothing is told so (`none_suitable`, `undecided`). @default everybody may have every unit
   */
  workerCanDoUnit?(worker: UnitWorker, unit: OfferedUnit<B>): boolean | Promise<boolean>
  /**
   * Called in the background after an answer that counts was stored, by an instance that was started (or by `tick()`): at least once,
   * so tell repeats by `agentId`. At most 30 s, then `signal` is aborted; what throws or takes longer is tried again, 15 times
   * over some hours, and shows in `mephisto.outbox` under the topic `unit.submitted.` and the blueprint's type. @default nothing is called
   */
  onUnitSubmitted?(unit: SubmittedUnit<B>, signal: AbortSignal): unknown
}

/** The server half of any blueprint, as the SDK calls it: payloads have passed their schemas. */
export interface AnyBlueprintServer {
  validateOnboarding?(output: unknown, item: { readonly input: unknown; readonly worker: string }): boolean | Promise<boolean>
  judge?(answer: unknown, item: { readonly input: unknown; readonly expected: unknown; readonly kind: UnitKind }): boolean | null | Promise<boolean | null>
  passesAttention?(answer: unknown, item: { readonly input: unknown }): boolean | null | Promise<boolean | null>
  workerCanDoUnit?(worker: UnitWorker, unit: OfferedUnit<AnyBlueprint>): boolean | Promise<boolean>
  onUnitSubmitted?(unit: SubmittedUnit<AnyBlueprint>, signal: AbortSignal): unknown
}
