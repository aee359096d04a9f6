import { expect, test } from 'vitest'
import { partsOf } from '../../react/review/long-text.js'
import { ARABIC } from '../../react/review/texts/arabic.js'
import { ENGLISH } from '../../react/review/texts/english.js'
import { inOwnDirection } from '../../react/review/texts/own-direction.js'

test('a sentence keeps a name that goes the other way by itself, and leaves others as they are', () => {
  expect(inOwnDirection(ENGLISH).people.blocks.blocked('עידו (2)')).toBe('\u2068עידו (2)\u2069 is blocked.')
  expect(inOwnDirection(ENGLISH).people.blocks.blocked('Zoë (2)')).toBe('Zoë (2) is blocked.')
  expect(inOwnDirection(ARABIC).people.blocks.blocked('Zoë (2)')).toContain('\u2068Zoë (2)\u2069')
  expect(inOwnDirection(ARABIC).people.blocks.blocked('ليلى')).not.toContain('\u2068')
  expect(inOwnDirection(ENGLISH)).toBe(inOwnDirection(ENGLISH))
})

test.each(['word '.repeat(50_000), 'w'.repeat(100_000), '🫖'.repeat(40_000), '\n'.repeat(30_000), 'short', ''])('a long text in parts is the text, and no sign is cut', text => {
  const parts = partsOf(text)
  expect(parts.join('')).toBe(text)
  expect(parts.every(part => part.length <= 20_000 && !/[\ud800-\udbff]$/.test(part))).toBe(true)
})
