import { describe, expect, test } from 'vitest'
import { COMPARATORS, meets, requirementSchema, type Requirement } from '../../sdk/data-model/requirement.js'

const of = (rest: object): Requirement => requirementSchema.parse({ qualification: 'english', ...rest })

describe('a requirement', () => {
  test.each<[object, (number | null)[], (number | null)[]]>([
    [{ is: 'exists' }, [-1, 0, 7], [null]],
    [{ is: 'does_not_exist' }, [null], [0, 7]],
    [{ is: 'less_than', value: 7 }, [6], [7, 8, null]],
    [{ is: 'less_than_or_equal_to', value: 7 }, [6, 7], [8, null]],
    [{ is: 'greater_than', value: 7 }, [8], [7, 6, null]],
    [{ is: 'greater_than_or_equal_to', value: 7 }, [8, 7], [6, null]],
    [{ is: 'equal_to', value: 7 }, [7], [6, null]],
    [{ is: 'not_equal_to', value: 7 }, [6], [7, null]],
    [{ is: 'in', values: [1, 7] }, [1, 7], [2, null]],
    [{ is: 'not_in', values: [1, 7] }, [2], [1, 7, null]],
  ])('%j', (rest, met, unmet) => {
    for (const granted of met) expect(meets(of(rest), granted)).toBe(true)
    for (const granted of unmet) expect(meets(of(rest), granted)).toBe(false)
  })

  test('has one of ten comparators', () => expect(COMPARATORS).toHaveLength(10))

  test.each<[string, object]>([
    ['no name', { qualification: ' ', is: 'exists' }], ['no comparator', {}], ['an unknown one', { is: 'like', value: 1 }], ['a value where none belongs', { is: 'exists', value: 1 }],
    ['no value', { is: 'equal_to' }], ['half a value', { is: 'equal_to', value: 0.5 }], ['an empty list', { is: 'in', values: [] }], ['a value for a list', { is: 'in', value: 1 }],
    ['no provider', { is: 'exists', providers: [] }], ['a value too large to be granted', { is: 'less_than', value: 2 ** 31 }],
  ])('is refused with %s', (_, rest) => expect(requirementSchema.safeParse({ qualification: 'english', ...rest }).success).toBe(false))
})
