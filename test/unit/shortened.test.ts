import { describe, expect, test } from 'vitest'
import { isLongValue } from '../../sdk/data-model/long-value.js'
import { shortened } from '../../sdk/review/shortened.js'

describe('a value that is shortened', () => {
  test('stays as it is where it is short enough', () => {
    const value = { a: 'x'.repeat(50), b: [1, null, true], c: { d: 'y' } }
    expect(shortened(value, 200)).toBe(value)
  })

  test('keeps its fields, and says of long ones how they begin and how long they are', () => {
    const made = shortened({ short: 'so', long: 'z'.repeat(10_000_000), rest: 5 }, 3_000) as Record<string, unknown>
    expect([made['short'], made['rest']]).toEqual(['so', 5])
    expect(made['long']).toMatchObject({ $long: expect.stringMatching(/^z{900,1000}$/) as unknown, characters: 10_000_000 })
  })

  test.each<[string, unknown]>([
    ['a text', 'w'.repeat(1_000_000)],
    ['a long name', { ['n'.repeat(1_000_000)]: 1 }],
    ['a long name within', { inner: { ['n'.repeat(1_000_000)]: 'x'.repeat(500) } }],
    ['many entries', Array.from({ length: 200_000 }, (_, index) => `entry ${String(index)}`)],
    ['many fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field ${String(index)}`, index]))],
    ['lists in lists', Array.from({ length: 2_000 }).reduce<unknown>(inner => [inner, 'x'.repeat(100)], 'core')],
    ['wide and deep', Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => 'x'.repeat(60))))],
    ['signs of two halves', '🫖'.repeat(100_000)],
  ])('is short and JSON: %s', (_, value) => {
    const text = JSON.stringify(shortened(value as string, 4_000))
    expect(text.length).toBeLessThan(20_000)
    expect(text).not.toMatch(/\\ud[89ab][0-9a-f]{2}/i)
  })

  test('differs from others that begin alike, and equals the same', () => {
    const [one, same, other] = ['a', 'a', 'b'].map(end => JSON.stringify(shortened({ text: 'w'.repeat(9_000) + end }, 1_000)))
    expect(same).toBe(one)
    expect(other).not.toBe(one)
  })

  test('is told from a field of the same name', () => {
    expect(isLongValue({ $long: 'a', characters: 5, sha256: 'c', more: 1 })).toBe(false)
    expect(isLongValue({ $long: 'a', characters: '5', sha256: 'c' })).toBe(false)
    expect(isLongValue(null)).toBe(false)
  })
})
