import { useQuery } from '@tanstack/react-query'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { RunProgressView } from '../../sdk/protocol/run-views.js'
import { useDecisionsUnderWay } from './decisions-under-way.js'
import { reviewFailureOf, type ReviewFailure } from './review-failure.js'
import { useMeasured } from './kit/use-measured.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'

/** Counts and money of a run; `progress` keeps the last reply while the server is away. */
export interface RunProgress {
  readonly progress: RunProgressView | undefined
  readonly failure: ReviewFailure | null
  /** Asks again now. */
  readonly refresh: () => void
}

/** Counts and money of a run, asked for again every 4 s while the page is visible, or as seldom as it takes long; counts decisions under way as made. */
export function useRunProgress(source: ReviewSource & { run: string }): RunProgress {
  const store = useReviewStore(source)
  const underWay = useDecisionsUnderWay(store, source.run)
  const query = useQuery({
    ...useMeasured(LIVE.refetchInterval, () => store.client.runs.progress.query({ run: source.run })),
    queryKey: store.keys.progress(source.run),
  }, store.queryClient)
  return {
    progress: query.data && underWay.flatMap(({ units, status }) => units.map(unit => ({ from: unit.status, to: status }))).reduce(moved, query.data),
    failure: query.error ? reviewFailureOf(query.error) : null,
    refresh: () => { void query.refetch() },
  }
}

/** The progress after one unit moved from one status to another. */
export function moved(progress: RunProgressView, step: { from: UnitStatus; to: UnitStatus }): RunProgressView {
  const { from, to } = step
  const units = { ...progress.units, [from]: Math.max(0, progress.units[from] - 1) }
  return { ...progress, units: { ...units, [to]: units[to] + 1 } }
}
