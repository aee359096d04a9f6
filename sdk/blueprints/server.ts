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
}

/** The server half of any blueprint, as the SDK calls it: payloads have passed their schemas. */
export interface AnyBlueprintServer {
  validateOnboarding?(output: unknown, item: { readonly input: unknown; readonly worker: string }): boolean | Promise<boolean>
  judge?(answer: unknown, item: { readonly input: unknown; readonly expected: unknown; readonly kind: UnitKind }): boolean | null | Promise<boolean | null>
}
