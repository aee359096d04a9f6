import { expect, test } from 'vitest'
import { createRateLimit } from '../../sdk/operations/sessions/rate-limit.js'

test('so many at once and so many a second are taken of each, whatever the others do', () => {
  let now = 1_000
  const limit = createRateLimit({ burst: 3, perSecond: 2 }, () => now)
  const taken = (key: string, tries: number): number => Array.from({ length: tries }, () => {
    try {
      limit(key)
      return 1
    } catch (error) {
      expect(error).toMatchObject({ code: 'too_many_requests', message: expect.stringContaining('2 calls a second') as string })
      return 0
    }
  }).reduce<number>((sum, one) => sum + one, 0)
  expect([taken('ann', 10), taken('ben', 2)]).toEqual([3, 2])
  now += 499
  expect(taken('ann', 5)).toBe(0)
  now += 1
  expect(taken('ann', 5)).toBe(1)
  now += 60_000
  expect(taken('ann', 10)).toBe(3)
  // A clock that is set back gives nothing, and takes nothing.
  now -= 30_000
  expect(taken('ann', 5)).toBe(0)
  now += 1_000
  expect(taken('ann', 5)).toBe(2)
})
