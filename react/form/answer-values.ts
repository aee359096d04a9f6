import type { AnswerField } from '../../sdk/data-model/answer-field.js'

/** Names and places in lists, from the whole to a field of it. */
export type Path = readonly (string | number)[]

/** What a value has at a path; undefined for nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Readonly<Record<string | number, unknown>>)[key] : undefined), value)
}

/** The same with something else at a path; undefined takes it out. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return next
  if (typeof key === 'number') {
    const list: readonly unknown[] = Array.isArray(value) ? value : []
    // A row that was emptied stays where it is, or the keys would go into the next one.
    return Object.assign([...list], { [key]: withValue(list[key], rest, next) ?? null })
  }
  const whole: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  const { [key]: before, ...others } = whole
  const changed = withValue(before, rest, next)
  return changed === undefined ? others : { ...whole, [key]: changed }
}

/** A path as problems name it: `answer.items[0].name`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${String(key)}]` : `${text}.${key}`), 'answer')
}

/** What is there before anything is filled in; undefined for nothing. */
export function startOf(field: AnswerField): unknown {
  if (field.initial !== undefined || field.kind !== 'group') return field.initial
  const fields = field.fields.map(one => [one.name, startOf(one)] as const).filter(([, value]) => value !== undefined)
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

/** What a form shows: what the worker has filled in, and before that what is there to begin with. What is emptied later stays empty. */
export function filledIn(root: AnswerField, draft: unknown): unknown {
  const isUntouched = draft === undefined || draft === null || (typeof draft === 'object' && Object.keys(draft).length === 0)
  return isUntouched ? startOf(root) : draft
}

/** What is handed in: lists and groups that must be there are, if need be with nothing in them; an optional group in which nothing was filled in is left out. */
export function answerOf(field: AnswerField, value: unknown): unknown {
  return field.isNullable && isEmpty(value) && value !== false ? null : partOf(field, value)
}

function partOf(field: AnswerField, value: unknown): unknown {
  switch (field.kind) {
    case 'group': return field.isRequired || !isEmpty(value) ? fieldsOf(field.fields, value) : undefined
    case 'variants': {
      const chosen = valueAt(value, [field.by])
      const variant = field.variants.find(({ option }) => option.value === chosen)
      return variant ? { [field.by]: chosen, ...fieldsOf(variant.fields, value) } : undefined
    }
    case 'list': return Array.isArray(value) ? value.map((item: unknown) => answerOf(field.item, item)) : field.isRequired ? [] : undefined
    case 'choices': return value ?? (field.isRequired ? [] : undefined)
    default: return value
  }
}

/** Nothing was filled in there, or all of it was taken out again. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isEmpty)
  return value === undefined || value === null || value === '' || value === false
}

function fieldsOf(fields: readonly AnswerField[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(fields.map(field => [field.name, answerOf(field, valueAt(value, [field.name]))] as const).filter(([, inner]) => inner !== undefined))
}
