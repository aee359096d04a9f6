import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { seldomEnough } from '../kit/use-measured.js'
import { LIVE, type ReviewStore } from '../review-store.js'
import type { QueueParts, UnreadPlace } from './queue-parts.js'
import { readParts, type ReadPage } from './read-parts.js'

/** A list of which parts are in memory. */
interface QueueReading {
  /** Undefined until the first reply. */
  readonly list: QueueParts | undefined
  /** Why the latest reply failed; what was read stays. */
  readonly failure: ReviewFailure | null
  /** Reads what is missing at a place, and keeps pages with these units in memory; does nothing while another is on its way. */
  readonly readAt: (place: UnreadPlace, keep: ReadonlySet<string>) => void
  /** Asks again now. */
  readonly refresh: () => void
}

/** Reads a list for as long as it is on the screen: one call at a time, a row that is missing first, and all that is in memory again every few seconds. */
export function useQueueParts({ queryClient }: Pick<ReviewStore, 'queryClient'>, queryKey: readonly unknown[], read: ReadPage): QueueReading {
  const tookMs = useRef(0)
  const { data: list, error, refetch } = useQuery({
    ...LIVE,
    queryKey,
    queryFn: async (): Promise<QueueParts> => {
      const began = performance.now()
      const parts = await readParts(queryClient.getQueryData<QueueParts>(queryKey), read)
      tookMs.current = performance.now() - began
      return parts
    },
    refetchInterval: ({ state: { data } }) => {
      const calls = Math.max(1, data?.parts.length ?? 1)
      return seldomEnough(LIVE.refetchInterval, { tookMs: tookMs.current / calls, calls })
    },
  }, queryClient)
  const latest = useRef({ queryKey, refetch })
  useEffect(() => { latest.current = { queryKey, refetch } })
  const readAt = useCallback((place: UnreadPlace, keep: ReadonlySet<string>) => {
    const key = latest.current.queryKey
    const known = queryClient.getQueryData<QueueParts>(key)
    // What is on its way comes first, and whoever looks at the list asks again then. Reading all again can wait.
    if (!known || (known.wanted && queryClient.isFetching({ queryKey: key, exact: true }) > 0)) return
    queryClient.setQueryData<QueueParts>(key, { ...known, wanted: { ...place, keep } })
    void latest.current.refetch({ cancelRefetch: true })
  }, [queryClient])
  const refresh = useCallback(() => { void latest.current.refetch() }, [])
  return { list, failure: error ? reviewFailureOf(error) : null, readAt, refresh }
}
