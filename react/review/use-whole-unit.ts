import { useQuery } from '@tanstack/react-query'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'

/** Characters of JSON that queues show of an item and of an answer: a page of fifty is small whatever people wrote. */
export const LONGEST_LISTED = 6_000

interface WholeUnitOptions extends ReviewSource {
  readonly unit: ReviewUnitView
  /** False leaves it as the queue has it. */
  readonly isWanted: boolean
}

/** A unit with all of its item and its answer: those of a queue are shortened where they are long. What cannot be had is asked for again. */
export function useWholeUnit({ unit, isWanted, ...source }: WholeUnitOptions): { readonly whole: ReviewUnitView | null; readonly isAway: boolean } {
  const { client, queryClient, keys } = useReviewStore(source)
  const isShort = unit.shortenedFrom === null
  const { data, error } = useQuery({
    queryKey: keys.whole(unit.unitId, unit.shortenedFrom), enabled: isWanted && !isShort, networkMode: 'always', staleTime: Infinity, retry: false, gcTime: 10_000,
    refetchInterval: state => (state.state.error ? LIVE.refetchInterval : false),
    queryFn: async () => (await client.review.units.query({ unitIds: [unit.unitId] })).units[0] ?? null,
  }, queryClient)
  return { whole: isShort ? unit : data ? { ...unit, input: data.input, answer: data.answer, shortenedFrom: null } : null, isAway: error !== null }
}
