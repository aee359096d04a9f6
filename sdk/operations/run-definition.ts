import type { AnyBlueprint, ExpectedAnswer, InferOnboardingInput, InferRawArgs, InferRawInput } from '../blueprints/blueprint.js'
import { implement, type BlueprintImplementation } from '../blueprints/implement.js'
import type { BlueprintServer } from '../blueprints/server.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import type { AnyLaunchOptions, LaunchOptions } from './launch-options.js'
import type { PlanSettings } from './run-plan.js'

/** A run as a file of its own defines it, for `mephisto plan` and `mephisto launch`. */
export interface RunDefinition {
  readonly implementation: BlueprintImplementation
  /** Called for each time that the data is read. */
  options(): AnyLaunchOptions | Promise<AnyLaunchOptions>
  readonly providers: readonly CrowdProvider[]
  readonly plan: PlanSettings
}

/** What a definition says beside the options of the launch. */
export interface RunDefinitionParts<B extends AnyBlueprint, S = undefined> {
  /** The server half of the blueprint, as for `implement`. @default none */
  readonly server?: BlueprintServer<B, S>
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
export function defineRun<B extends AnyBlueprint, S = undefined>(
  blueprint: B,
  options: () => LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>, InferRawArgs<B>> | Promise<LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>, InferRawArgs<B>>>,
  { server, providers = [], plan = {} }: RunDefinitionParts<B, S> = {},
): RunDefinition {
  return { implementation: implement(blueprint, server), options, providers, plan }
}
