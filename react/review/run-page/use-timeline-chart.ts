import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import type { RunTimelineView } from '../../../sdk/protocol/run-overview-views.js'
import { REFRESH_MS, useReviewStore, type ReviewSource } from '../review-store.js'

/** What draws a timeline, which is loaded when there is something to draw: null until it is there. While the server is away it is tried again. */
export function useTimelineChart(source: ReviewSource): ComponentType<{ readonly timeline: RunTimelineView }> | null {
  const { queryClient } = useReviewStore(source)
  const { data } = useQuery({
    queryKey: ['mephisto', 'timeline-chart'], queryFn: () => import('../charts/timeline-chart.js'), structuralSharing: false, staleTime: Infinity, gcTime: Infinity, retry: true, retryDelay: REFRESH_MS, networkMode: 'always',
  }, queryClient)
  return data?.TimelineChart ?? null
}
