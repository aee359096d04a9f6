import type { AnyBlueprint, ExpectedAnswer, InferOnboardingInput, InferRawInput } from '../blueprints/blueprint.js'
import { implement, type BlueprintImplementation } from '../blueprints/implement.js'
import type { BlueprintServer } from '../blueprints/server.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import type { LaunchOptions } from './launch-options.js'
import type { PlanSettings } from './run-plan.js'

/** A run as a file of its own defines it, for `mephisto plan` and `mephisto launch`. */
export interface RunDefinition {
  readonly implementation: BlueprintImplementation
  /** Called for each time that the data is read. */
  options(): LaunchOptions<unknown, unknown, unknown> | Promise<LaunchOptions<unknown, unknown, unknown>>
  readonly providers: readonly CrowdProvider[]
  readonly plan: PlanSettings
}

/** What a definition says beside the options of the launch. */
export interface RunDefinitionParts<B extends AnyBlueprint> {
  /** The server half of the blueprint, as for `implement`. @default none */
  readonly server?: BlueprintServer<B>
  /** Providers beside the in-house one. @default none */
  readonly providers?: readonly CrowdProvider[]
  /** What a plan is told. @default nothing */
  readonly plan?: PlanSettings
}

/**
 * Defines a run in a file: `export default defineRun(sentiment, () => ({ task: 'tweets', …, data: csvRows('tweets.csv') }))`.
 * The options are a function because data is read twice, by the plan and by the launch.
 * @throws MephistoError `invalid_options` as `implement`
 */
export function defineRun<B extends AnyBlueprint>(
  blueprint: B,
  options: () => LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>> | Promise<LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>>>,
  { server, providers = [], plan = {} }: RunDefinitionParts<B> = {},
): RunDefinition {
  return { implementation: implement(blueprint, server), options, providers, plan }
}
