import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import type { RemarkKind, RemarkStatus } from '../../sdk/data-model/remark.js'
import type { RemarkListView, RemarkView } from '../../sdk/protocol/remark-views.js'
import { reviewFailureOf, type ReviewFailure } from './review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'

/** Which remarks to read: all that is given must hold. */
export interface RemarkFilter {
  readonly run?: string
  /** By name or id. */
  readonly task?: string
  readonly unit?: string
  readonly kinds?: RemarkKind[]
  readonly statuses?: RemarkStatus[]
}

/** What becomes of a remark; `shown` is what others read of an approved tip instead of the worker's words. */
export interface RemarkDecision {
  readonly remark: string
  readonly status: RemarkStatus
  readonly shown?: { readonly title?: string; readonly text: string }
}

/** What workers said, the latest first, and what can be done about it. */
export interface Remarks {
  /** Those that were loaded so far; undefined until the first reply. */
  readonly remarks: readonly RemarkView[] | undefined
  readonly failure: ReviewFailure | null
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly refresh: () => void
  /** Decides about one; the list shows it once the server has. */
  readonly decide: (decision: RemarkDecision) => void
  /** Why the latest decision was not made; null when it was. */
  readonly trouble: string | null
}

/** Opinions, feedback, tips and errors of pages, asked for again every few seconds while the page is visible. */
export function useRemarks(source: ReviewSource & { readonly filter: RemarkFilter }): Remarks {
  const { filter } = source
  const { client, queryClient, keys } = useReviewStore(source)
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    ...LIVE,
    queryKey: keys.remarks(filter),
    queryFn: ({ pageParam }): Promise<RemarkListView> => client.remarks.list.query({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    refetchInterval: query => LIVE.refetchInterval * Math.max(1, query.state.data?.pages.length ?? 1),
  }, queryClient)
  const { mutate, error: refusal } = useMutation({
    networkMode: 'always',
    mutationFn: ({ id, remark, status, shown }: RemarkDecision & { readonly id: string }) =>
      client.remarks.decide.mutate({ requestId: id, remarkIds: [remark], status, ...(shown === undefined ? {} : { shown }) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.allRemarks }),
  }, queryClient)
  return {
    remarks: data?.pages.flatMap(page => page.remarks), failure: error ? reviewFailureOf(error) : null, hasMore: hasNextPage,
    loadMore: () => { if (hasNextPage && !isFetching) void fetchNextPage() },
    refresh: () => { void refetch() },
    decide: decision => { mutate({ ...decision, id: crypto.randomUUID() }) },
    trouble: refusal ? reviewFailureOf(refusal).message : null,
  }
}
