import { useQuery } from '@tanstack/react-query'
import type { BlockScope } from '../../../sdk/data-model/block-scope.js'
import type { ReopenableView } from '../../../sdk/protocol/people-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { useSettled } from './use-people-by-name.js'

/** Whom a block would be about, and where. */
export interface BlockPlace {
  /** By their id. */
  readonly worker: string
  readonly scope: BlockScope
  /** The id of a run, or the name or id of a task or project; empty everywhere, and while nobody has said. */
  readonly scopeId: string
}

/** What a block could give to others. */
export interface Reopenable {
  /** Undefined while nobody knows. */
  readonly reopenable: ReopenableView | undefined
  readonly failure: ReviewFailure | null
}

/** What blocking somebody somewhere could give to others, so that it is known before they are blocked. */
export function useReopenable({ worker, scope, scopeId, ...source }: ReviewSource & BlockPlace): Reopenable {
  const { client, queryClient, keys } = useReviewStore(source)
  const place = useSettled(scope === 'everywhere' ? '' : scopeId.trim())
  const isSettled = place === (scope === 'everywhere' ? '' : scopeId.trim())
  const query = useQuery({
    queryKey: keys.people('reopenable', { worker, scope, place }), enabled: isSettled && (scope === 'everywhere' || place !== ''), retry: false, networkMode: 'always', refetchInterval: 4_000,
    queryFn: () => client.people.reopenable.query({ people: [{ workerId: worker }], scope, scopeId: scope === 'everywhere' ? null : place }),
  }, queryClient)
  return isSettled ? { reopenable: query.data, failure: query.error ? reviewFailureOf(query.error) : null } : { reopenable: undefined, failure: null }
}
