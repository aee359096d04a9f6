import { useMutation } from '@tanstack/react-query'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { WorkFilter } from '../kit/work-draft.js'

/** What a dataset card is made of. */
export interface CardRequest {
  readonly of: WorkFilter & { readonly includeSetAside: boolean; readonly migrated: boolean }
  /** Name of the file that it describes. */
  readonly file: string
  /** Null for none. */
  readonly license: string | null
}

/** Making dataset cards. */
export interface ExportCard {
  readonly make: (request: CardRequest) => void
  readonly isUnderWay: boolean
  /** The text of the latest card, and what it was made of; null before there is one. */
  readonly card: { readonly text: string; readonly request: CardRequest } | null
  readonly failure: ReviewFailure | null
}

/** Makes the dataset card of an export, which reads all of its answers. */
export function useExportCard(source: ReviewSource): ExportCard {
  const { client, queryClient } = useReviewStore(source)
  const mutation = useMutation({ networkMode: 'always', retry: false, mutationFn: async (request: CardRequest) => ({ text: (await client.data.exportCard.mutate({ ...request, of: { ...request.of } })).card, request }) }, queryClient)
  return { make: mutation.mutate, isUnderWay: mutation.isPending, card: mutation.data ?? null, failure: mutation.error ? reviewFailureOf(mutation.error) : null }
}
