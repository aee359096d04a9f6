import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import type { BlockView, GrantView, WorkerView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource, type ReviewStore } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** Which people are listed: all, those who have answered something, those whom a block keeps from work, or those who have a qualification. */
export type WorkerListFilter = 'all' | 'answered' | 'blocked' | 'qualified'

/** Somebody in a list, with what it is about: what they did, the block, or the grant. */
export interface ListedWorker {
  readonly worker: WorkerView
  readonly statistics?: WorkerStatisticsView
  readonly block?: BlockView
  readonly grant?: GrantView
}

interface WorkerPage {
  readonly people: readonly ListedWorker[]
  readonly nextCursor: string | null
}

/** People of a list; `people` is undefined before the first reply. */
export interface WorkerList extends Omit<PagedList<never>, 'pages'> {
  readonly people: readonly ListedWorker[] | undefined
}

/** Options of {@link useWorkerList}. */
export interface WorkerListOptions extends ReviewSource {
  readonly show: WorkerListFilter
  /** By name or id; of those who are `qualified`. */
  readonly qualification?: string
}

/** Workers, a page at a time; asked for again every few seconds while the page is visible. */
export function useWorkerList({ show, qualification = '', ...source }: WorkerListOptions): WorkerList {
  const store = useReviewStore(source)
  const { rows: people, ...list } = useRowList(store, {
    queryKey: store.keys.people('workers', { show, qualification }),
    read: (cursor: string | null): Promise<WorkerPage> => readPage(store, { show, qualification }, cursor),
    next: page => page.nextCursor, rows: page => page.people, idOf: one => one.worker.id,
  })
  return { ...list, people }
}

async function readPage({ client: { people, data } }: ReviewStore, { show, qualification }: { readonly show: WorkerListFilter; readonly qualification: string }, from: string | null): Promise<WorkerPage> {
  const cursor = from === null ? {} : { cursor: from }
  switch (show) {
    case 'all': {
      const { workers, nextCursor } = await people.workers.query({ limit: 200, ...cursor })
      return { people: workers.map(worker => ({ worker })), nextCursor }
    }
    case 'answered': {
      const { workers, nextCursor } = await data.workers.query({ limit: 200, ...cursor })
      return { people: workers.map(statistics => ({ worker: statistics.worker, statistics })), nextCursor }
    }
    case 'blocked': {
      const { blocks, nextCursor } = await people.blocks.query({ isLifted: false, limit: 200, ...cursor })
      return { people: blocks.filter(({ isStanding }) => isStanding).map(block => ({ worker: block.worker, block })), nextCursor }
    }
    case 'qualified': {
      if (qualification === '') return { people: [], nextCursor: null }
      const { holders, nextCursor } = await people.holders.query({ qualification, recentUnits: 0, limit: 100, ...cursor })
      return { people: holders.map(grant => ({ worker: grant.worker, grant })), nextCursor }
    }
  }
}
