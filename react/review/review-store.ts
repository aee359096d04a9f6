import { QueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { reviewKeys, type ReviewKeys } from './review-keys.js'

/** Which server the review hooks talk to, and where they keep its replies. */
export interface ReviewSource {
  /** The typed client of the mount, from `createMephistoClient`. */
  readonly client: MephistoClient
  /** Where replies are kept. @default one of its own for each client, so that the host's React Query is not touched */
  readonly queryClient?: QueryClient | undefined
}

/** A client with the store of its replies. */
export interface ReviewStore {
  readonly client: MephistoClient
  readonly queryClient: QueryClient
  readonly keys: ReviewKeys
}

/** How often what is on the screen is asked for again while the page is visible, ms. */
export const REFRESH_MS = 4_000

const ownQueryClients = new WeakMap<object, QueryClient>()

function ownQueryClient(client: MephistoClient): QueryClient {
  const existing = ownQueryClients.get(client)
  if (existing) return existing
  const created = new QueryClient()
  ownQueryClients.set(client, created)
  return created
}

/** The client with its store and query keys; keeps the store listening to focus while a component uses it. */
export function useReviewStore({ client, queryClient }: ReviewSource): ReviewStore {
  const store = queryClient ?? ownQueryClient(client)
  useEffect(() => {
    if (queryClient) return undefined
    store.mount()
    return () => { store.unmount() }
  }, [queryClient, store])
  return useMemo(() => ({ client, queryClient: store, keys: reviewKeys(client) }), [client, store])
}

/** Query options that every review query shares: errors show at once, and asking again goes on every few seconds. */
export const LIVE = { retry: false, networkMode: 'always', refetchInterval: REFRESH_MS, staleTime: 1_000 } as const

/** Statuses of units that a reviewer has decided. */
export const DECIDED: readonly UnitStatus[] = ['accepted', 'soft_rejected', 'rejected']
