import { createHash } from 'node:crypto'
import * as z from 'zod'
import { takesFiles } from '../data-model/file-schema.js'
import { BLUEPRINT_TOPICS, LONGEST_TOPIC } from '../data-model/outbox-topics.js'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'
import type { AnyProcedure } from './remote-procedure.js'
import type { AnyBlueprintServer, BlueprintServer } from './server.js'
import type { ServedPages } from './served-pages.js'

/** A blueprint as the server knows it: with its schemas as JSON Schema and the hash that answers are pinned to. */
export interface BlueprintImplementation {
  readonly blueprint: AnyBlueprint
  /** JSON Schema (draft 2020-12) of the input, as text, fields in the author's order. */
  readonly inputSchema: string
  /** JSON Schema of the answer, as text, fields in the author's order. */
  readonly outputSchema: string
  /** First 16 hex digits of SHA-256 over the schemas with sorted keys, that of the args where there are some: changes when what is asked or answered changes. */
  readonly schemaHash: string
  readonly server: AnyBlueprintServer
  /** Whether files are handed in, with answers or at the onboarding: then the instance needs `files`. */
  readonly isWithFiles: boolean
  /** Pages that the mount serves. @default none: the host has a page of its own, its architect's `taskUrl` */
  readonly pages?: ServedPages
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}

const UNKEEPABLE = new Set(['bigint', 'date', 'map', 'set', 'symbol', 'nan', 'function', 'promise', 'file'])

function refuseUnkeepable(type: string): void {
  if (UNKEEPABLE.has(type)) throw new TypeError(`JSON cannot keep a ${type}`)
}

function jsonSchema({ type }: Pick<AnyBlueprint, 'type'>, side: string, schema: z.ZodType): unknown {
  try {
    return z.toJSONSchema(schema, {
      io: 'output',
      // A transform has no JSON Schema, but what it makes is checked when it is made.
      unrepresentable: 'any',
      override: ({ zodSchema }) => { refuseUnkeepable(zodSchema._zod.def.type) },
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MephistoError('invalid_options', `The ${side} schema of blueprint "${type}" does not work: ${why}. Use JSON-shaped zod types.`, { cause })
  }
}

/** Functions of a blueprint's server half that are called by themselves; those of `agentState` and `feeds` are not among them. */
export const HOOKS = ['sharedState', 'builder', 'validateLaunch', 'validateOnboarding', 'judge', 'passesAttention', 'workerCanDoUnit', 'onUnitSubmitted'] as const

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

/**
 * Attaches the server half to a blueprint, so that `createMephisto` can run it.
 * @throws MephistoError `invalid_options` when a schema cannot be written as JSON Schema, or for a function that is none
 */
export function implement<B extends AnyBlueprint, S = undefined>(blueprint: B, server: BlueprintServer<B, S> = {}): BlueprintImplementation {
  // Its types come back through the blueprint wherever it is used.
  const erased = server as unknown as AnyBlueprintServer
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
  checkProcedures(blueprint, erased.procedures)
  const [input, output] = [jsonSchema(blueprint, 'input', blueprint.input), jsonSchema(blueprint, 'output', blueprint.output)]
  const all = [input, output, ...(blueprint.args ? [jsonSchema(blueprint, 'args', blueprint.args)] : [])]
  const schemaHash = createHash('sha256').update(JSON.stringify(sorted(all))).digest('hex').slice(0, 16)
  const outputSchema = JSON.stringify(output)
  const isWithFiles = [blueprint.output, ...(blueprint.onboarding ? [blueprint.onboarding.output] : [])].some(schema => takesFiles(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))))
  return { blueprint, inputSchema: JSON.stringify(input), outputSchema, schemaHash, isWithFiles, server: erased }
}
