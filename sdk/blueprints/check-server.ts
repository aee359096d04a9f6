import { BLUEPRINT_TOPICS } from '../data-model/outbox-topics.js'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'
import { checkFunction, checkName, checkTimeout, checkTopic, refused } from './check-given.js'
import { checkLiveFunctions } from './check-live.js'
import { jsonSchema } from './json-schema.js'
import type { AnyProcedure } from './remote-procedure.js'
import type { AnyBlueprintServer } from './server.js'

/** Functions of a blueprint's server half that are called by themselves; those of `agentState` and `feeds` are not among them. */
export const HOOKS = ['sharedState', 'requirements', 'builder', 'validateLaunch', 'validateOnboarding', 'judge', 'passesAttention', 'workerCanDoUnit', 'onUnitSubmitted'] as const

/** Checks what a blueprint was given for its server half. @throws MephistoError `invalid_options`, naming what is wrong */
export function checkServer(blueprint: AnyBlueprint, server: AnyBlueprintServer): void {
  for (const name of HOOKS) checkFunction(blueprint, name, server[name])
  for (const name of ['migrate', 'derive'] as const) checkFunction(blueprint, `agentState.${name}`, server.agentState?.[name])
  const argsKind: string = blueprint.args?._zod.def.type ?? 'object'
  if (argsKind !== 'object') {
    throw new MephistoError('invalid_options', `The args schema of blueprint "${blueprint.type}" must be an object: z.object({ … }).`)
  }
  if (server.validateOnboarding && !blueprint.onboarding) {
    throw refused(blueprint, 'validateOnboarding has nothing to validate; give the blueprint an onboarding with its schemas.')
  }
  if (server.onUnitSubmitted) checkTopic(blueprint, BLUEPRINT_TOPICS.submitted, 'onUnitSubmitted')
  checkFeeds(blueprint, server.feeds ?? {})
  checkProcedures(blueprint, server.procedures)
  checkLiveFunctions(blueprint, server.live)
}

function checkFeeds(blueprint: AnyBlueprint, feeds: unknown): void {
  if (typeof feeds !== 'object' || feeds === null) throw refused(blueprint, 'feeds must be an object of feeds by name.')
  for (const [name, feed] of Object.entries(feeds) as [string, unknown][]) {
    if (!/^[a-z][a-zA-Z0-9_-]{0,63}$/.test(name)) throw refused(blueprint, `the feed name "${name}" must be 1 to 64 letters, digits, dashes and underscores, and start with a small letter.`)
    if (typeof feed !== 'object' || feed === null || !('read' in feed) || typeof feed.read !== 'function') throw refused(blueprint, `the feed "${name}" has no function read; declare it with defineFeed.`)
    checkTopic(blueprint, BLUEPRINT_TOPICS.feed, 'feeds')
  }
}

function checkProcedures(blueprint: AnyBlueprint, given: Readonly<Record<string, AnyProcedure>> = {}): void {
  const { type, procedures = {} } = blueprint
  if (Object.keys(procedures).length > 0) checkTopic(blueprint, BLUEPRINT_TOPICS.procedure, 'procedures')
  for (const [name, { input, output }] of Object.entries(procedures)) {
    checkName(blueprint, `the procedure name "${name}"`, name)
    jsonSchema({ type }, `${name} input`, input)
    jsonSchema({ type }, `${name} output`, output)
    const { run, timeoutMs }: Partial<AnyProcedure> = Object.hasOwn(given, name) ? given[name] ?? {} : {}
    if (typeof run !== 'function') throw refused(blueprint, `the procedure "${name}" has no function run; give it in procedures: { ${name}: { run: … } }.`)
    checkTimeout(blueprint, `the procedure "${name}"`, timeoutMs)
  }
  const unknown = Object.keys(given).find(name => !Object.hasOwn(procedures, name))
  if (unknown !== undefined) throw refused(blueprint, `the blueprint has no procedure "${unknown}"; define it there with its schemas.`)
}
