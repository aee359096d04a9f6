import type { AnyBlueprint, ExpectedAnswer, InferOnboardingInput, InferRawArgs, InferRawInput } from '../blueprints/blueprint.js'
import { implement, type BlueprintImplementation } from '../blueprints/implement.js'
import type { BlueprintServer } from '../blueprints/server.js'
import { MephistoError } from '../errors.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import type { AnyLaunchOptions, LaunchOptions } from './launch-options.js'
import type { PlanSettings } from './run-plan.js'

/** A run as a file of its own defines it, for `mephisto plan` and `mephisto launch`. */
export interface RunDefinition {
  readonly implementation: BlueprintImplementation
  /**
   * Called for each time that the data is read. @param profile whose options go before the others @default none
   * @throws MephistoError `not_found` for a profile that there is not, with those that there are
   */
  options(profile?: string): Promise<AnyLaunchOptions>
  /** The names of its profiles. */
  readonly profiles: readonly string[]
  readonly providers: readonly CrowdProvider[]
  readonly plan: PlanSettings
}

/** The options of a launch of this blueprint. */
type OptionsFor<B extends AnyBlueprint> = LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>, InferRawArgs<B>>

/** Options that go before those of the run; a function of them where the data is a stream, which is read twice. */
export type RunProfile<B extends AnyBlueprint> = Partial<OptionsFor<B>> | (() => Partial<OptionsFor<B>> | Promise<Partial<OptionsFor<B>>>)

/** What a definition says beside the options of the launch. */
export interface RunDefinitionParts<B extends AnyBlueprint, S = undefined> {
  /** The server half of the blueprint, as for `implement`. @default none */
  readonly server?: BlueprintServer<B, S>
  /** Providers beside the in-house one. @default none */
  readonly providers?: readonly CrowdProvider[]
  /** What a plan is told. @default nothing */
  readonly plan?: PlanSettings
  /**
   * Other ways to launch the run, by name: `{ pilot: { data: few, budget: usd('5') } }`, chosen with `--profile pilot`. Each option goes
   * in place of the whole option of that name. @default none
   */
  readonly profiles?: Readonly<Record<string, RunProfile<B>>>
}

/**
 * Defines a run in a file: `export default defineRun(sentiment, () => ({ task: 'tweets', …, data: csvRows('tweets.csv') }))`.
 * The options are a function because data is read twice, by the plan and by the launch.
 * @throws MephistoError `invalid_options` as `implement`, and for a profile that has no name or no options
 */
export function defineRun<B extends AnyBlueprint, S = undefined>(
  blueprint: B, options: () => OptionsFor<B> | Promise<OptionsFor<B>>, { server, providers = [], plan = {}, profiles = {} }: RunDefinitionParts<B, S> = {},
): RunDefinition {
  const named = new Map<string, unknown>(Object.entries(profiles))
  for (const [name, profile] of named) checkProfile(name, profile)
  return {
    implementation: implement(blueprint, server), providers, plan, profiles: [...named.keys()],
    async options(profile) {
      const own = await options()
      return profile === undefined ? own : { ...own, ...await profileOptions(named, profile) }
    },
  }
}

function checkProfile(name: string, profile: unknown): void {
  const isGiven = typeof profile === 'function' || (typeof profile === 'object' && profile !== null && !Array.isArray(profile))
  if (!isGiven) throw new MephistoError('invalid_options', `Option "profiles": "${name}" must be launch options, or a function that returns them.`)
  if (!/^[\w-]+$/.test(name)) throw new MephistoError('invalid_options', `Option "profiles": "${name}" is no name of a profile; use letters, digits, dashes and underscores.`)
}

async function profileOptions(profiles: ReadonlyMap<string, unknown>, name: string): Promise<object> {
  if (!profiles.has(name)) {
    const known = profiles.size === 0 ? 'The run has none: add "profiles" to its defineRun, or leave the profile out.' : `There are: ${[...profiles.keys()].join(', ')}.`
    throw new MephistoError('not_found', `There is no profile "${name}". ${known}`)
  }
  const profile = profiles.get(name)
  const given: unknown = typeof profile === 'function' ? await (profile as () => unknown)() : profile
  if (typeof given === 'object' && given !== null) return given
  throw new MephistoError('invalid_input', `Profile "${name}" returned no launch options; return an object, if need be an empty one.`)
}
