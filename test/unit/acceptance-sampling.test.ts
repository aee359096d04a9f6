import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorVerdict, moreIfRight } from '../../sdk/quality/acceptance-sampling.js'
import { randomOrder, seedOf } from '../../sdk/quality/random-order.js'

const GOAL = { mostError: 0.05, confidence: 0.95 }

/** Numbers in [0, 1): mulberry32. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Of what was seen before, it is known. */
const verdicts = new Map<string, ReturnType<typeof errorVerdict>>()
function verdictOf(checked: number, wrong: number): ReturnType<typeof errorVerdict> {
  const key = `${String(checked)}/${String(wrong)}`
  const verdict = verdicts.get(key) ?? errorVerdict({ checked, wrong }, GOAL)
  verdicts.set(key, verdict)
  return verdict
}

/** How checks of so many answers each end, when each answer is asked about. */
function play(error: number, { times, most, seed }: { readonly times: number; readonly most: number; readonly seed: number }): Record<'below' | 'above' | 'open', number> & { readonly checked: number } {
  const random = numbers(seed)
  const ends = { below: 0, above: 0, open: 0 }
  let all = 0
  for (let time = 0; time < times; time += 1) {
    let [checked, wrong] = [0, 0]
    let verdict: 'below' | 'above' | 'open' = 'open'
    while (verdict === 'open' && checked < most) {
      checked += 1
      if (random() < error) wrong += 1
      verdict = verdictOf(checked, wrong)
    }
    ends[verdict] += 1
    all += checked
  }
  return { ...ends, checked: all / times }
}

describe('a check of the error', () => {
  test('is over after as many right answers as it says, and says so at every step', () => {
    const all = moreIfRight({ checked: 0, wrong: 0 }, GOAL) ?? 0
    // A sample whose size is fixed ahead needs 59 right answers; this one may be looked at all the time.
    expect(all).toBeGreaterThan(59)
    expect(all).toBeLessThan(110)
    for (let checked = 0; checked <= all; checked += 1) {
      expect([errorVerdict({ checked, wrong: 0 }, GOAL), moreIfRight({ checked, wrong: 0 }, GOAL)]).toEqual([checked === all ? 'below' : 'open', all - checked])
    }
  })

  test('takes longer with each wrong answer, and is lost with many', () => {
    const left = (wrong: number) => moreIfRight({ checked: 60, wrong }, GOAL) ?? Infinity
    expect([left(0) < left(1), left(1) < left(2), left(2) < left(3)]).toEqual([true, true, true])
    expect([errorVerdict({ checked: 20, wrong: 10 }, GOAL), errorVerdict({ checked: 3, wrong: 3 }, GOAL), errorVerdict({ checked: 1, wrong: 1 }, GOAL)]).toEqual(['above', 'above', 'open'])
  })

  test('is wrong in at most 1 of 20 at the error itself, however often it is asked, and finds what is clearly better or worse', () => {
    const atGoal = play(0.05, { times: 300, most: 200, seed: 7 })
    // 300 plays with a chance of at most 5 % each: more than 26 would come in one of a thousand such tests.
    expect([atGoal.below <= 26, atGoal.above <= 26]).toEqual([true, true])
    expect(play(0.005, { times: 60, most: 400, seed: 8 })).toMatchObject({ below: 60 })
    expect(play(0.25, { times: 60, most: 400, seed: 9 })).toMatchObject({ above: 60 })
  }, 60_000)

  test('stays a number at any size', () => {
    for (const [checked, wrong] of [[1_000_000, 0], [1_000_000, 1_000_000], [1_000_000, 40_000]] as const) expect(errorVerdict({ checked, wrong }, GOAL)).toMatch(/below|above/)
  })
})

describe('an order by chance', () => {
  test('has each number once, and is the same for a seed', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (count, seed) => {
      const all = [...randomOrder(count, seed)]
      expect(new Set(all).size).toBe(count)
      expect(Math.max(-1, ...all)).toBe(count - 1)
      expect([...randomOrder(count, seed)]).toEqual(all)
    }), { numRuns: 100 })
  })

  test('begins anywhere, for seeds of ids that are alike', () => {
    const firsts = Array.from({ length: 400 }, (_, index) => [...randomOrder(100, seedOf(`0198c6f2-0000-7000-8000-0000000${String(10_000 + index)}`))].slice(0, 10))
    const counts = new Map<number, number>()
    for (const place of firsts.flat()) counts.set(place, (counts.get(place) ?? 0) + 1)
    // Each of 100 numbers is expected 40 times among the first ten.
    expect(counts.size).toBe(100)
    const chiSquare = Array.from({ length: 100 }, (_, place) => ((counts.get(place) ?? 0) - 40) ** 2 / 40).reduce((sum, part) => sum + part, 0)
    expect(chiSquare).toBeLessThan(160)
  })
})
