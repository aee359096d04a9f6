import { createHash } from 'node:crypto'
import type { LongValue } from '../data-model/long-value.js'
import type { JsonPayload } from '../protocol/worker-views.js'

/** Entries of a list or object that are shown each by itself. */
const MOST_ENTRIES = 40
/** How deep lists and objects are shown as such. */
const DEEPEST = 6
/** What an entry takes at least, with its name. */
const ENTRY_CHARACTERS = 150

/** A JSON value in about so many characters: long texts are {@link LongValue}s, and so is what there is no room for. Equal ones stay equal, and others differ. Pure. */
export function shortened(value: JsonPayload, characters: number): JsonPayload {
  return shorter(value, characters, 0)
}

function shorter(value: JsonPayload, room: number, depth: number): JsonPayload {
  const json = JSON.stringify(value)
  if (json.length <= room) return value
  if (typeof value !== 'object' || value === null) return beginning(typeof value === 'string' ? value : json, room)
  const entries = Object.entries<JsonPayload>({ ...value })
  const most = Math.min(MOST_ENTRIES, Math.floor(room / ENTRY_CHARACTERS))
  if (depth === DEEPEST || most === 0) return beginning(json, room)
  const [shown, rest] = [entries.slice(0, most), entries.slice(most)]
  if (!Array.isArray(value) && shown.reduce((sum, [name]) => sum + name.length, 0) > room / 2) return beginning(json, room)
  const each = Math.floor(room / (shown.length + Math.sign(rest.length)))
  const made = shown.map(([name, inner]) => [name, shorter(inner, each, depth + 1)] as const)
  if (rest.length > 0) made.push(['…', beginning(JSON.stringify(Array.isArray(value) ? rest.map(([, inner]) => inner) : Object.fromEntries(rest)), each)])
  return Array.isArray(value) ? made.map(([, inner]) => inner) : Object.fromEntries(made)
}

/** Half of a sign outside the basic plane, which is no text. */
const HALF_SIGN = /[\ud800-\udbff]$/

function beginning(text: string, room: number): JsonPayload {
  const long: LongValue = { $long: text.slice(0, room).replace(HALF_SIGN, ''), characters: text.length, sha256: createHash('sha256').update(text).digest('hex') }
  return { ...long }
}
