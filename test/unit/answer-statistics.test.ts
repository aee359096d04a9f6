import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement } from '../../sdk/index.js'
import { createAnswerTally } from '../../sdk/operations/data-browser/answer-tally.js'
import { createNumberHistogram } from '../../sdk/operations/data-browser/number-histogram.js'
import { fieldsOfSchema, valueIn } from '../../sdk/operations/schema-fields.js'

const binsOf = (values: readonly number[]) => {
  const histogram = createNumberHistogram()
  for (const value of values) histogram.add(value)
  return histogram.bins()
}

describe('a histogram of numbers', () => {
  test('counts up to forty different ones each for itself, in order', () => {
    expect(binsOf([3, 1, 3, -2])).toEqual([{ from: -2, to: -2, count: 1 }, { from: 1, to: 1, count: 1 }, { from: 3, to: 3, count: 2 }])
    expect(binsOf([])).toEqual([])
    expect(binsOf(Array.from({ length: 40 }, (_, index) => index))).toHaveLength(40)
  })

  test('counts more in bins of one width, without gaps', () => {
    const bins = binsOf(Array.from({ length: 100 }, (_, index) => index))
    expect(bins).toHaveLength(25)
    expect(bins.every(({ from, to, count }) => to - from === 4 && count === 4)).toBe(true)
    expect(binsOf([...Array.from({ length: 41 }, (_, index) => index / 1_000), 1_000]).map(bin => bin.count)).toEqual([41, ...Array.from({ length: 30 }, () => 0), 1])
  })

  test('loses no number, keeps each in its bin, and does not depend on their order', () => {
    const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(5e-324, 1.7e308, -1.7e308, -Number.MAX_VALUE, 0)), { maxLength: 200 })
    fc.assert(fc.property(numbers, values => {
      const bins = binsOf(values)
      expect(bins.length).toBeLessThanOrEqual(40)
      expect(bins.every(({ from, to }) => Number.isFinite(from) && Number.isFinite(to))).toBe(true)
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      for (const { from, to, count } of bins) expect(values.filter(value => (from === to ? value === from : value >= from && value < to))).toHaveLength(count)
      expect(binsOf([...values].reverse())).toEqual(bins)
    }))
  })
})

describe('the fields of a schema', () => {
  const fields = (output: z.ZodType) => fieldsOfSchema(implement(defineBlueprint({ type: 't', input: z.unknown(), output })).outputSchema)

  test('are of the kinds that a column can say, with the choices they list', () => {
    const shape = z.object({
      a: z.string(), b: z.int().optional(), c: z.number().nullable(), d: z.boolean(), e: z.enum(['x', 'y']), f: z.literal([1, 2]), g: z.union([z.literal('p'), z.literal('q')]),
      h: z.array(z.string()), i: z.union([z.string(), z.number()]), j: z.union([z.int(), z.number()]), k: z.unknown(), l: z.enum(['x']).nullable(),
    })
    expect(fields(shape).map(({ name, kind, choices }) => [name, kind, choices])).toEqual([
      ['a', 'text', null], ['b', 'integer', null], ['c', 'number', null], ['d', 'boolean', [true, false]], ['e', 'text', ['x', 'y']], ['f', 'number', [1, 2]], ['g', 'text', ['p', 'q']],
      ['h', 'json', null], ['i', 'json', null], ['j', 'number', null], ['k', 'json', null], ['l', 'text', ['x']],
    ])
  })

  test('are the whole payload where it has none', () => {
    expect(fields(z.enum(['x', 'y']))).toEqual([{ name: null, kind: 'text', choices: ['x', 'y'] }])
    expect(fieldsOfSchema('{"type":["string","null"],"enum":["x",null]}')).toEqual([{ name: null, kind: 'text', choices: ['x'] }])
    expect(fieldsOfSchema('{}')).toEqual([{ name: null, kind: 'json', choices: null }])
    expect(valueIn('x', { name: null })).toBe('x')
    expect(valueIn({ a: 1 }, { name: 'a' })).toBe(1)
    for (const payload of [null, 'text', { b: 1 }, {}]) expect(valueIn(payload, { name: 'toString' })).toBeUndefined()
  })
})

test('a tally keeps versions of a blueprint apart where a field became something else, and counts what is no choice any more', () => {
  const tally = createAnswerTally()
  const [one, two] = [[{ name: 'a', kind: 'text', choices: ['x'] }], [{ name: 'a', kind: 'integer', choices: null }]] as const
  for (const value of ['x', 'old', null]) tally.add([{ fields: one, answer: { a: value } }])
  tally.add([{ fields: two, answer: { a: 7 } }])
  tally.add([{ fields: [{ name: 'free', kind: 'text', choices: null }], answer: { free: 'text' } }])
  expect(tally.result()).toEqual([
    { kind: 'choice', field: 'a', counts: [{ value: 'x', count: 1 }], other: 1, missing: 1, agreement: null },
    { kind: 'number', field: 'a', bins: [{ from: 7, to: 7, count: 1 }], least: 7, most: 7, mean: 7, missing: 0, agreement: null },
  ])
})

test('a tally counts a choice that a later version of the blueprint added', () => {
  const tally = createAnswerTally()
  const version = (choices: readonly string[]) => [{ name: 'a', kind: 'text', choices }] as const
  tally.add([{ fields: version(['x', 'y']), answer: { a: 'x' } }])
  tally.add([{ fields: version(['y', 'z']), answer: { a: 'z' } }])
  tally.add([{ fields: version(['x', 'y']), answer: { a: 'w' } }])
  expect(tally.result()).toEqual([{ kind: 'choice', field: 'a', counts: [{ value: 'x', count: 1 }, { value: 'y', count: 0 }, { value: 'z', count: 1 }], other: 1, missing: 0, agreement: null }])
})

test('a tally says how far the answers to one item agree, without those that lack the field', () => {
  const tally = createAnswerTally()
  const fields = [{ name: 'label', kind: 'text', choices: ['x', 'y'] }, { name: 'stars', kind: 'integer', choices: null }] as const
  const item = (...answers: readonly object[]): void => { tally.add(answers.map(answer => ({ fields, answer }))) }
  item({ label: 'x', stars: 3 }, { label: 'x' })
  item({ label: 'y', stars: 1 }, { label: 'x', stars: 1 }, { label: null, stars: 2 })
  item({ label: 'y', stars: 5 })
  expect(tally.result()).toMatchObject([
    { field: 'label', missing: 1, agreement: { items: 2, values: 4, observed: 0.5, alpha: 0 } },
    { field: 'stars', missing: 1, agreement: { items: 1, values: 3, observed: 1 / 3, alpha: 0 } },
  ])
})

test('the mean of numbers is one, however large they are', () => {
  const field = [{ name: 'a', kind: 'number', choices: null }] as const
  fc.assert(fc.property(fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1.7e308, -1.7e308, Number.MAX_VALUE, -Number.MAX_VALUE)), { minLength: 1 }), values => {
    const tally = createAnswerTally()
    for (const value of values) tally.add([{ fields: field, answer: { a: value } }])
    expect(Number.isFinite((tally.result()[0] as { mean: number }).mean)).toBe(true)
  }))
  const tally = createAnswerTally()
  for (const value of [1.7e308, -1.7e308]) tally.add([{ fields: field, answer: { a: value } }])
  expect(tally.result()).toMatchObject([{ least: -1.7e308, most: 1.7e308, mean: 0 }])
})
