import { createHash } from 'node:crypto'
import { decimalsOf } from '../../data-model/money.js'
import type { OriginalRow } from '../../ports/original-source.js'

/** A column as text; empty for nothing. */
export function textIn(row: OriginalRow, column: string): string {
  const value = row[column]
  return value === null || value === undefined ? '' : String(value)
}

/** The instant of a column, epoch ms: the original wrote UTC without saying so. Zero for what is no instant. */
export function instantIn(row: OriginalRow, column = 'creation_date'): number {
  const text = textIn(row, column).replace(' ', 'T')
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at) ? 0 : Math.max(0, at)
}

/** Providers whose amounts were in the smallest unit already; all others were in whole currency. */
const IN_MINOR_UNITS = new Set(['prolific'])

/** An amount that was a floating point number, in minor units, and whether it had to be rounded to that. Pure. */
export function minorOf(amount: number, { provider, currency }: { readonly provider: string; readonly currency: string }): { readonly minor: number; readonly isRounded: boolean } {
  const exact = IN_MINOR_UNITS.has(provider) ? amount : amount * 10 ** decimalsOf(currency)
  const minor = Math.max(0, Math.round(exact))
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
