import { describe, expect, test } from 'vitest'
import { gridOf, stepsOf } from '../../sdk/operations/run-timeline.js'

const FROM = Date.UTC(2026, 0, 1)
const span = (ms: number) => ({ from: FROM, to: FROM + ms })
const cut = (ms: number, points: number, counts: Parameters<typeof stepsOf>[1] = []) => stepsOf({ ...gridOf(span(ms), points), to: FROM + ms }, counts)

describe('the steps of a timeline', () => {
  test.each([
    [60_000, 60, 1_000, 60], [60_000, 2, 30_000, 2], [61_000, 240, 255, 240], [100, 60, 2, 50], [1, 60, 1, 1], [0, 60, 1, 1], [864_000_000, 240, 3_600_000, 240],
  ])('%i ms in at most %i are of %i ms each, and %i', (ms, points, stepMs, length) => {
    expect(gridOf(span(ms), points)).toEqual({ from: FROM, stepMs })
    const steps = cut(ms, points)
    expect(steps).toHaveLength(length)
    expect(steps.at(-1)?.at).toBe(FROM + ms)
    expect(steps.slice(0, -1).map(({ at }) => at)).toEqual(Array.from({ length: length - 1 }, (_, index) => FROM + stepMs * (index + 1)))
  })

  test('tell what there was by the end of each, and all in the last one', () => {
    const counts = [{ answered: 0, decided: null, units: 2 }, { answered: 0, decided: 2, units: 3 }, { answered: 2, decided: 2, units: 1 }]
    expect(cut(3_000, 3, counts).map(({ answered, decided }) => [answered, decided])).toEqual([[5, 0], [5, 0], [6, 4]])
  })

  test('have what a clock that was set back put before the first or after the last, and no decision before its answer', () => {
    const counts = [{ answered: -7, decided: -9, units: 1 }, { answered: 1, decided: 0, units: 2 }, { answered: 99, decided: 1, units: 4 }, { answered: 0, decided: 99, units: 8 }]
    expect(cut(3_000, 3, counts).map(({ answered, decided }) => [answered, decided])).toEqual([[9, 1], [11, 3], [15, 15]])
  })
})
