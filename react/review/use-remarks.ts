import { useMutation } from '@tanstack/react-query'
import { newId } from '../../sdk/client/new-id.js'
import type { RemarkKind, RemarkStatus } from '../../sdk/data-model/remark.js'
import type { RemarkListView, RemarkView } from '../../sdk/protocol/remark-views.js'
import { reviewFailureOf } from './review-failure.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { failureSentence } from './texts/failure-sentence.js'
import { useTexts } from './texts/review-texts.js'
import { usePagedList, type PagedList } from './kit/use-paged-list.js'

/** Which remarks to read: all that is given must hold. */
export interface RemarkFilter {
  readonly run?: string
  /** By name or id. */
  readonly task?: string
  readonly unit?: string
  /** By their id. */
  readonly worker?: string
  readonly kinds?: RemarkKind[]
  readonly statuses?: RemarkStatus[]
}

/** What becomes of a remark; `shown` is what others read of an approved tip instead of the worker's words. */
export interface RemarkDecision {
  readonly remark: string
  readonly status: RemarkStatus
  readonly shown?: { readonly title?: string; readonly text: string }
}

/** What workers said, the latest first, and what can be done about it. */
export interface Remarks extends Omit<PagedList<never>, 'pages'> {
  /** Those that were loaded so far; undefined until the first reply. */
  readonly remarks: readonly RemarkView[] | undefined
  /** Decides about one; the list shows it once the server has. */
  readonly decide: (decision: RemarkDecision) => void
  /** Why the latest decision was not made; null when it was. */
  readonly trouble: string | null
}

/** Opinions, feedback, tips and errors of pages; those of a unit are read when it is shown, all others every few seconds while the page is visible. */
export function useRemarks(source: ReviewSource & { readonly filter: RemarkFilter }): Remarks {
  const { filter } = source
  const { places } = useTexts()
  const { worker, ...asked } = filter
  const store = useReviewStore(source)
  const { client, queryClient, keys } = store
  const { pages, ...list } = usePagedList(store, {
    queryKey: keys.remarks(filter),
    read: (cursor: string | null): Promise<RemarkListView> => client.remarks.list.query({ ...asked, ...(worker === undefined ? {} : { worker: { workerId: worker } }), ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor,
    ...(filter.unit === undefined ? {} : { staysFor: 60_000 }),
  })
  const { mutate, error: refusal } = useMutation({
    networkMode: 'always',
    mutationFn: ({ id, remark, status, shown }: RemarkDecision & { readonly id: string }) =>
      client.remarks.decide.mutate({ requestId: id, remarkIds: [remark], status, ...(shown === undefined ? {} : { shown }) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.allRemarks }),
  }, queryClient)
  return {
    ...list, remarks: pages?.flatMap(page => page.remarks),
    decide: decision => { mutate({ ...decision, id: newId() }) },
    trouble: refusal ? failureSentence(reviewFailureOf(refusal), places) : null,
  }
}
