import { isFileRef } from '../../sdk/data-model/file.js'

/** A JSON value as one short line of text: strings as they are, objects and lists as their values, at most `limit` characters. */
export function textOf(value: unknown, limit: number): string {
  const text = words(value).join(' · ').replace(/\s+/g, ' ').trim()
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`
}

/** The longest text of a JSON value, which is mostly what the item is about. */
export function mainTextOf(value: unknown, limit: number): string {
  const longest = words(value).reduce((best, text) => (text.length > best.length ? text : best), '')
  return textOf(longest, limit)
}

function words(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'boolean') return [value ? 'yes' : 'no']
  if (isFileRef(value)) return words('name' in value ? value.name : null)
  if (typeof value === 'object') return Object.values(value).flatMap(words)
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}
