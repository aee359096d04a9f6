import { describe, expect, test } from 'vitest'
import { ARABIC } from '../../react/review/texts/arabic.js'
import { ENGLISH } from '../../react/review/texts/english.js'

/** Names that are written alike everywhere. */
const NAMES = new Set(['exports.formats.csv', 'exports.formats.parquet'])

/** Every text by where it is; a sentence that is made of something is made of threes. */
function textsIn(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'function') return [[`${path}()`, (value as (...given: readonly unknown[]) => string)(...Array.from({ length: value.length }, () => 3))]]
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, path === '' ? name : `${path}.${name}`))
  return [[path, String(value)]]
}

const [english, arabic] = [textsIn(ENGLISH, ''), new Map(textsIn(ARABIC, ''))]

describe('the texts in Arabic', () => {
  test('are those in English, each of them', () => {
    expect([...arabic.keys()].sort()).toEqual(english.map(([path]) => path).sort())
  })

  test('say nothing in English', () => {
    const words = english.filter(([path, text]) => /\p{L}/u.test(text.replaceAll('undefined', '')) && path !== 'locale' && path !== 'direction' && !NAMES.has(path))
    expect(words.length).toBeGreaterThan(500)
    expect(words.filter(([path]) => !/\p{Script=Arabic}/u.test(arabic.get(path)?.replaceAll(/[٠-٩]/g, '') ?? '')).map(([path]) => path)).toEqual([])
  })

  const digits = new Intl.NumberFormat('ar')
  test.each([[0, 'إجابة'], [3, 'إجابات'], [10, 'إجابات'], [11, 'إجابة'], [100, 'إجابة'], [103, 'إجابات']])('speak of %i as Arabic does', (count, noun) => {
    expect(ARABIC.bulk.chosen(count)).toBe(`المختار: ${digits.format(count)} ${noun}`)
  })

  test('speak of one and two without a number, and of two in the form that a preposition asks for', () => {
    expect([1, 2].map(count => ARABIC.bulk.chosen(count))).toEqual(['المختار: إجابة واحدة', 'المختار: إجابتان'])
    expect(ARABIC.bulk.whose(2, 2, 2)).toBe('إجابتان من شخصين عن عنصرين.')
  })
})
