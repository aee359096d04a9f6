import { useRef } from 'react'
import { LIVE } from '../review-store.js'

/** What takes long is asked for so seldom that the database has its time for workers: the share of time that it may take. */
const MOST_OF_TIME = 0.05

/** How often what is read in so many calls is asked for, ms: each call every so often at most, and all of them for their share of the time. Pure. */
export function seldomEnough(everyMs: number, { tookMs, calls }: { readonly tookMs: number; readonly calls: number }): number {
  return Math.max(LIVE.refetchInterval, Math.max(everyMs, tookMs / MOST_OF_TIME) * Math.max(1, calls))
}

/** What such a query is asked by. */
interface MeasuredQuery<T> extends Omit<typeof LIVE, 'refetchInterval' | 'staleTime'> {
  readonly staleTime: number
  readonly refetchInterval: (query: { readonly state: { readonly error: unknown } }) => number
  readonly queryFn: () => Promise<T>
}

/** Query options for what is asked again every so often, ms, or as seldom as it takes long; sooner where it failed. */
export function useMeasured<T>(everyMs: number, ask: () => Promise<T>): MeasuredQuery<T> {
  const tookMs = useRef(0)
  return {
    ...LIVE, staleTime: everyMs / 2,
    refetchInterval: ({ state: { error } }) => Math.max(error === null ? everyMs : LIVE.refetchInterval, tookMs.current / MOST_OF_TIME),
    queryFn: async (): Promise<T> => {
      const began = performance.now()
      const reply = await ask()
      tookMs.current = performance.now() - began
      return reply
    },
  }
}
