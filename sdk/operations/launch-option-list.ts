import * as z from 'zod'
import { optionsSchema } from './launch-options.js'

/** One option of a launch, as its schema says it. */
export interface LaunchOption {
  /** With the options that it is part of: `gold.items`. */
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  /** Left out where there is none. */
  readonly default?: unknown
  /** What its value must be within, in words; null for no bounds. */
  readonly bounds: string | null
  /** One sentence. */
  readonly description: string
}

/** All options of a launch, read from the schema that a launch is checked with: those that it must have first, each followed by its parts. */
export function launchOptions(): readonly LaunchOption[] {
  // What is a function or an iterable has no JSON schema, and says its type itself.
  return optionsOf(z.toJSONSchema(optionsSchema, { io: 'input', unrepresentable: 'any' }), '')
}

type Schema = z.core.JSONSchema.JSONSchema

function optionsOf({ properties = {}, required = [] }: Schema, prefix: string): LaunchOption[] {
  const isRequired = (name: string): boolean => required.includes(name)
  const named = Object.entries(properties).flatMap(([name, schema]) => (typeof schema === 'object' ? [{ name, schema }] : []))
  return [...named.filter(({ name }) => isRequired(name)), ...named.filter(({ name }) => !isRequired(name))].flatMap(({ name, schema }) => {
    const own = optionOf(schema, { name: `${prefix}${name}`, isRequired: isRequired(name) })
    return typeTextOf(schema) === null && schema.properties ? [own, ...optionsOf(schema, `${own.name}.`)] : [own]
  })
}

function optionOf(schema: Schema, { name, isRequired }: Pick<LaunchOption, 'name' | 'isRequired'>): LaunchOption {
  return { name, type: typeOf(schema), isRequired, ...(schema.default === undefined ? {} : { default: schema.default }), bounds: boundsOf(schema), description: schema.description ?? '' }
}

function typeTextOf({ typeText }: Schema): string | null {
  return typeof typeText === 'string' ? typeText : null
}

function typeOf(schema: Schema): string {
  const said = typeTextOf(schema)
  if (said !== null) return said
  if (schema.enum) return schema.enum.join(' | ')
  if (schema.type === 'array' && typeof schema.items === 'object' && !Array.isArray(schema.items)) return `list of ${typeOf(schema.items)}`
  if (schema.type === 'integer') return 'whole number'
  return schema.type === 'string' ? 'text' : typeof schema.type === 'string' ? schema.type : 'anything'
}

function boundsOf(schema: Schema): string | null {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  // A list of texts has the bounds of each besides its own.
  const items = schema.type === 'array' && typeof schema.items === 'object' && !Array.isArray(schema.items) && typeTextOf(schema) === null ? boundsOf(schema.items) : null
  const all = [between([minimum, maximum], ''), between([minLength, maxLength], ' characters'), between([minItems, maxItems], ' of them'), items === null ? null : `each ${items}`]
  const found = all.filter(bounds => bounds !== null)
  return found.length === 0 ? null : found.join(', ')
}

/** Zod says of every whole number that JavaScript can hold it, which is no bound. */
function between([least, most]: readonly [number | undefined, number | undefined], unit: string): string | null {
  const [from, to] = [least === undefined || least === Number.MIN_SAFE_INTEGER ? null : String(least), most === undefined || most === Number.MAX_SAFE_INTEGER ? null : String(most)]
  if (from !== null && to !== null) return `${from} to ${to}${unit}`
  if (from !== null) return `${from} or more${unit}`
  return to === null ? null : `at most ${to}${unit}`
}
