import { MephistoError } from '../errors.js'

/**
 * A value as JSON text, after making sure that JSON keeps it: reading the text gives the same value again.
 * @throws MephistoError `invalid_input`, naming the path, for a Map, Set, bigint, Date, NaN or another value JSON changes
 */
export function jsonText(value: unknown, root: string): string {
  const lost = firstLost(value, root)
  if (lost === null) return JSON.stringify(value)
  throw new MephistoError('invalid_input', `${lost}: JSON cannot keep this value. Let the blueprint's schema give strings, finite numbers, booleans, null, arrays and plain objects.`)
}

/** The path of the first value that JSON would change; null when there is none. Keys that are undefined are left out by JSON. */
function firstLost(value: unknown, path: string): string | null {
  switch (typeof value) {
    case 'string': case 'boolean': return null
    case 'number': return Number.isFinite(value) ? null : path
    case 'object': break
    case 'undefined': case 'bigint': case 'symbol': case 'function': return path
  }
  if (value === null) return null
  if (Array.isArray(value)) return first(value.map((item, index) => firstLost(item, `${path}[${String(index)}]`)))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return path
  return first(Object.entries(value).map(([key, item]) => (item === undefined ? null : firstLost(item, `${path}.${key}`))))
}

function first(paths: readonly (string | null)[]): string | null {
  return paths.find(path => path !== null) ?? null
}

/** How deep a value from outside may be nested: far below what schemas, JSON and databases go through without running out of stack. */
export const MOST_LEVELS = 200

/** True for a value that is nested deeper than {@link MOST_LEVELS}. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(item => isTooDeep(item, levels - 1))
}
