import { useQuery } from '@tanstack/react-query'
import type { SamplingQuery } from '../../../sdk/protocol/review-requests.js'
import type { SamplingView } from '../../../sdk/protocol/review-views.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

/** What a random sample is to show: an error of at most `mostError` (0.05 for 5 %), with this `confidence` (0.95 for 95 %). */
export type SamplingGoal = Required<Omit<SamplingQuery, 'run'>>

/** How the check of a run's random sample stands, asked for again every 4 s while the page is visible; undefined before the first reply. */
export function useSampling({ run, goal, ...source }: ReviewSource & { readonly run: string; readonly goal: SamplingGoal }): SamplingView | undefined {
  const { client, queryClient, keys } = useReviewStore(source)
  return useQuery({ ...LIVE, queryKey: keys.named('sampling', run, goal), queryFn: () => client.review.sampling.query({ run, ...goal }) }, queryClient).data
}
