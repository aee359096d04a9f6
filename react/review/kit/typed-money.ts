import { decimalsOf, money, type Money } from '../../../sdk/data-model/money.js'
import { isMephistoError } from '../../../sdk/errors.js'

/** An amount as it is typed into a field: `12.50`. */
export function majorText({ minor, currency }: Money): string {
  const decimals = decimalsOf(currency)
  return (minor / 10 ** decimals).toFixed(decimals)
}

/** An amount that was typed: null for nothing. Pure. */
export function typedMoney(text: string, currency: string): Money | 'wrong' | null {
  if (text.trim() === '') return null
  try {
    return money(currency, text.trim().replace(',', '.'))
  } catch (error) {
    if (isMephistoError(error)) return 'wrong'
    throw error
  }
}
