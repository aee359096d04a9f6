import { useQuery } from '@tanstack/react-query'
import { reviewFailureOf, type ReviewFailure } from './review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'

/** The person or tool that the host app says is logged in. */
export interface ReviewPrincipal {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
}

/** Who is logged in, as the host app's `authorize` says; `failure` when nobody is. */
export function usePrincipal(source: ReviewSource): { readonly principal: ReviewPrincipal | undefined; readonly failure: ReviewFailure | null; readonly refresh: () => void } {
  const { client, queryClient, keys } = useReviewStore(source)
  const query = useQuery({
    queryKey: keys.principal, queryFn: () => client.principal.me.query(), ...LIVE, staleTime: 60_000, refetchInterval: state => (state.state.error ? LIVE.refetchInterval : false),
  }, queryClient)
  return { principal: query.data, failure: query.error ? reviewFailureOf(query.error) : null, refresh: () => { void query.refetch() } }
}
