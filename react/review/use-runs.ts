import { useQuery } from '@tanstack/react-query'
import type { RunView } from '../../sdk/protocol/run-views.js'
import { reviewFailureOf, type ReviewFailure } from './review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'

const RUNS_REFRESH_MS = 15_000
const RUNS_SHOWN = 100

/** The latest runs, newest first. `runs` keeps the last reply while the server is away; undefined before the first. */
export interface Runs {
  readonly runs: readonly RunView[] | undefined
  readonly failure: ReviewFailure | null
  /** Asks again now. */
  readonly refresh: () => void
}

/** The latest 100 runs, newest first, asked for again every 15 s while the page is visible. */
export function useRuns(source: ReviewSource & { task?: string | undefined }): Runs {
  const { task } = source
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({
    ...LIVE,
    queryKey: keys.runs(task),
    queryFn: () => client.runs.list.query({ ...(task === undefined ? {} : { task }), limit: RUNS_SHOWN }),
    refetchInterval: state => (state.state.error ? LIVE.refetchInterval : RUNS_REFRESH_MS),
  }, queryClient)
  return {
    runs: query.data?.runs,
    failure: query.error ? reviewFailureOf(query.error) : null,
    refresh: () => { void query.refetch() },
  }
}
