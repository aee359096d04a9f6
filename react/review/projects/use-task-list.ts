import type { TaskListView, TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

const PAGE_SIZE = 50
/** Counting reads every unit of what is listed. */
const EVERY_MS = 20_000

/** Which tasks are listed, archived ones too: all that is given must hold. */
export interface TaskListFilter {
  /** By name or id. */
  readonly project?: string
  /** This one alone, by name or id. */
  readonly task?: string
}

/** Tasks of a list; `tasks` is undefined before the first reply. */
export interface TaskList extends Omit<PagedList<never>, 'pages'> {
  readonly tasks: readonly TaskSummaryView[] | undefined
}

/** Tasks by name with what they come to, a page of 50 at a time; asked for again every 20 s while the page is visible. */
export function useTaskList({ filter, ...source }: ReviewSource & { readonly filter: TaskListFilter }): TaskList {
  const store = useReviewStore(source)
  const { rows: tasks, ...list } = useRowList(store, {
    queryKey: store.keys.named('projects', 'tasks', filter), everyMs: EVERY_MS,
    read: (cursor: string | null): Promise<TaskListView> => store.client.projects.tasks.query({ ...filter, isArchived: null, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.tasks, idOf: task => task.id,
  })
  return { ...list, tasks }
}
