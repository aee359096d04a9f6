import { useQuery } from '@tanstack/react-query'
import type { HolderListView, QualificationView } from '../../../sdk/protocol/people-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'
import type { PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** One qualification; undefined before the first reply, and the last one while the server is away. */
export interface KnownQualification {
  readonly qualification: QualificationView | undefined
  readonly failure: ReviewFailure | null
  readonly refresh: () => void
}

/** One qualification by its name or id, with how many have it. */
export function useQualification({ qualification, ...source }: ReviewSource & { readonly qualification: string }): KnownQualification {
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({ ...LIVE, queryKey: keys.people('qualification', { qualification }), queryFn: () => client.people.qualification.query({ qualification }) }, queryClient)
  return { qualification: query.data, failure: query.error ? reviewFailureOf(query.error) : null, refresh: () => { void query.refetch() } }
}

/** Who has a qualification; undefined before the first reply. */
export interface HolderList extends Omit<PagedList<never>, 'pages'> {
  readonly holders: readonly HolderListView['holders'][number][] | undefined
}

/** Options of {@link useHolders}. */
export interface HoldersOptions extends ReviewSource {
  /** By name or id. */
  readonly qualification: string
  /** @default whatever the value */
  readonly minimumValue?: number | undefined
}

/** Who has a qualification, also those whose grant has expired, with their latest answers and decision; a page of 20 at a time. */
export function useHolders({ qualification, minimumValue, ...source }: HoldersOptions): HolderList {
  const store = useReviewStore(source)
  const { rows: holders, ...list } = useRowList(store, {
    queryKey: store.keys.people('holders', { qualification, minimumValue }),
    read: (cursor: string | null): Promise<HolderListView> => store.client.people.holders.query({
      qualification, recentUnits: 3, ...(minimumValue === undefined ? {} : { minimumValue }), ...(cursor === null ? {} : { cursor }),
    }),
    next: page => page.nextCursor, rows: page => page.holders, idOf: one => one.worker.id,
  })
  return { ...list, holders }
}
