import { useMemo } from 'react'
import type { QualificationListView, QualificationView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { usePagedList, type PagedList } from '../use-paged-list.js'
import { useAllPages } from './use-all-pages.js'

/** Qualifications by name; `qualifications` is undefined before the first reply. */
export interface QualificationList extends Omit<PagedList<never>, 'pages'> {
  readonly qualifications: readonly QualificationView[] | undefined
}

/** The first pages, of 200 each, are read by themselves. */
const BY_ITSELF = 5

/** All qualifications with how many have each, in the order of their names: the first thousand by themselves, then a page at a time. */
export function useQualificationList(source: ReviewSource): QualificationList {
  const store = useReviewStore(source)
  const { pages, ...list } = usePagedList(store, {
    queryKey: store.keys.people('qualifications', {}),
    read: (cursor: string | null): Promise<QualificationListView> => store.client.people.qualifications.query({ limit: 200, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor,
  })
  useAllPages({ ...list, pages }, BY_ITSELF)
  const qualifications = useMemo(() => pages && [...new Map(pages.flatMap(page => page.qualifications).map(one => [one.id, one])).values()], [pages])
  return { ...list, qualifications }
}
