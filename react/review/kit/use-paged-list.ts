import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { seldomEnough } from './use-measured.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, type ReviewStore } from '../review-store.js'

/** A list that is read a page at a time. */
export interface ListSource<TPage, TCursor> {
  readonly queryKey: readonly unknown[]
  /** Reads the page at a cursor; the first at null. */
  read(cursor: TCursor | null): Promise<TPage>
  /** Where the page after this one begins; null after the last. */
  next(page: TPage): TCursor | null
  /** @default true; nothing is read while it is not */
  readonly isNeeded?: boolean
  /** How long what was read is good for when it is shown again, ms; it is not asked for meanwhile. @default it is asked for every few seconds, less often the more of it is there */
  readonly staysFor?: number
  /** How often a page of it is asked for, ms, where `staysFor` is left out: no list is sooner than every four seconds, or takes more than a twentieth of the time. @default 4000 */
  readonly everyMs?: number
}

/** The pages that were read so far. */
export interface PagedList<TPage> {
  /** Undefined until the first reply. */
  readonly pages: readonly TPage[] | undefined
  /** Why the latest reply failed; the pages of the last good one stay. */
  readonly failure: ReviewFailure | null
  readonly hasMore: boolean
  /** Reads the next page in the background; does nothing when there is none or it is on its way. */
  readonly loadMore: () => void
  /** Asks again now. */
  readonly refresh: () => void
}

/** Reads a list for as long as it is on the screen. */
export function usePagedList<TPage, TCursor>({ queryClient }: Pick<ReviewStore, 'queryClient'>, { queryKey, read, next, isNeeded = true, staysFor, everyMs = LIVE.refetchInterval }: ListSource<TPage, TCursor>): PagedList<TPage> {
  const tookMs = useRef(0)
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    ...LIVE,
    queryKey,
    enabled: isNeeded,
    queryFn: async ({ pageParam }) => {
      const began = performance.now()
      const page = await read(pageParam as TCursor | null)
      tookMs.current = performance.now() - began
      return page
    },
    initialPageParam: null as TCursor | null,
    getNextPageParam: next,
    staleTime: staysFor ?? LIVE.staleTime,
    refetchInterval: query => (staysFor === undefined ? seldomEnough(everyMs, { tookMs: tookMs.current, calls: query.state.data?.pages.length ?? 1 }) : false),
  }, queryClient)
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage({ cancelRefetch: false })
  }, [hasNextPage, isFetching, fetchNextPage])
  const refresh = useCallback(() => { void refetch() }, [refetch])
  return { pages: data?.pages, failure: error ? reviewFailureOf(error) : null, hasMore: hasNextPage, loadMore, refresh }
}
