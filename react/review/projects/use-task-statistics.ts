import { useQuery } from '@tanstack/react-query'
import type { TaskStatisticsView } from '../../../sdk/protocol/data-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

/** Reading them reads each answer. */
const STAYS_MS = 60_000

/** How the answers of a task are spread in all its runs, and how far people agree; by its name or id. Read when it is shown, at most once a minute. */
export function useTaskStatistics({ task, ...source }: ReviewSource & { readonly task: string }): { readonly statistics: TaskStatisticsView | undefined; readonly failure: ReviewFailure | null } {
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({ ...LIVE, refetchInterval: false, staleTime: STAYS_MS, queryKey: keys.named('taskStatistics', task), queryFn: () => client.data.task.query({ task }) }, queryClient)
  return { statistics: query.data, failure: query.error ? reviewFailureOf(query.error) : null }
}
