import type { ProjectListView, ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** Which projects are listed. */
export type ProjectListFilter = 'active' | 'archived' | 'all'

const ASKED: Readonly<Record<ProjectListFilter, boolean | null>> = { active: false, archived: true, all: null }
const PAGE_SIZE = 50
/** Counting reads every unit of what is listed. */
const EVERY_MS = 20_000

/** Projects of a list; `projects` is undefined before the first reply. */
export interface ProjectList extends Omit<PagedList<never>, 'pages'> {
  readonly projects: readonly ProjectSummaryView[] | undefined
}

/** Projects by name with what they come to, a page of 50 at a time; asked for again every 20 s while the page is visible. */
export function useProjectList({ show, ...source }: ReviewSource & { readonly show: ProjectListFilter }): ProjectList {
  const store = useReviewStore(source)
  const { rows: projects, ...list } = useRowList(store, {
    queryKey: store.keys.named('projects', 'list', show), everyMs: EVERY_MS,
    read: (cursor: string | null): Promise<ProjectListView> => store.client.projects.list.query({ isArchived: ASKED[show], limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.projects, idOf: project => project.id,
  })
  return { ...list, projects }
}
