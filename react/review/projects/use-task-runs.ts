import type { RunListView, RunView } from '../../../sdk/protocol/run-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

const PAGE_SIZE = 20

/** Runs of a task; `runs` is undefined before the first reply. */
export interface TaskRunList extends Omit<PagedList<never>, 'pages'> {
  readonly runs: readonly RunView[] | undefined
}

/** The runs of a task, by its name, newest first, archived ones too; of all tasks without one. A page of 20 at a time, asked for again every few seconds while the page is visible. */
export function useTaskRuns({ task, ...source }: ReviewSource & { readonly task?: string }): TaskRunList {
  const store = useReviewStore(source)
  const { rows: runs, ...list } = useRowList(store, {
    queryKey: store.keys.runList({ task: task ?? null, areAll: true }),
    read: (cursor: string | null): Promise<RunListView> => store.client.runs.list.query({ ...(task === undefined ? {} : { task }), isArchived: null, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.runs, idOf: run => run.id,
  })
  return { ...list, runs }
}
