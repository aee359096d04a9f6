import { expect, test } from 'vitest'
import { splitAmong } from '../../sdk/index.js'

const dealt = (names: readonly string[], each: number, rows: number): string[][] => {
  const split = splitAmong(names, { each })
  return Array.from({ length: rows }, (_, index) => [...split({}, index)])
}

test.each([[1, 1], [3, 1], [4, 2], [5, 3], [6, 4], [7, 7]])('of %i people, %i get each row: different ones, and after any number of rows nobody has more than one more', (people, each) => {
  const names = Array.from({ length: people }, (_, index) => `p${String(index)}`)
  const counts = new Map(names.map(name => [name, 0]))
  for (const row of dealt(names, each, 200)) {
    expect(new Set(row).size).toBe(each)
    for (const name of row) counts.set(name, (counts.get(name) ?? 0) + 1)
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1)
  }
})

test('the same row goes to the same people, whatever was asked before', () => {
  const split = splitAmong(['ann', 'ben', 'cem'], { each: 2 })
  expect([5, 0, 5, 1].map(index => split({}, index))).toEqual([5, 0, 5, 1].map(index => splitAmong(['ann', 'ben', 'cem'], { each: 2 })({}, index)))
  expect(splitAmong(['ann', 'ben'])({}, 1)).toEqual(['ben'])
})

test('one by one, people come in turn', () => {
  expect(dealt(['a', 'b', 'c'], 1, 7).flat().join('')).toBe('abcabca')
})

test('people share rows with others in the next round', () => {
  expect(dealt(['a', 'b', 'c', 'd'], 2, 4)).toEqual([['a', 'b'], ['c', 'd'], ['b', 'c'], ['d', 'a']])
})

test.each([
  [['ann', 'ben', 'ann'], 1, '"ann" is named twice'], [[], 1, 'from 1 to the number of people (0), not 1'], [['ann'], 2, '(1), not 2'], [['ann'], 0, 'not 0'], [['ann', 'ben'], 1.5, 'not 1.5'],
] as const)('%j, %d each: %s', (names, each, message) => {
  expect(() => splitAmong(names, { each })).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(message) as string }))
})
