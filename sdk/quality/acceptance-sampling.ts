/** What is to be shown: that fewer than `mostError` of all answers are wrong (0.05 for 5 %), with so much confidence (0.95 for 95 %). */
export interface ErrorGoal {
  readonly mostError: number
  readonly confidence: number
}

/** Answers of a random sample that were checked, in the order of the sample, and how many of them were wrong. */
export interface Checked {
  readonly checked: number
  readonly wrong: number
}

/** `below`: the error is shown to be below the goal; `above`: shown to be above it; `open`: neither yet. */
export type ErrorVerdict = 'below' | 'above' | 'open'

const POINTS = 400
const MOST_MORE = 10_000

/**
 * Whether it is shown that the error is below the goal. May be asked after each answer: however often that is done, the chance of a wrong `below` (or
 * `above`) is at most 1 - confidence. The likelihood ratio against `mostError`, averaged evenly over all smaller (larger) errors, is a martingale where the
 * error is `mostError`, and exceeds 1 / (1 - confidence) with that chance at most. Sources: Ville (1939), Étude critique de la notion de collectif; Robbins
 * (1970), Statistical methods related to the law of the iterated logarithm, Ann. Math. Stat. 41 (mixtures). Pure.
 */
export function errorVerdict(seen: Checked, { mostError, confidence }: ErrorGoal): ErrorVerdict {
  const threshold = -Math.log(1 - confidence)
  if (logRatio(seen, { mostError, from: 0, to: mostError }) >= threshold) return 'below'
  return logRatio(seen, { mostError, from: mostError, to: 1 }) >= threshold ? 'above' : 'open'
}

/** How many more are to be checked if all of these are right, until it is shown; 0 when it is, null when that would take more than 10,000. Pure. */
export function moreIfRight({ checked, wrong }: Checked, { mostError, confidence }: ErrorGoal): number | null {
  const threshold = -Math.log(1 - confidence)
  const isBelow = (right: number): boolean => logRatio({ checked: checked + right, wrong }, { mostError, from: 0, to: mostError }) >= threshold
  if (isBelow(0)) return 0
  if (!isBelow(MOST_MORE)) return null
  let [least, most] = [0, MOST_MORE]
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2)
    if (isBelow(middle)) most = middle
    else least = middle
  }
  return most
}

/** The logarithm of the averaged likelihood ratio, by the midpoint rule in logarithms, so that nothing runs over or under. */
function logRatio({ checked, wrong }: Checked, { mostError, from, to }: { readonly mostError: number; readonly from: number; readonly to: number }): number {
  const right = checked - wrong
  const logs = Array.from({ length: POINTS }, (_, index) => {
    const error = from + (to - from) * (index + 0.5) / POINTS
    return wrong * Math.log(error / mostError) + right * (Math.log1p(-error) - Math.log1p(-mostError))
  })
  const highest = Math.max(...logs)
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / POINTS)
}
