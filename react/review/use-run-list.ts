import type { RunStatus } from '../../sdk/data-model/lifecycle.js'
import type { RunListView, RunView } from '../../sdk/protocol/run-views.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import type { PagedList } from './kit/use-paged-list.js'
import { useRowList } from './kit/use-row-list.js'

/** Which runs are listed. */
export type RunListFilter = 'active' | 'ended' | 'archived' | 'all'

const ASKED: Readonly<Record<RunListFilter, { readonly statuses?: RunStatus[]; readonly isArchived: boolean | null }>> = {
  active: { statuses: ['created', 'launching', 'running', 'paused', 'draining'], isArchived: false },
  ended: { statuses: ['completed', 'expired', 'failed'], isArchived: false },
  archived: { isArchived: true },
  all: { isArchived: null },
}
const PAGE_SIZE = 50

/** Runs of a list, newest first; `runs` is undefined before the first reply. */
export interface RunList extends Omit<PagedList<RunListView>, 'pages'> {
  readonly runs: readonly RunView[] | undefined
}

/** Runs, newest first, a page of 50 at a time; asked for again every few seconds while the page is visible. */
export function useRunList({ show, ...source }: ReviewSource & { readonly show: RunListFilter }): RunList {
  const store = useReviewStore(source)
  const { rows: runs, ...list } = useRowList(store, {
    queryKey: store.keys.runList({ show }),
    read: (cursor: string | null): Promise<RunListView> => store.client.runs.list.query({ ...ASKED[show], limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.runs, idOf: run => run.id,
  })
  return { ...list, runs }
}
