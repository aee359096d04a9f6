import { useQuery } from '@tanstack/react-query'
import type { RunStatisticsView } from '../../../sdk/protocol/data-views.js'
import type { RunOverviewView, RunTimelineView } from '../../../sdk/protocol/run-overview-views.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

/** What is known of a run beside its progress; each is undefined before its first reply, and keeps the last one while the server is away. */
export interface RunFigures {
  readonly overview: RunOverviewView | undefined
  readonly timeline: RunTimelineView | undefined
  readonly statistics: RunStatisticsView | undefined
}

/** How often what reads many rows is asked for again, ms. */
const SELDOM_MS = 20_000
const SELDOM = { ...LIVE, refetchInterval: SELDOM_MS, staleTime: SELDOM_MS / 2 } as const

/** People, leases, gold, units over time and answers of a run, asked for again while the page is visible: every 4 s what is cheap, every 20 s what reads many rows. */
export function useRunFigures({ run, ...source }: ReviewSource & { readonly run: string }): RunFigures {
  const { client, queryClient, keys } = useReviewStore(source)
  const overview = useQuery({ ...LIVE, queryKey: keys.overview(run), queryFn: () => client.runs.overview.query({ run }) }, queryClient)
  const timeline = useQuery({ ...SELDOM, queryKey: keys.timeline(run), queryFn: () => client.runs.timeline.query({ run }) }, queryClient)
  const statistics = useQuery({ ...SELDOM, queryKey: keys.statistics(run), queryFn: () => client.data.run.query({ run }) }, queryClient)
  return { overview: overview.data, timeline: timeline.data, statistics: statistics.data }
}
