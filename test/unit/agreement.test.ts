import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAgreementSums, type Agreement, type AgreementMetric } from '../../sdk/quality/agreement.js'

function agreementOf(metric: AgreementMetric, items: readonly (readonly unknown[])[]): Agreement | null {
  const sums = createAgreementSums(metric)
  for (const values of items) sums.add(values)
  return sums.result()
}

/** Four observers and twelve units, of which some observers left some out: Krippendorff's own example (2011), part C. */
const OBSERVERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3], [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
]
const UNITS = Array.from({ length: 12 }, (_, unit) => OBSERVERS.flatMap(values => values[unit] ?? []))

describe('agreement', () => {
  test.each([['nominal', 0.743], ['interval', 0.849]] as const)('of the published example, %s: alpha is %d', (metric, alpha) => {
    const found = agreementOf(metric, UNITS)
    // The last unit has one value, which nobody can agree with.
    expect(found).toMatchObject({ items: 11, values: 40 })
    expect(found?.alpha).toBeCloseTo(alpha, 3)
  })

  test.each<[string, readonly (readonly unknown[])[], object | null]>([
    ['nothing', [], null],
    ['items with one answer', [['a'], ['b'], []], null],
    ['one item where all say the same', [['a', 'a', 'a']], { items: 1, values: 3, observed: 1, alpha: null }],
    ['items where all agree', [['a', 'a'], ['b', 'b']], { observed: 1, alpha: 1 }],
    ['items where nobody agrees', [['a', 'b'], ['b', 'a']], { observed: 0, alpha: -0.5 }],
    ['a text and the number it reads as', [['1', 1], ['1', '1']], { observed: 0.5 }],
  ])('of %s', (_, items, expected) => {
    const found = agreementOf('nominal', items)
    if (expected === null) expect(found).toBeNull()
    else expect(found).toMatchObject(expected)
  })

  test('of numbers is the same wherever their zero is, and however large their unit is', () => {
    const moved = UNITS.map(values => values.map(value => 1e9 + value / 4))
    expect(agreementOf('interval', moved)?.alpha).toBeCloseTo(agreementOf('interval', UNITS)?.alpha ?? NaN, 6)
  })

  test('is never above 1, and the order of answers and items does not matter', () => {
    const items = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }), { maxLength: 12 })
    fc.assert(fc.property(fc.constantFrom('nominal', 'interval'), items, (metric, values) => {
      const found = agreementOf(metric, values)
      const turned = agreementOf(metric, values.map(own => own.toReversed()).toReversed())
      expect(turned?.observed ?? 0).toBeCloseTo(found?.observed ?? 0, 9)
      expect(turned?.alpha ?? 0).toBeCloseTo(found?.alpha ?? 0, 9)
      if (found) expect(found.observed >= 0 && found.observed <= 1 && (found.alpha ?? 0) <= 1).toBe(true)
    }))
  })

  test('of numbers that no sum can hold is none', () => {
    expect(agreementOf('interval', [[1.7e308, -1.7e308], [0, 1]])).toMatchObject({ items: 2, alpha: null })
  })
})
