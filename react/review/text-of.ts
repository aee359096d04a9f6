import { isErasureMark } from '../../sdk/data-model/erasure.js'
import { isFileRef } from '../../sdk/data-model/file.js'
import { isLongValue } from '../../sdk/data-model/long-value.js'

/** What truth, untruth, and what was erased are called. */
interface Names {
  readonly erased: string
  readonly yes: string
  readonly no: string
}

/** A JSON value as one short line of text: strings as they are, objects and lists as their values, at most `limit` characters. */
export function textOf(value: unknown, limit: number, names: Names): string {
  const text = words(value, names).join(' · ').replace(/\s+/g, ' ').trim()
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`
}

/** The longest text of a JSON value, which is mostly what the item is about. */
export function mainTextOf(value: unknown, limit: number, names: Names): string {
  const longest = words(value, names).reduce((best, text) => (text.length > best.length ? text : best), '')
  return textOf(longest, limit, names)
}

function words(value: unknown, names: Names): string[] {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'boolean') return [value ? names.yes : names.no]
  if (isFileRef(value)) return words('name' in value ? value.name : null, names)
  if (isErasureMark(value)) return [names.erased]
  if (isLongValue(value)) return [value.$long]
  if (typeof value === 'object') return Object.values(value).flatMap(inner => words(inner, names))
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}
