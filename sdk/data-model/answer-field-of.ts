import * as z from 'zod'
import type { FileLimits } from './file.js'
import { FILE_MARK } from './file-schema.js'
import type { AnswerField, Option, TextField, VariantsField } from './answer-field.js'
import { labelOf } from './label-of.js'

/** What of a JSON Schema a form goes by; `labels`, `placeholder` and `multiline` come from the author's `meta`. */
interface Shape {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly format?: string
  readonly pattern?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly placeholder?: string
  readonly multiline?: boolean
  readonly [FILE_MARK]?: FileLimits
}

/** More than so many choices are folded away. */
const MOST_SHOWN = 7
/** A text that may be longer than this has several lines, characters. */
const LINE = 120

/** What a zod schema asks to be filled in, before it runs. Never throws: what cannot be told is a field for JSON. */
export function answerFieldOf(schema: z.ZodType): AnswerField {
  try {
    return fieldFor('', z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape, true)
  } catch {
    return fieldFor('', {}, true)
  }
}

function fieldFor(name: string, given: Shape, isNeeded: boolean): AnswerField {
  const { shape, mayBeNull } = withoutNull(given)
  const named = {
    name, label: given.title ?? shape.title ?? labelOf(name), help: given.description ?? shape.description ?? '',
    isRequired: isNeeded && !mayBeNull && given.default === undefined, initial: given.default ?? undefined, isNullable: mayBeNull && isNeeded,
  }
  const limits = given[FILE_MARK] ?? shape[FILE_MARK]
  if (limits) return { ...named, kind: 'file', limits }
  const options = optionsOf(shape)
  if (options) return { ...named, kind: 'choice', options, isFolded: options.length > MOST_SHOWN }
  const variants = variantsOf(shape)
  if (variants) return { ...named, kind: 'variants', ...variants }
  switch (shape.type) {
    case 'boolean':
      // Whoever must say yes or no says it; nothing is not no.
      return named.isRequired ? { ...named, kind: 'choice', isFolded: false, options: [{ value: true, label: shape.labels?.['true'] ?? 'Yes' }, { value: false, label: shape.labels?.['false'] ?? 'No' }] } : { ...named, kind: 'check' }
    case 'string': return { ...named, kind: 'text', ...textOf(shape), placeholder: shape.placeholder ?? '' }
    case 'integer':
    case 'number':
      return { ...named, kind: 'number', minimum: shape.minimum ?? shape.exclusiveMinimum ?? null, maximum: shape.maximum ?? shape.exclusiveMaximum ?? null, step: shape.multipleOf ?? (shape.type === 'integer' ? 1 : null) }
    case 'array': return listOf(named, shape)
    case 'object':
      return shape.properties === undefined ? { ...named, kind: 'json' } : { ...named, kind: 'group', fields: groupOf(shape) }
    case undefined:
    default: return { ...named, kind: 'json' }
  }
}

function groupOf({ properties = {}, required = [] }: Shape, without?: string): readonly AnswerField[] {
  return Object.entries(properties).filter(([name]) => name !== without).map(([name, inner]) => fieldFor(name, inner, required.includes(name)))
}

function listOf(named: Pick<AnswerField, 'name' | 'label' | 'help' | 'isRequired' | 'initial' | 'isNullable'>, { items, minItems = 0, maxItems }: Shape): AnswerField {
  const options = items && optionsOf(items)
  if (options) return { ...named, kind: 'choices', options }
  return items ? { ...named, kind: 'list', item: fieldFor('', items, true), fewest: minItems, most: maxItems ?? null } : { ...named, kind: 'json' }
}

/** What a field is that may be left out by null. */
function withoutNull(shape: Shape): { readonly shape: Shape; readonly mayBeNull: boolean } {
  // zod writes some unions of plain types as one with several.
  if (Array.isArray(shape.type)) {
    const types: readonly string[] = shape.type
    const [only, ...more] = types.filter(type => type !== 'null')
    return { shape: { ...shape, type: more.length === 0 ? only : undefined } as Shape, mayBeNull: types.includes('null') }
  }
  const ways = shape.anyOf?.filter(({ type }) => type !== 'null')
  if (ways === undefined || ways.length === shape.anyOf?.length) return { shape, mayBeNull: false }
  const [only] = ways
  return { shape: ways.length === 1 && only ? { ...shape, anyOf: undefined, ...only } as Shape : { ...shape, anyOf: ways }, mayBeNull: true }
}

function optionsOf({ enum: listed, const: only, anyOf, labels = {} }: Shape): readonly Option[] | null {
  const ways = anyOf ?? []
  const values = listed ?? (only === undefined ? ways.map(way => way.const) : [only])
  if (values.length === 0 || !values.every(isChoice)) return null
  return values.map((value, index) => ({ value, label: labels[String(value)] ?? ways[index]?.title ?? valueLabel(value) }))
}

/** Names in code become words; all else stays as it is: `-1`, `A-` and `18-24` are not to lose their signs. */
function valueLabel(value: Option['value']): string {
  return typeof value === 'string' && /^[a-z]+(?:[A-Z][a-z]+|[_-][a-z]+)*$/.test(value) ? labelOf(value) : String(value)
}

function isChoice(value: unknown): value is Option['value'] {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function variantsOf({ oneOf, anyOf }: Shape): Pick<VariantsField, 'by' | 'variants'> | null {
  const ways = oneOf ?? anyOf ?? []
  const by = Object.keys(ways[0]?.properties ?? {}).find(name => ways.every(({ properties }) => isChoice(properties?.[name]?.const)))
  if (by === undefined || ways.length < 2) return null
  return {
    by,
    variants: ways.map(way => {
      const value = way.properties?.[by]?.const as Option['value']
      return { option: { value, label: way.title ?? way.properties?.[by]?.title ?? valueLabel(value) }, fields: groupOf(way, by) }
    }),
  }
}

const TYPES: Readonly<Record<string, TextField['type']>> = { email: 'email', uri: 'url', date: 'date', time: 'time' }

function textOf({ format = '', pattern, maxLength, multiline }: Shape): Pick<TextField, 'type' | 'longest' | 'isLong'> {
  const isShort = format !== '' || pattern !== undefined || (maxLength !== undefined && maxLength <= LINE)
  return { type: TYPES[format] ?? 'text', longest: maxLength ?? null, isLong: multiline ?? !isShort }
}
