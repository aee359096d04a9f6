/** How long to wait between tries. */
export interface Backoff {
  /** After the first try, ms. It doubles with each further one. */
  readonly firstMs: number
  /** Never longer than this, ms. */
  readonly mostMs: number
}

/**
 * How long to wait after so many tries that failed, ms: doubled each time up to the longest, and of that between half and
 * all by chance, so that those who failed together do not come back together. `random` is from 0 to 1, which is the whole. Pure.
 */
export function backoffMs({ firstMs, mostMs }: Backoff, tries: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.max(0, tries - 1))
  return Math.round(full * (0.5 + random / 2))
}
