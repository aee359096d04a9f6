import type { AuditQuery } from '../../../sdk/protocol/audit-requests.js'
import type { AuditEntryView, AuditListView } from '../../../sdk/protocol/audit-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

const PAGE_SIZE = 50

/** Which acts are listed: all that is given must hold. */
export type AuditFilter = Omit<AuditQuery, 'cursor' | 'limit'>

/** Acts on the operator side; `entries` is undefined before the first reply. */
export interface Audit extends Omit<PagedList<never>, 'pages'> {
  readonly entries: readonly AuditEntryView[] | undefined
}

/** Who did what, the latest first, a page of 50 at a time; asked for again every few seconds while the page is visible. For operators. */
export function useAudit({ filter, ...source }: ReviewSource & { readonly filter: AuditFilter }): Audit {
  const store = useReviewStore(source)
  const { rows: entries, ...list } = useRowList(store, {
    queryKey: store.keys.named('audit', filter),
    read: (cursor: string | null): Promise<AuditListView> => store.client.audit.list.query({ ...filter, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.entries, idOf: entry => entry.id,
  })
  return { ...list, entries }
}
