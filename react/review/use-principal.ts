import { useQuery } from '@tanstack/react-query'
import { reviewFailureOf } from './review-failure.js'
import { useReviewStore, type ReviewSource } from './review-store.js'

/** Who is logged in, as the host app's `authorize` says; `failure` when nobody is. */
export function usePrincipal(source: ReviewSource) {
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({
    queryKey: keys.principal, queryFn: () => client.principal.me.query(), retry: false, networkMode: 'always', staleTime: 60_000,
  }, queryClient)
  return { principal: query.data, failure: query.error ? reviewFailureOf(query.error) : null }
}
