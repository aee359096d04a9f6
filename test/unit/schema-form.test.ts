import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { answerOf, pathText, startOf, valueAt, withValue } from '../../react/form/answer-values.js'
import { fileSchema } from '../../sdk/data-model/file-schema.js'
import type { AnswerField } from '../../sdk/data-model/answer-field.js'
import { answerFieldOf } from '../../sdk/data-model/answer-field-of.js'
import { everyField } from '../every-field.js'

const fieldsIn = (field: AnswerField): readonly AnswerField[] => (field.kind === 'group' ? field.fields : [])
const only = (schema: z.ZodType): AnswerField | undefined => fieldsIn(answerFieldOf(z.object({ one: schema })))[0]

describe('the fields of a schema', () => {
  test('are in its order, each of the kind that fits', () => {
    expect(fieldsIn(answerFieldOf(everyField.output)).map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['mood', 'choice', true], ['isSpam', 'choice', true], ['isSure', 'check', false], ['stars', 'number', true], ['share', 'number', false], ['language', 'choice', true], ['topics', 'choices', true],
      ['title', 'text', true], ['why', 'text', false], ['seen', 'text', false], ['mail', 'text', false], ['place', 'group', true], ['people', 'list', true], ['verdict', 'variants', true], ['photo', 'file', false], ['extra', 'json', false],
    ])
  })

  test.each<[string, z.ZodType, object]>([
    ['labels and help are what the author says', z.string().meta({ title: 'Say it', description: 'In short.', placeholder: 'Like this' }), { label: 'Say it', help: 'In short.', placeholder: 'Like this' }],
    ['or the name', z.string(), { label: 'One', help: '' }],
    ['what the author said stays where it may be left out', z.string().meta({ title: 'Say it' }).optional(), { label: 'Say it', isRequired: false }],
    ['and where it may be null', z.enum(['a', 'b']).nullable().meta({ title: 'Say it' }), { kind: 'choice', label: 'Say it', isRequired: false, options: [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }] }],
    ['a short text is a line', z.string().max(120), { kind: 'text', isLong: false, longest: 120 }],
    ['a long one has several', z.string().max(121), { kind: 'text', isLong: true }],
    ['so has one without a bound', z.string(), { kind: 'text', isLong: true, longest: null }],
    ['unless the author says something else', z.string().meta({ multiline: false }), { isLong: false }],
    ['an address is one', z.url(), { type: 'url', isLong: false }],
    ['a number has its bounds', z.int().min(2).max(8), { kind: 'number', minimum: 2, maximum: 8, step: 1 }],
    ['choices may be numbers', z.union([z.literal(1), z.literal(2)]), { kind: 'choice', options: [{ value: 1, label: '1' }, { value: 2, label: '2' }] }],
    ['with labels of their own', z.union([z.literal(0).meta({ title: 'None' }), z.literal(1).meta({ title: 'One' })]), { options: [{ value: 0, label: 'None' }, { value: 1, label: 'One' }] }],
    ['what is no name stays as it is', z.enum(['-1', 'A-', '18-24', 'USA', 'not_sure']), { options: [{ label: '-1' }, { label: 'A-' }, { label: '18-24' }, { label: 'USA' }, { label: 'Not sure' }] }],
    ['a plain type may be null too', z.string().max(9).nullable(), { kind: 'text', isRequired: false, isNullable: true }],
    ['many choices are folded', z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']), { kind: 'choice', isFolded: true }],
    ['a default is what is there', z.enum(['a', 'b']).default('b'), { kind: 'choice', isRequired: false, initial: 'b' }],
    ['a file has its limits', fileSchema({ accept: ['.csv'], maxBytes: 9 }), { kind: 'file', limits: { accept: ['.csv'], maxBytes: 9 } }],
    ['several files are a list of them', z.array(fileSchema()).max(3), { kind: 'list', most: 3, fewest: 0, item: { kind: 'file' } }],
    ['a union that nothing tells apart is JSON', z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]), { kind: 'json' }],
    ['so is what has any names', z.record(z.string(), z.string()), { kind: 'json' }],
    ['and what can be anything', z.unknown(), { kind: 'json' }],
    ['and a pair', z.tuple([z.string(), z.number()]), { kind: 'json' }],
  ])('%s', (_, schema, wanted) => {
    expect(only(schema)).toMatchObject(wanted)
  })

  test('are one where the answer is no object, and JSON where the schema cannot be told', () => {
    expect(answerFieldOf(z.enum(['yes', 'no']))).toMatchObject({ kind: 'choice', options: [{ value: 'yes' }, { value: 'no' }] })
    const tree = z.object({ name: z.string(), get inner() { return z.array(tree) } })
    expect(fieldsIn(answerFieldOf(tree)).map(({ kind }) => kind)).toContain('text')
    expect(answerFieldOf(z.string().transform(text => text.length))).toMatchObject({ kind: 'text' })
  })
})

describe('what is filled in', () => {
  test('is changed at its place alone, and what is emptied goes', () => {
    const before = { place: { city: 'Oslo', 'zip.code': '1' }, people: [{ name: 'a' }, { name: 'b' }] }
    expect(withValue(before, ['place', 'zip.code'], '2')).toEqual({ ...before, place: { city: 'Oslo', 'zip.code': '2' } })
    expect(withValue(before, ['people', 1, 'name'], 'c')).toEqual({ ...before, people: [{ name: 'a' }, { name: 'c' }] })
    expect(withValue(before, ['place', 'city'], undefined)).toEqual({ ...before, place: { 'zip.code': '1' } })
    expect(withValue(undefined, ['people', 0, 'name'], 'a')).toEqual({ people: [{ name: 'a' }] })
    expect(withValue(before, [], 5)).toBe(5)
    expect(Object.keys(withValue({ a: 1, b: 2 }, ['a'], 3) as object)).toEqual(['a', 'b'])
    expect([valueAt(before, ['people', 1, 'name']), valueAt(before, ['people', 2, 'name']), valueAt(null, ['a']), valueAt({}, ['toString'])]).toEqual(['b', undefined, undefined, undefined])
    expect(pathText(['people', 1, 'name'])).toBe('answer.people[1].name')
  })

  test('is handed in with the lists and groups that must be there, and without those that need not', () => {
    const schema = z.object({ tags: z.array(z.string()), more: z.array(z.string()).optional(), place: z.object({ city: z.string().optional() }), other: z.object({ city: z.string() }).optional() })
    expect(answerOf(answerFieldOf(schema), {})).toEqual({ tags: [], place: {} })
    expect(answerOf(answerFieldOf(schema), { other: { city: 'Oslo' }, more: ['x'] })).toEqual({ tags: [], more: ['x'], place: {}, other: { city: 'Oslo' } })
  })

  test('has null where a field may be it, and may not be left out', () => {
    const schema = z.object({ note: z.string().nullable(), mood: z.enum(['a', 'b']).nullable(), sure: z.boolean().nullable(), count: z.number().nullable().optional() })
    expect(answerOf(answerFieldOf(schema), {})).toEqual({ note: null, mood: null, sure: null })
    expect(answerOf(answerFieldOf(schema), { note: 'x', mood: 'a', sure: false, count: 0 })).toEqual({ note: 'x', mood: 'a', sure: false, count: 0 })
  })

  test('of a row that was emptied leaves the row where it is', () => {
    expect(withValue({ tags: ['a', 'b', 'c'] }, ['tags', 1], undefined)).toEqual({ tags: ['a', null, 'c'] })
  })

  test('leaves an optional group out also where it has lists, groups and a check that was taken back', () => {
    const schema = z.object({ other: z.object({ street: z.string(), tags: z.array(z.string()), place: z.object({ city: z.string() }), sure: z.boolean().default(false) }).optional() })
    expect(answerOf(answerFieldOf(schema), {})).toEqual({})
    expect(answerOf(answerFieldOf(schema), { other: { street: '', tags: [], sure: false } })).toEqual({})
    expect(answerOf(answerFieldOf(schema), { other: { street: 'x' } })).toEqual({ other: { street: 'x', tags: [], place: {} } })
  })

  test('begins with what the schema says, and stays what it was made', () => {
    const schema = z.object({ count: z.number().default(1), tags: z.array(z.string()).default(['a', 'b']), place: z.object({ city: z.string().default('Oslo') }), note: z.string().nullable().default(null) })
    expect(startOf(answerFieldOf(schema))).toEqual({ count: 1, tags: ['a', 'b'], place: { city: 'Oslo' } })
    expect(startOf(answerFieldOf(z.object({ a: z.string() })))).toBeUndefined()
  })

  test('of a variant that is not chosen any more is left out', () => {
    const schema = z.object({ verdict: z.discriminatedUnion('kind', [z.object({ kind: z.literal('keep') }), z.object({ kind: z.literal('change'), proposal: z.string() })]) })
    expect(answerOf(answerFieldOf(schema), { verdict: { kind: 'keep', proposal: 'old' } })).toEqual({ verdict: { kind: 'keep' } })
    expect(answerOf(answerFieldOf(schema), {})).toEqual({})
  })
})
