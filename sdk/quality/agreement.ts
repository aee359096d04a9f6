/** How values are compared: as labels, which are the same or not, or as numbers, by how far they are apart. */
export type AgreementMetric = 'nominal' | 'interval'

/** How far those who answered the same items agree. */
export interface Agreement {
  /** Items with at least two values; all else counts for nothing here. */
  readonly items: number
  /** Values at those items. */
  readonly values: number
  /** The share of pairs of values at one item that are equal, 0 to 1, as the mean over items. */
  readonly observed: number
  /**
   * Krippendorff's alpha: 1 for perfect agreement, 0 for what chance gives, below 0 for less. Null where all values are the same one,
   * for which chance would agree too, and for numbers whose squares no number can hold.
   */
  readonly alpha: number | null
}

/** Adds up agreement item by item, in memory that grows with the number of different labels alone. */
export interface AgreementSums {
  /** All values that were given at one item, in any order. */
  add(values: readonly unknown[]): void
  /** Null before there is an item with two values. */
  result(): Agreement | null
}

/**
 * Sums for labels or for numbers. Alpha is 1 − Do/De over coincidences of values, K. Krippendorff, "Computing Krippendorff's
 * Alpha-Reliability" (2011), https://repository.upenn.edu/asc_papers/43, with δ² of 0 or 1 for labels and (c − k)² for numbers.
 */
export function createAgreementSums(metric: AgreementMetric): AgreementSums {
  const differences = metric === 'interval' ? createSquares : createUnequals
  const all = differences()
  let [items, values, observed, within] = [0, 0, 0, 0]
  return {
    add(given) {
      if (given.length < 2) return
      const [own, unequal] = [differences(), createUnequals()]
      const pairs = given.length * (given.length - 1)
      for (const value of given) for (const sums of [all, own, unequal]) sums.add(value)
      items += 1
      values += given.length
      observed += (pairs - unequal.total()) / pairs
      within += own.total() / (given.length - 1)
    },
    result() {
      if (items === 0) return null
      const [disagreement, expected] = [within / values, all.total() / (values * (values - 1))]
      const alpha = 1 - disagreement / expected
      return { items, values, observed: observed / items, alpha: Number.isFinite(alpha) ? alpha : null }
    },
  }
}

/** The differences δ² of all ordered pairs of different places among values, added up. */
interface Differences {
  add(value: unknown): void
  total(): number
}

function createUnequals(): Differences {
  const counts = new Map<unknown, number>()
  return {
    add: value => void counts.set(value, (counts.get(value) ?? 0) + 1),
    total() {
      let [count, equal] = [0, 0]
      for (const times of counts.values()) {
        count += times
        equal += times * times
      }
      return count * count - equal
    },
  }
}

/** The sum of (a − b)² is 2n times that of the squared distances from the mean, which Welford's method keeps without cancellation. */
function createSquares(): Differences {
  let [count, mean, squares] = [0, 0, 0]
  return {
    add(value) {
      if (typeof value !== 'number') return
      count += 1
      const distance = value - mean
      mean += distance / count
      squares += distance * (value - mean)
    },
    total: () => 2 * count * squares,
  }
}
