import type { WorkerStatisticsListView, WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** So few that a page comes soon also where each of them gave a thousand answers, which are all added up. */
const PAGE_SIZE = 20
/** Pages that are read by themselves. */
const BY_ITSELF = 50
/** How often one of them is asked for, ms. */
const EVERY_MS = 500

/** People who worked in a run; `workers` is undefined before the first reply. */
export interface RunWorkerList extends Omit<PagedList<WorkerStatisticsListView>, 'pages'> {
  readonly workers: readonly WorkerStatisticsView[] | undefined
}

/** Who worked in a run: the first thousand by themselves, then a page of 20 at a time, in the order in which they were first known. */
export function useRunWorkers({ run, ...source }: ReviewSource & { readonly run: string }): RunWorkerList {
  const store = useReviewStore(source)
  const { rows: workers, ...list } = useRowList(store, {
    queryKey: store.keys.workers(run), everyMs: EVERY_MS,
    read: (cursor: string | null): Promise<WorkerStatisticsListView> => store.client.data.workers.query({ run, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.workers, idOf: one => one.worker.id, byItself: BY_ITSELF,
  })
  return { ...list, workers }
}
