import { createContext, useContext, useMemo } from 'react'
import { formatMoney } from '../../../sdk/data-model/money.js'
import { ENGLISH, type ReviewTexts } from './english.js'
import { inOwnDirection } from './own-direction.js'

/** The texts of the screens below; a language of your own replaces them. */
export const ReviewTextsContext = createContext<ReviewTexts>(ENGLISH)

/** The texts of the screens. */
export function useTexts(): ReviewTexts {
  return inOwnDirection(useContext(ReviewTextsContext))
}

/** How numbers, times and money are written in the language of the texts. */
export interface Formats {
  /** 12,345 */
  count(value: number): string
  /** A share of 0 to 1 as a percentage. */
  share(value: number): string
  /** At most two decimals. */
  number(value: number): string
  money(amount: { readonly minor: number; readonly currency: string }): string
  /** An ISO instant, in the reader's time zone. */
  moment(iso: string): string
  /** How large a file is, bytes. */
  size(bytes: number): string
  /** A length of time: its two largest parts. */
  length(ms: number): string
}

/** See {@link Formats}. */
export function useFormats(): Formats {
  const { locale, direction } = useTexts()
  return useMemo(() => formatsOf(locale, direction), [locale, direction])
}

const PARTS = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]] as const

/** The formats of a language, by BCP 47. Amounts and signed numbers stay in one piece among letters that go from right to left. */
export function formatsOf(locale: string, direction: 'ltr' | 'rtl' = 'ltr'): Formats {
  const whole = (text: string): string => (direction === 'rtl' ? `\u2066${text}\u2069` : text)
  const [count, share, number] = [new Intl.NumberFormat(locale), new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }), new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })]
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const partText = (value: number, unit: string): string => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
  return {
    count: value => count.format(value),
    share: value => share.format(value),
    number: value => whole(number.format(value)),
    money: amount => whole(formatMoney(amount, locale)),
    moment(iso) {
      const date = new Date(iso)
      return Number.isNaN(date.getTime()) ? iso : moment.format(date)
    },
    size(bytes) {
      const [value, unit, unitDisplay] = bytes < 1_000 ? [bytes, 'byte', 'long'] as const : bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte', 'short'] as const : [bytes / 1_000_000, 'megabyte', 'short'] as const
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }).format(value)
    },
    length(ms) {
      const seconds = Math.max(0, Math.round(ms / 1_000))
      const first = PARTS.findIndex(([, size]) => seconds >= size)
      if (first === -1) return partText(0, 'second')
      return PARTS.slice(first, first + 2).flatMap(([unit, size], index) => {
        const value = index === 0 ? Math.floor(seconds / size) : Math.floor(seconds % (PARTS[first]?.[1] ?? 1) / size)
        return index > 0 && value === 0 ? [] : [partText(value, unit)]
      }).join(' ')
    },
  }
}
