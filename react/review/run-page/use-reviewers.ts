import { useQuery } from '@tanstack/react-query'
import type { ReviewersView } from '../../../sdk/protocol/review-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useMeasured } from '../kit/use-measured.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'

/** What reviewers of a run did. */
export interface Reviewers {
  /** Undefined before the first reply. */
  readonly statistics: ReviewersView | undefined
  readonly failure: ReviewFailure | null
  readonly refresh: () => void
}

/** It adds up all decisions of the run, so it is asked for seldom, ms. */
const EVERY_MS = 30_000

/** What reviewers of a run did, asked for again every 30 s while the page is visible, or more seldom where it takes long. For operators. */
export function useReviewers({ run, ...source }: ReviewSource & { readonly run: string }): Reviewers {
  const { client, queryClient, keys } = useReviewStore(source)
  const { data, error, refetch } = useQuery({
    ...useMeasured(EVERY_MS, () => client.review.reviewers.query({ scope: 'run', place: run })), queryKey: keys.named('reviewers', run),
  }, queryClient)
  return { statistics: data, failure: error ? reviewFailureOf(error) : null, refresh: () => { void refetch() } }
}
