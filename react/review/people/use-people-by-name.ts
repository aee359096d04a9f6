import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { WorkerView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'

const PAUSE_MS = 300

/** A text once nobody has typed for 0.3 s. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(text) }, PAUSE_MS)
    return () => { clearTimeout(timer) }
  }, [text])
  return settled
}

/** Everybody whose pseudonym or external id, at whatever provider, is this name; undefined before the reply, and nobody for no name. */
export function usePeopleByName({ name, ...source }: ReviewSource & { readonly name: string }): readonly WorkerView[] | undefined {
  const { client: { people }, queryClient, keys } = useReviewStore(source)
  const settled = useSettled(name.trim())
  const query = useQuery({
    queryKey: keys.people('named', { name: settled }), enabled: settled !== '', retry: false, networkMode: 'always', staleTime: 10_000,
    queryFn: async () => {
      // A pseudonym is at most 64 characters, and the server refuses to look for a longer one.
      const lists = await Promise.all([people.workers.query({ externalId: settled }), ...(settled.length > 64 ? [] : [people.workers.query({ pseudonym: settled })])])
      return [...new Map(lists.flatMap(({ workers }) => workers).map(worker => [worker.id, worker])).values()]
    },
  }, queryClient)
  if (name.trim() === '') return []
  return settled === name.trim() ? query.data : undefined
}
