/** Numbers and how many there were, from `from` to below `to`; where these are equal it is that very number. */
export interface NumberBin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Counts numbers in constant memory. */
export interface NumberHistogram {
  add(value: number): void
  /** In order. */
  bins(): readonly NumberBin[]
}

const MOST_BINS = 40
/** Below it a power of two is no number any more. */
const SMALLEST_EXPONENT = -1_022

/**
 * A histogram that needs not know its range beforehand. Up to 40 different numbers are counted each for itself; after
 * that in bins whose width is a power of two, the smallest with which 40 bins are enough. The bins begin at multiples of
 * the width, so two that are too narrow become one that is right, and the order of the numbers makes no difference.
 */
export function createNumberHistogram(): NumberHistogram {
  let exponent: number | null = null
  let [least, most] = [Infinity, -Infinity]
  // By the number itself, and later by its bin's multiple of the width.
  let counts = new Map<number, number>()

  const placeOf = (value: number): number => (exponent === null ? value : Math.floor(value / 2 ** exponent))
  const span = (): number => placeOf(most) - placeOf(least) + 1
  const count = (place: number, more: number): void => { counts.set(place, (counts.get(place) ?? 0) + more) }

  function widen(): void {
    const before = counts
    counts = new Map()
    if (exponent === null) {
      exponent = Math.max(SMALLEST_EXPONENT, Math.floor(Math.log2(most / MOST_BINS - least / MOST_BINS)))
      while (span() > MOST_BINS) exponent += 1
      for (const [value, times] of before) count(placeOf(value), times)
    } else {
      exponent += 1
      for (const [place, times] of before) count(Math.floor(place / 2), times)
    }
  }

  return {
    add(value) {
      least = Math.min(least, value)
      most = Math.max(most, value)
      if (exponent === null) {
        count(value, 1)
        if (counts.size > MOST_BINS) widen()
        return
      }
      while (span() > MOST_BINS) widen()
      count(placeOf(value), 1)
    },
    bins() {
      if (exponent === null) return [...counts].sort(([a], [b]) => a - b).map(([value, times]) => ({ from: value, to: value, count: times }))
      const [first, width] = [placeOf(least), 2 ** exponent]
      return Array.from({ length: span() }, (_, index) => ({ from: Math.max((first + index) * width, -Number.MAX_VALUE), to: Math.min((first + index + 1) * width, Number.MAX_VALUE), count: counts.get(first + index) ?? 0 }))
    },
  }
}
