import { describe, expect, test } from 'vitest'
import { formatMoney, money, usd } from '../../sdk/data-model/money.js'

describe('money', () => {
  test.each([
    ['USD', '0.12', 12], ['USD', 0.12, 12], ['USD', 3, 300], ['USD', '1.5', 150], ['JPY', '90', 90], ['KWD', '1.234', 1234], ['EUR', '0', 0],
  ] as const)('%s %s is %i minor units', (currency, major, minor) => {
    expect(money(currency, major)).toEqual({ minor, currency })
  })
  test.each([['USD', '0.125'], ['JPY', '1.5'], ['USD', '-1'], ['USD', 'ten'], ['USD', 0.1 + 0.2], ['USD', NaN], ['USD', '99999999999999999'], ['DOLLARS', '1'], ['XYZ', '1']])(
    'refuses %s %s instead of rounding', (currency, major) => {
      expect(() => money(currency, major)).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
    })
  test('is written for people', () => {
    expect(formatMoney(usd('1234.5'))).toBe('$1,234.50')
    expect(formatMoney(money('JPY', 90))).toBe('¥90')
  })
})
