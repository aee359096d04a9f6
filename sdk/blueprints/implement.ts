import { createHash } from 'node:crypto'
import * as z from 'zod'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'
import type { AnyBlueprintServer, BlueprintServer } from './server.js'

/** A blueprint as the server knows it: with its schemas as JSON Schema and the hash that answers are pinned to. */
export interface BlueprintImplementation {
  readonly blueprint: AnyBlueprint
  /** JSON Schema (draft 2020-12) of the input, as text, fields in the author's order. */
  readonly inputSchema: string
  /** JSON Schema of the answer, as text with sorted keys. */
  readonly outputSchema: string
  /** First 16 hex digits of SHA-256 over both schemas with sorted keys: changes when what is asked or answered changes. */
  readonly schemaHash: string
  readonly server: AnyBlueprintServer
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

function jsonSchema(blueprint: AnyBlueprint, side: 'input' | 'output'): unknown {
  try {
    return z.toJSONSchema(blueprint[side], {
      io: 'output',
      // A transform has no JSON Schema, but what it makes is checked when it is made.
      unrepresentable: 'any',
      override: ({ zodSchema }) => { refuseUnkeepable(zodSchema._zod.def.type) },
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MephistoError('invalid_options', `The ${side} schema of blueprint "${blueprint.type}" does not work: ${why}. Use JSON-shaped zod types.`, { cause })
  }
}

/**
 * Attaches the server half to a blueprint, so that `createMephisto` can run it.
 * @throws MephistoError `invalid_options` when a schema cannot be written as JSON Schema, or for a function that is none
 */
export function implement<B extends AnyBlueprint>(blueprint: B, server: BlueprintServer<B> = {}): BlueprintImplementation {
  for (const name of ['validateOnboarding', 'judge', 'passesAttention', 'workerCanDoUnit', 'onUnitSubmitted'] as const) {
    const given: unknown = server[name]
    if (given !== undefined && typeof given !== 'function') throw new MephistoError('invalid_options', `implement("${blueprint.type}"): ${name} must be a function.`)
  }
  if (server.validateOnboarding && !blueprint.onboarding) {
    throw new MephistoError('invalid_options', `implement("${blueprint.type}"): validateOnboarding has nothing to validate; give the blueprint an onboarding with its schemas.`)
  }
  const [input, output] = [jsonSchema(blueprint, 'input'), jsonSchema(blueprint, 'output')]
  const schemaHash = createHash('sha256').update(JSON.stringify(sorted([input, output]))).digest('hex').slice(0, 16)
  return { blueprint, inputSchema: JSON.stringify(input), outputSchema: JSON.stringify(output), schemaHash, server }
}
