import { MephistoError } from '../errors.js'

/** An amount in whole minor units (cents, yen) of an ISO 4217 currency. Never a fraction, never a float of the major unit. */
export interface Money {
  /** Whole minor units, a safe integer. */
  readonly minor: number
  /** ISO 4217 code, upper case. */
  readonly currency: string
}

/** True for a code that ISO 4217 knows, as the runtime's Intl does. */
export function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code)
}

/** How many decimals a currency has: 2 for USD, 0 for JPY (ISO 4217, as the runtime's Intl knows it). */
export function decimalsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/**
 * Makes {@link Money} from an amount in major units, such as `money('USD', '0.12')` or `money('JPY', 90)`.
 * @throws MephistoError `invalid_input` for more decimals than the currency has, a negative amount or no number:
 * an amount is refused, never rounded
 */
export function money(currency: string, major: string | number): Money {
  if (!/^[A-Z]{3}$/.test(currency) || !isCurrency(currency)) {
    throw new MephistoError('invalid_input', `"${currency}" is not an ISO 4217 currency; write a code such as USD.`)
  }
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(major))
  const decimals = decimalsOf(currency)
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > decimals) {
    throw new MephistoError('invalid_input', `"${String(major)}" is not an amount of ${currency}; give zero or more with at most ${String(decimals)} decimals.`)
  }
  const minor = Number(`${match[1] ?? ''}${fraction.padEnd(decimals, '0')}`)
  if (!Number.isSafeInteger(minor)) throw new MephistoError('invalid_input', `"${String(major)}" ${currency} is too large an amount.`)
  return { minor, currency }
}

/** US dollars: `usd(0.12)` is 12 cents. @throws MephistoError `invalid_input` as {@link money} */
export function usd(major: string | number): Money {
  return money('USD', major)
}

/** The amount for people, as in `$0.12`, in the given locale. @default locale 'en' */
export function formatMoney(amount: Money, locale = 'en'): string {
  const decimals = decimalsOf(amount.currency)
  return new Intl.NumberFormat(locale, { style: 'currency', currency: amount.currency }).format(amount.minor / 10 ** decimals)
}
