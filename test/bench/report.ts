import type { Engine } from './engines.js'

/** One measured row. Ratios are ours / the raw driver doing the same work in the same run, unless `bench` says otherwise. */
export interface Row {
  readonly bench: string
  readonly engine: Engine
  /** Workers at once, or server processes where the name says so. */
  readonly workers: number
  /** Units, rows or repetitions. */
  readonly n: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly ratioToRaw: number | null
  /** What the ratio is to reach; for `flat` what it must not pass. */
  readonly goalRatio: number | null
  /** Other figures that have a goal. */
  readonly goals?: readonly Goal[]
  readonly note?: string
}

/** A figure that has a goal. */
export interface Goal {
  readonly what: string
  readonly measured: number
  readonly limit: number
  readonly isMet: boolean
}

/** A figure that is to be at least, or at most, so much. */
export function goal(what: string, measured: number, wanted: { readonly atLeast: number } | { readonly atMost: number }): Goal {
  return 'atLeast' in wanted
    ? { what, measured, limit: wanted.atLeast, isMet: measured >= wanted.atLeast }
    : { what, measured, limit: wanted.atMost, isMet: measured <= wanted.atMost }
}

/** What many timed calls say together. */
export interface Timing {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Prints a row: JSON for machines, columns for people. */
export function print(row: Row, asJson: boolean): void {
  const goals = (row.goals ?? []).map(({ what, measured, limit, isMet }) => `; ${what} ${String(measured)}, goal ${String(limit)}: ${isMet ? 'met' : 'missed'}`).join('')
  console.log(asJson ? JSON.stringify(row) : [
    row.bench.padEnd(24), row.engine.padEnd(10), String(row.workers).padStart(7), String(row.n).padStart(9), String(row.perSecond).padStart(10),
    String(row.p50Ms).padStart(9), String(row.p99Ms).padStart(9), String(row.ratioToRaw ?? '').padStart(8), String(row.goalRatio ?? '').padStart(6), `${row.note ?? ''}${goals}`,
  ].join(' '))
}

/** The heading over {@link print}'s columns. */
export const HEADING = 'bench                    engine     workers         n      per s    p50 ms    p99 ms    ratio   goal'

export const round = (value: number): number => Math.round(value * 100) / 100

/** Quantiles of durations and the rate of `done` calls in `ms`. */
export function timing(durations: number[], ms: number): Timing {
  durations.sort((a, b) => a - b)
  const quantile = (share: number): number => round(durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? NaN)
  return { perSecond: Math.round(durations.length / (ms / 1000)), p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

/** Runs `total` calls, `workers` at a time, each waiting for its own before the next. */
export async function closedCalls(workers: number, total: number, call: (index: number) => Promise<void>): Promise<Timing> {
  const durations: number[] = []
  let next = 0
  const started = performance.now()
  await Promise.all(Array.from({ length: workers }, async () => {
    while (next < total) {
      const index = next
      next += 1
      const before = performance.now()
      await call(index)
      durations.push(performance.now() - before)
    }
  }))
  return timing(durations, performance.now() - started)
}
