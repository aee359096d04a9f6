import type { QualificationListView, QualificationView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** Qualifications by name; `qualifications` is undefined before the first reply. */
export interface QualificationList extends Omit<PagedList<never>, 'pages'> {
  readonly qualifications: readonly QualificationView[] | undefined
}

/** The first pages, of 200 each, are read by themselves. */
const BY_ITSELF = 5

/** All qualifications with how many have each, in the order of their names: the first thousand by themselves, then a page at a time. */
export function useQualificationList(source: ReviewSource): QualificationList {
  const store = useReviewStore(source)
  const { rows: qualifications, ...list } = useRowList(store, {
    queryKey: store.keys.people('qualifications', {}),
    read: (cursor: string | null): Promise<QualificationListView> => store.client.people.qualifications.query({ limit: 200, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.qualifications, idOf: one => one.id, byItself: BY_ITSELF,
  })
  return { ...list, qualifications }
}
