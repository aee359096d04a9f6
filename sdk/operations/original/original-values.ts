import { createHash } from 'node:crypto'
import { decimalsOf } from '../../data-model/money.js'
import type { OriginalRow } from '../../ports/original-source.js'

/** A text in which characters that no database keeps are replaced: the original wrote files. */
export function keepable(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\ufffd')
}

/** A column as text; empty for nothing. */
export function textIn(row: OriginalRow, column: string): string {
  const value = row[column]
  return value === null || value === undefined ? '' : keepable(String(value))
}

/** The beginning of a column's text: at most so many characters, none of them cut in half. */
export function beginningIn(row: OriginalRow, column: string, most: number): string {
  return Array.from(textIn(row, column).trim()).slice(0, most).join('')
}

/** A column as a name here: one line of at most 200 characters. */
export function nameIn(row: OriginalRow, column: string): string {
  return Array.from(textIn(row, column).replace(/\p{Cc}/gu, ' ').trim()).slice(0, 200).join('').trim()
}

/** The instant of a column, epoch ms: the original wrote UTC without saying so. Zero for what is no instant. */
export function instantIn(row: OriginalRow, column = 'creation_date'): number {
  const text = textIn(row, column).replace(' ', 'T')
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at) ? 0 : Math.max(0, at)
}

/** Providers whose amounts were in the smallest unit already; all others were in whole currency. */
const IN_MINOR_UNITS = new Set(['prolific'])

/** Most minor units of one amount: sums of them stay whole numbers. */
const MOST_MINOR = 1_000_000_000_000

/** An amount of the original in minor units. */
interface Amount {
  readonly minor: number
  readonly isRounded: boolean
  /** It was no number, or larger than any amount: nothing is left of it. */
  readonly isLost?: true
}

/** An amount that was a floating point number, in minor units, and whether it had to be rounded to that. Pure. */
export function minorOf(amount: number, { provider, currency }: { readonly provider: string; readonly currency: string }): Amount {
  const exact = IN_MINOR_UNITS.has(provider) ? amount : amount * 10 ** decimalsOf(currency)
  const minor = Math.max(0, Math.round(exact))
  if (!(minor <= MOST_MINOR)) return { minor: 0, isRounded: false, isLost: true }
  return { minor, isRounded: Math.abs(exact - minor) > 1e-6 }
}

/**
 * An id of ours for something of the original: always the same one for the same, so that importing again finds it. It
 * begins with when the thing was made, as all our ids do (UUID version 7), and the rest is a hash of what it is called.
 */
export function idFor(at: number, ...names: readonly string[]): string {
  const time = at.toString(16).padStart(12, '0').slice(-12)
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex')
  const variant = (8 + (Number.parseInt(hash.charAt(3), 16) % 4)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
