import { useQuery } from '@tanstack/react-query'
import type { RunStatisticsView } from '../../../sdk/protocol/data-views.js'
import type { RunOverviewView, RunTimelineView } from '../../../sdk/protocol/run-overview-views.js'
import { useMeasured } from '../kit/use-measured.js'
import { REFRESH_MS, useReviewStore, type ReviewSource } from '../review-store.js'

/** What is known of a run beside its progress; each is undefined before its first reply, and keeps the last one while the server is away. */
export interface RunFigures {
  readonly overview: RunOverviewView | undefined
  readonly timeline: RunTimelineView | undefined
  readonly statistics: RunStatisticsView | undefined
}

/** How often what reads many rows is asked for again at most, ms. */
const SELDOM_MS = 20_000

/** People, leases, gold, units over time and answers of a run, asked for again while the page is visible: every 4 s what is cheap, every 20 s what reads many rows, and more seldom what takes long. */
export function useRunFigures({ run, ...source }: ReviewSource & { readonly run: string }): RunFigures {
  const { client, queryClient, keys } = useReviewStore(source)
  const overview = useQuery({ ...useMeasured(REFRESH_MS, () => client.runs.overview.query({ run })), queryKey: keys.overview(run) }, queryClient)
  const timeline = useQuery({ ...useMeasured(SELDOM_MS, () => client.runs.timeline.query({ run })), queryKey: keys.timeline(run) }, queryClient)
  return { overview: overview.data, timeline: timeline.data, statistics: useRunStatistics({ run, ...source }) }
}

/** How the latest answers of a run are spread, asked for again every 20 s while the page is visible; undefined before the first reply. */
export function useRunStatistics({ run, ...source }: ReviewSource & { readonly run: string }): RunStatisticsView | undefined {
  const { client, queryClient, keys } = useReviewStore(source)
  return useQuery({ ...useMeasured(SELDOM_MS, () => client.data.run.query({ run })), queryKey: keys.statistics(run) }, queryClient).data
}
