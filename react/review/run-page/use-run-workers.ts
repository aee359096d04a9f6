import { useMemo } from 'react'
import type { WorkerStatisticsListView, WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { usePagedList, type PagedList } from '../use-paged-list.js'

const PAGE_SIZE = 200

/** People who worked in a run; `workers` is undefined before the first reply. */
export interface RunWorkerList extends Omit<PagedList<WorkerStatisticsListView>, 'pages'> {
  readonly workers: WorkerStatisticsView[] | undefined
}

/** Who worked in a run, a page of 200 at a time, in the order in which they were first known. */
export function useRunWorkers({ run, ...source }: ReviewSource & { readonly run: string }): RunWorkerList {
  const store = useReviewStore(source)
  const { pages, ...list } = usePagedList(store, {
    queryKey: store.keys.workers(run),
    read: (cursor: string | null): Promise<WorkerStatisticsListView> => store.client.data.workers.query({ run, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor,
  })
  const workers = useMemo(() => pages && [...new Map(pages.flatMap(page => page.workers).map(one => [one.worker.id, one])).values()], [pages])
  return { ...list, workers }
}
