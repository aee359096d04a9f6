import { MephistoError } from '../../../sdk/errors.js'

/** Longest names and keys, in characters: what their columns hold. */
const LONGEST = { name: 200, key: 64, text: 2_000 } as const

/** A name for people, without blanks around it. @throws MephistoError `invalid_input` when it is empty, too long or more than one line */
export function checkedName(name: string, what: string): string {
  return checkedLine(name, what, LONGEST.name)
}

/** A short word such as a provider's or a blueprint's type. @throws MephistoError `invalid_input`, as for a name */
export function checkedKey(key: string, what: string): string {
  return checkedLine(key, what, LONGEST.key)
}

/** Text that people wrote, or null. @throws MephistoError `invalid_input` */
export function checkedText(text: string | null | undefined, what: string): string | null {
  if (text === null || text === undefined) return null
  const trimmed = asText(text, what).trim()
  if (/[\0\p{Cs}]/u.test(trimmed)) throw refused(what, 'holds a character that cannot be stored (U+0000 or half of a character)')
  if (lengthOf(trimmed) > LONGEST.text) throw refused(what, `is longer than ${String(LONGEST.text)} characters`)
  return trimmed
}

/** The id of a new row. @throws MephistoError `invalid_input` unless it is a UUID in small letters, which sorts the same everywhere */
export function checkedId(id: string, what: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(asText(id, what))) return id
  throw refused(what, 'must be a UUID in small letters')
}

/** A whole number that its column can hold. @throws MephistoError `invalid_input` */
export function checkedNumber(number: number, what: string, largest: number): number {
  if (Number.isInteger(number) && Math.abs(number) <= largest) return number
  throw refused(what, `must be a whole number up to ${String(largest)}`)
}

/** An instant, epoch ms. @throws MephistoError `invalid_input` */
export function checkedInstant(at: number, what: string): number {
  return checkedNumber(at, what, Number.MAX_SAFE_INTEGER)
}

function checkedLine(line: string, what: string, longest: number): string {
  const trimmed = asText(line, what).trim()
  if (trimmed === '') throw refused(what, 'must not be empty')
  if (lengthOf(trimmed) > longest) throw refused(what, `is longer than ${String(longest)} characters`)
  // Control characters also sort before the blank, which MariaDB thinks is at the end of every text.
  if (/[\p{Cc}\p{Cs}]/u.test(trimmed)) throw refused(what, 'must be one line without control characters')
  return trimmed
}

/** Callers without types may pass anything. */
function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw refused(what, 'must be a text')
}

/** Characters as the databases count them. */
function lengthOf(text: string): number {
  return Array.from(text).length
}

function refused(what: string, problem: string): MephistoError {
  return new MephistoError('invalid_input', `${what}: ${problem}.`)
}
