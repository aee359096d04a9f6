/** What a field holds, as far as a column can say it. `json` is everything else. */
export type FieldKind = 'text' | 'integer' | 'number' | 'boolean' | 'json'

/** A value that a field may be one of. */
export type Choice = string | number | boolean

/** A top-level field of a payload. */
export interface SchemaField {
  /** Null when the payload is no object and is meant as a whole. */
  readonly name: string | null
  readonly kind: FieldKind
  /** All values that it may have, in the author's order; null when they are not listed. */
  readonly choices: readonly Choice[] | null
}

interface JsonSchema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
}

/** The top-level fields of a JSON Schema, or the payload as a whole when it names none. */
export function fieldsOfSchema(schema: string): readonly SchemaField[] {
  const whole = JSON.parse(schema) as JsonSchema
  const fields = Object.entries(whole.properties ?? {}).map(([name, field]) => ({ name, ...contentOf(field) }))
  return fields.length > 0 ? fields : [{ name: null, ...contentOf(whole) }]
}

function contentOf(schema: JsonSchema): Omit<SchemaField, 'name'> {
  // A field that may be null is of what it is otherwise.
  const ways = (schema.anyOf ?? [schema]).flatMap(waysOf).filter(way => way.type !== 'null')
  const kinds = new Set(ways.map(kindOf))
  const [only] = kinds
  const isNumber = kinds.size === 2 && kinds.has('integer') && kinds.has('number')
  const listed = ways.map(choicesOf)
  return {
    kind: isNumber ? 'number' : kinds.size === 1 && only !== undefined ? only : 'json',
    choices: ways.length > 0 && listed.every(choices => choices !== null) ? [...new Set(listed.flat())] : null,
  }
}

/** A schema for each type that it names. */
function waysOf(schema: JsonSchema): JsonSchema[] {
  return Array.isArray(schema.type) ? schema.type.map((type: unknown) => ({ ...schema, type })) : [schema]
}

function kindOf(schema: JsonSchema): FieldKind {
  switch (schema.type) {
    case 'string': return 'text'
    case 'integer': return 'integer'
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    default: return 'json'
  }
}

function choicesOf(schema: JsonSchema): readonly Choice[] | null {
  const values = schema.enum ?? ('const' in schema ? [schema.const] : schema.type === 'boolean' ? [true, false] : null)
  const listed = values?.filter(value => value !== null)
  return listed?.every(isChoice) === true ? listed : null
}

function isChoice(value: unknown): value is Choice {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The value that a payload has in a field; undefined when it has none. */
export function valueIn(payload: unknown, { name }: Pick<SchemaField, 'name'>): unknown {
  if (name === null) return payload
  const isObject = typeof payload === 'object' && payload !== null
  return isObject && Object.hasOwn(payload, name) ? (payload as Readonly<Record<string, unknown>>)[name] : undefined
}
