import { useQuery } from '@tanstack/react-query'
import type { SpendingEntryView, SpendingPageView, SpendingTotalView } from '../../../sdk/protocol/spending-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'
import type { WorkFilter } from '../kit/work-draft.js'

const PAGE_SIZE = 50
/** Totals of a time or a person read each of its movements. */
const EVERY_MS = 20_000

/** Movements of money; both are undefined before the first reply. */
export interface Spending extends Omit<PagedList<never>, 'pages'> {
  readonly entries: readonly SpendingEntryView[] | undefined
  /** What all that the filter means come to, one for each currency. */
  readonly totals: readonly SpendingTotalView[] | undefined
}

/** How money moved, the latest first, a page of 50 at a time; asked for again every 20 s while the page is visible. */
export function useSpending({ filter, ...source }: ReviewSource & { readonly filter: WorkFilter }): Spending {
  const store = useReviewStore(source)
  const { pages, rows: entries, ...list } = useRowList(store, {
    queryKey: store.keys.named('spending', 'entries', filter), everyMs: EVERY_MS,
    read: (cursor: string | null): Promise<SpendingPageView> => store.client.spending.entries.query({ ...filter, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.entries, idOf: entry => entry.id,
  })
  return { ...list, entries, totals: pages?.[0]?.totals ?? undefined }
}

/** What all runs have spent, owe and hold, one for each currency; asked for again every few seconds while the page is visible. */
export function useSpendingTotals(source: ReviewSource): { readonly totals: readonly SpendingTotalView[] | undefined; readonly failure: ReviewFailure | null; readonly refresh: () => void } {
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({ ...LIVE, queryKey: keys.named('spending', 'totals'), queryFn: () => client.spending.entries.query({ limit: 1 }) }, queryClient)
  return { totals: query.data?.totals ?? undefined, failure: query.error ? reviewFailureOf(query.error) : null, refresh: () => { void query.refetch() } }
}
