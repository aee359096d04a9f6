import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { newId } from '../../../sdk/client/new-id.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'

/** Doing things on the server. */
export interface Acts<TStep, TDone = TStep> {
  /** Sends it, and never again by itself; `then` is called when it was done and whoever asked is still on the screen. */
  readonly act: (step: TStep, then?: () => void) => void
  readonly isUnderWay: boolean
  /** What the server did last. */
  readonly done: TDone | null
  /** Why the last step was not done; of kind `away` when nobody knows whether it was. */
  readonly failure: ReviewFailure | null
  /** Forgets what happened last. */
  readonly reset: () => void
}

interface ActsOptions<TStep, TDone> {
  /** Sends a step. The very same again, after nobody knew whether it was done, has the same id, for requests that are done once under it. */
  readonly send: (step: TStep, requestId: string) => Promise<TDone>
  /** Asks again for what a step changes; it is under way until what this returns is settled. */
  readonly refresh: () => unknown
}

/** See {@link Acts}. */
export function useActs<TStep, TDone>(source: ReviewSource, { send, refresh }: ActsOptions<TStep, TDone>): Acts<TStep, TDone> {
  const { queryClient } = useReviewStore(source)
  const asked = useRef(new Map<string, string>())
  const mutation = useMutation({
    networkMode: 'always', retry: false,
    mutationFn: async (step: TStep): Promise<TDone> => {
      const content = JSON.stringify(step)
      const id = asked.current.get(content) ?? newId()
      asked.current.set(content, id)
      const done = await send(step, id)
      asked.current.delete(content)
      return done
    },
    onSettled: refresh,
  }, queryClient)
  return {
    act: (step, then) => { mutation.mutate(step, then ? { onSuccess: then } : {}) },
    isUnderWay: mutation.isPending, done: mutation.data ?? null, failure: mutation.error ? reviewFailureOf(mutation.error) : null, reset: mutation.reset,
  }
}
