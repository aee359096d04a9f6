import { describe, expect, it } from 'vitest'
import { cutSentences } from '../../examples/express-static-task/cut-sentences.js'
import { loadSentences } from '../../examples/express-static-task/sentences.js'

const START = 'This is where the excerpt begins. '
const END = ' And this is where it ends.'
const cut = (text: string) => cutSentences(`${START}${text}${END}`)

describe('cutSentences', () => {
  it.each([
    'I thank you, Mr. Speaker, and I thank Gen. Powell for his service tonight.',
    'I met Mrs. Johnson and Dr. King in the city of St. Louis last year.',
    'Families of the U.S. armed forces are waiting for an answer from us.',
    'Our economy grew by 1.5 percent and created 2.3 million jobs last year.',
    'My friend told me, "We are ready for the work that lies ahead of us."',
    'We are asking for $1.2 trillion, and not for a single dollar more than that.',
  ])('keeps whole: %s', sentence => {
    expect(cut(sentence)).toEqual([sentence])
  })

  it('cuts two sentences apart, also without a space between them', () => {
    const one = 'We will buy what American workers make in this country.'
    const two = 'Tonight I am calling on this Congress to act without delay.'
    expect(cut(`${one} ${two}`)).toEqual([one, two])
    expect(cut(`${one}${two}`)).toEqual([one, two])
  })

  it('leaves out what it cannot tell to be one whole sentence', () => {
    expect(cut('We must rebuild the industry of the U.S. We must do it in this very year.')).toEqual([])
    expect(cut('He said to all of us, "Let us go to work today. We can finish this." Then he left us alone.')).toEqual([])
    expect(cut('That is all.')).toEqual([])
  })

  it('takes the notes of the transcript out', () => {
    expect(cut('It is good to be back in this great chamber (applause) with all of you.'))
      .toEqual(['It is good to be back in this great chamber with all of you.'])
  })
})

describe('loadSentences', () => {
  it('gives as many as asked for, without duplicates, the same every time, in under a second', async () => {
    await loadSentences({ count: 1 })
    const started = performance.now()
    const rows = await loadSentences({ count: 200 })
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(rows).toHaveLength(200)
    expect(new Set(rows.map(row => row.sentence.toLowerCase())).size).toBe(200)
    expect(await loadSentences({ count: 200 })).toEqual(rows)
    expect(await loadSentences({ count: 200, seed: 2 })).not.toEqual(rows)
  })

  it('spreads them over the years', async () => {
    const rows = await loadSentences({ count: 200 })
    const perYear = countBy(rows)
    expect(perYear.size).toBeGreaterThan(55)
    expect(Math.max(...perYear.values())).toBeLessThanOrEqual(8)
    expect(new Set((await loadSentences({ count: 10 })).map(row => row.year)).size).toBe(10)
  })

  it('gives whole sentences of 8 to 60 words', async () => {
    for (const { sentence, year, president } of await loadSentences({ count: 1_000 })) {
      const words = sentence.split(' ').length
      expect(words, sentence).toBeGreaterThanOrEqual(8)
      expect(words, sentence).toBeLessThanOrEqual(60)
      expect(sentence).toMatch(/^["“]?[A-Z].*[.!?]["”]?$/)
      expect(sentence).not.toMatch(/(?:\b(?:Mr|Mrs|Dr|Gen|St)|\bU\.S)\.$/)
      expect(sentence).not.toMatch(/\s{2}|^\s|\s$|applause|\[/i)
      expect(year).toBeGreaterThanOrEqual(1961)
      expect(president).not.toBe('')
    }
  })

  it('refuses more than the speeches hold', async () => {
    await expect(loadSentences({ count: 1_000_000 })).rejects.toThrow(RangeError)
  })
})

function countBy(rows: readonly { readonly year: number }[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { year } of rows) counts.set(year, (counts.get(year) ?? 0) + 1)
  return counts
}
