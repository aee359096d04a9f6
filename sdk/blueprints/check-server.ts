import { BLUEPRINT_TOPICS, LONGEST_TOPIC } from '../data-model/outbox-topics.js'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'
import { jsonSchema } from './json-schema.js'
import type { AnyLiveFunctions } from './live-server.js'
import type { AnyProcedure } from './remote-procedure.js'
import type { AnyBlueprintServer } from './server.js'

/** Functions of a blueprint's server half that are called by themselves; those of `agentState` and `feeds` are not among them. */
export const HOOKS = ['sharedState', 'builder', 'validateLaunch', 'validateOnboarding', 'judge', 'passesAttention', 'workerCanDoUnit', 'onUnitSubmitted'] as const

/** Checks what a blueprint was given for its server half. @throws MephistoError `invalid_options`, naming what is wrong */
export function checkServer(blueprint: AnyBlueprint, server: AnyBlueprintServer): void {
  for (const name of HOOKS) checkFunction(blueprint, name, server[name])
  for (const name of ['migrate', 'derive'] as const) checkFunction(blueprint, `agentState.${name}`, server.agentState?.[name])
  const argsKind: string = blueprint.args?._zod.def.type ?? 'object'
  if (argsKind !== 'object') {
    throw new MephistoError('invalid_options', `The args schema of blueprint "${blueprint.type}" must be an object: z.object({ … }).`)
  }
  if (server.validateOnboarding && !blueprint.onboarding) {
    throw new MephistoError('invalid_options', `implement("${blueprint.type}"): validateOnboarding has nothing to validate; give the blueprint an onboarding with its schemas.`)
  }
  if (server.onUnitSubmitted) checkTopic(blueprint, BLUEPRINT_TOPICS.submitted, 'onUnitSubmitted')
  checkFeeds(blueprint, server.feeds ?? {})
  checkProcedures(blueprint, server.procedures)
  checkLiveFunctions(blueprint, server.live)
}

function checkFunction({ type }: AnyBlueprint, name: string, given: unknown): void {
  if (given !== undefined && typeof given !== 'function') throw new MephistoError('invalid_options', `implement("${type}"): ${name} must be a function.`)
}

function checkTopic({ type }: AnyBlueprint, lead: string, what: string): void {
  const longest = LONGEST_TOPIC - lead.length
  if (type.length > longest) throw new MephistoError('invalid_options', `implement("${type}"): a blueprint with ${what} has a type of at most ${String(longest)} characters; shorten it.`)
}

function checkFeeds(blueprint: AnyBlueprint, feeds: unknown): void {
  const { type } = blueprint
  if (typeof feeds !== 'object' || feeds === null) throw new MephistoError('invalid_options', `implement("${type}"): feeds must be an object of feeds by name.`)
  for (const [name, feed] of Object.entries(feeds) as [string, unknown][]) {
    if (!/^[a-z][a-zA-Z0-9_-]{0,63}$/.test(name)) throw new MephistoError('invalid_options', `implement("${type}"): the feed name "${name}" must be 1 to 64 letters, digits, dashes and underscores, and start with a small letter.`)
    if (typeof feed !== 'object' || feed === null || !('read' in feed) || typeof feed.read !== 'function') throw new MephistoError('invalid_options', `implement("${type}"): the feed "${name}" has no function read; declare it with defineFeed.`)
    checkTopic(blueprint, BLUEPRINT_TOPICS.feed, 'feeds')
  }
}

/** The longest time a procedure may be given, ms. */
const LONGEST_MS = 3_600_000

function checkProcedures(blueprint: AnyBlueprint, given: Readonly<Record<string, AnyProcedure>> = {}): void {
  const { type, procedures = {} } = blueprint
  const refuse = (what: string): never => { throw new MephistoError('invalid_options', `implement("${type}"): ${what}`) }
  if (Object.keys(procedures).length > 0) checkTopic(blueprint, BLUEPRINT_TOPICS.procedure, 'procedures')
  for (const [name, { input, output }] of Object.entries(procedures)) {
    if (!/^[a-z][a-zA-Z0-9]{0,63}$/.test(name)) refuse(`the procedure name "${name}" must be 1 to 64 letters and digits, and start with a small letter.`)
    jsonSchema({ type }, `${name} input`, input)
    jsonSchema({ type }, `${name} output`, output)
    const { run, timeoutMs }: Partial<AnyProcedure> = Object.hasOwn(given, name) ? given[name] ?? {} : {}
    if (typeof run !== 'function') refuse(`the procedure "${name}" has no function run; give it in procedures: { ${name}: { run: … } }.`)
    if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= LONGEST_MS)) refuse(`timeoutMs of the procedure "${name}" must be a whole number of ms from 1 to ${String(LONGEST_MS)}, not ${String(timeoutMs)}.`)
  }
  const unknown = Object.keys(given).find(name => !Object.hasOwn(procedures, name))
  if (unknown !== undefined) refuse(`the blueprint has no procedure "${unknown}"; define it there with its schemas.`)
}

/** Names of actions, packets and effects. */
const LIVE_NAME = /^[a-z][a-zA-Z0-9]{0,63}$/

function checkLiveFunctions(blueprint: AnyBlueprint, given: AnyLiveFunctions | undefined): void {
  const { type, live, procedures = {} } = blueprint
  const refuse = (what: string): never => { throw new MephistoError('invalid_options', `implement("${type}"): ${what}`) }
  if (!live) {
    if (given !== undefined) refuse('the blueprint has nothing live; define it there with its schemas.')
    return
  }
  if (Object.keys(procedures).length > 0) refuse('a blueprint has procedures or live work, not both; let an action have an effect.')
  if (!given) return refuse('the blueprint is live; give what happens in live: { begin, on }.')
  checkTopic(blueprint, BLUEPRINT_TOPICS.effect, 'live work')
  for (const name of ['begin', 'on'] as const) if (typeof given[name] !== 'function') refuse(`live.${name} must be a function.`)
  checkFunction(blueprint, 'live.view', given.view)
  jsonSchema({ type }, 'state', live.state)
  for (const [what, schemas] of [['action', live.actions], ['packet', live.packets ?? {}]] as const) {
    for (const [name, schema] of Object.entries(schemas)) {
      if (!LIVE_NAME.test(name)) refuse(`the name "${name}" of a live ${what} must be 1 to 64 letters and digits, and start with a small letter.`)
      jsonSchema({ type }, `${what} ${name}`, schema)
    }
  }
  for (const [name, effect] of Object.entries(given.effects ?? {}) as [string, { readonly run?: unknown; readonly timeoutMs?: unknown } | null][]) {
    if (!LIVE_NAME.test(name)) refuse(`the name "${name}" of an effect must be 1 to 64 letters and digits, and start with a small letter.`)
    if (typeof effect?.run !== 'function') return refuse(`the effect "${name}" has no function run.`)
    if (effect.timeoutMs !== undefined && !(Number.isInteger(effect.timeoutMs) && Number(effect.timeoutMs) > 0 && Number(effect.timeoutMs) <= LONGEST_MS)) refuse(`timeoutMs of the effect "${name}" must be a whole number of ms from 1 to ${String(LONGEST_MS)}.`)
  }
}
