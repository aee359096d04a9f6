import { useQuery } from '@tanstack/react-query'
import { useReviewStore, type ReviewSource } from '../review-store.js'

/** The providers that people here come from, in alphabetic order: those of the newest 200 runs, archived ones too, and of the first 200 workers. */
export function useProviders(source: ReviewSource): readonly string[] {
  const { client: { runs, people }, queryClient, keys } = useReviewStore(source)
  const { data = [] } = useQuery({
    queryKey: keys.people('providers', {}), retry: false, networkMode: 'always', staleTime: 60_000,
    queryFn: async () => {
      const [known, { workers }] = await Promise.all([runs.list.query({ isArchived: null, limit: 200 }), people.workers.query({ limit: 200 })])
      return [...new Set([...known.runs, ...workers].map(({ provider }) => provider))].sort()
    },
  }, queryClient)
  return data
}
