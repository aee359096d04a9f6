import type { GrantEventView, GrantHistoryView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { usePagedList, type PagedList } from '../kit/use-paged-list.js'

/** Of whom or of what the history is: all that is given must hold. */
export interface GrantHistoryFilter {
  /** By their id. */
  readonly worker?: string
  /** By name or id; one that was deleted by its id. */
  readonly qualification?: string
}

/** What was granted and revoked, the latest first; `events` is undefined before the first reply. */
export interface GrantHistory extends Omit<PagedList<never>, 'pages'> {
  readonly events: readonly GrantEventView[] | undefined
}

/** Grants and revocations as they happened, a page at a time. */
export function useGrantHistory({ filter: { worker, qualification }, ...source }: ReviewSource & { readonly filter: GrantHistoryFilter }): GrantHistory {
  const store = useReviewStore(source)
  const { pages, ...list } = usePagedList(store, {
    queryKey: store.keys.people('history', { worker, qualification }),
    read: (cursor: string | null): Promise<GrantHistoryView> => store.client.people.history.query({
      ...(worker === undefined ? {} : { person: { workerId: worker } }), ...(qualification === undefined ? {} : { qualification }), ...(cursor === null ? {} : { cursor }),
    }),
    next: page => page.nextCursor,
  })
  return { ...list, events: pages?.flatMap(page => page.events) }
}
