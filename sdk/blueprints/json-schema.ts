import * as z from 'zod'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'

const UNKEEPABLE = new Set(['bigint', 'date', 'map', 'set', 'symbol', 'nan', 'function', 'promise', 'file'])

function refuseUnkeepable(type: string): void {
  if (UNKEEPABLE.has(type)) throw new TypeError(`JSON cannot keep a ${type}`)
}

/** A schema of a blueprint as JSON Schema (draft 2020-12). @throws MephistoError `invalid_options`, naming the side, for one that JSON cannot keep */
export function jsonSchema({ type }: Pick<AnyBlueprint, 'type'>, side: string, schema: z.ZodType): unknown {
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
