import { useQuery } from '@tanstack/react-query'
import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import type { WorkerPageView } from '../../../sdk/protocol/people-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

/** What is known of one worker. */
export interface KnownWorker {
  /** Who it is, what they may, what keeps them away, and what they did, by run. Undefined before the first reply, and the last one while the server is away. */
  readonly page: WorkerPageView | undefined
  readonly failure: ReviewFailure | null
  /** Asks again now. */
  readonly refresh: () => void
}

const STATISTICS_MS = 20_000

/** Who somebody is, what they may and what they did, by their id: asked for again every 4 s while the page is visible. Nothing is asked about nobody (null). */
export function useWorker({ worker, ...source }: ReviewSource & { readonly worker: string | null }): KnownWorker {
  const { client, queryClient, keys } = useReviewStore(source)
  const page = useQuery({ ...LIVE, queryKey: keys.people('worker', { worker }), enabled: worker !== null, queryFn: () => client.people.worker.query({ person: { workerId: worker ?? '' } }) }, queryClient)
  return { page: page.data, failure: page.error ? reviewFailureOf(page.error) : null, refresh: () => { void page.refetch() } }
}

/** What somebody did in all runs: how much of it was accepted, how long it took, what it earned. Null for somebody who has not answered anything, undefined before the first reply. Asked for again every 20 s: it reads all of their work. */
export function useWorkerStatistics({ worker, ...source }: ReviewSource & { readonly worker: string }): WorkerStatisticsView | null | undefined {
  const { client, queryClient, keys } = useReviewStore(source)
  return useQuery({
    ...LIVE, refetchInterval: STATISTICS_MS, staleTime: STATISTICS_MS / 2, queryKey: keys.people('statistics', { worker }),
    queryFn: async () => (await client.data.workers.query({ worker: { workerId: worker } })).workers[0] ?? null,
  }, queryClient).data
}
