import { useMutation } from '@tanstack/react-query'
import type { Money } from '../../../sdk/data-model/money.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { RunVerb } from './run-verb.js'

/** What is done with a run, and what a top-up gives it. */
export type RunStep = { readonly verb: Exclude<RunVerb, 'top_up'> } | { readonly verb: 'top_up'; readonly unitsPerAssignment?: number; readonly budget?: Money }

/** Doing things with a run. */
export interface RunControl {
  readonly act: (step: RunStep) => void
  readonly isUnderWay: boolean
  /** The step that the server did last. */
  readonly done: RunStep | null
  /** Why the last step was not done; of kind `away` when nobody knows whether it was. */
  readonly failure: ReviewFailure | null
  /** Forgets what happened last. */
  readonly reset: () => void
}

/** Pausing, resuming, draining, ending, topping up, requeueing and archiving a run. Each is sent once: whether it was done is to be seen when the server does not answer. */
export function useRunControl({ run, ...source }: ReviewSource & { readonly run: string }): RunControl {
  const { client, queryClient, keys } = useReviewStore(source)
  const mutation = useMutation({
    networkMode: 'always', retry: false,
    mutationFn: (step: RunStep): Promise<unknown> => {
      switch (step.verb) {
        case 'pause': return client.runs.pause.mutate({ run })
        case 'resume': return client.runs.resume.mutate({ run })
        case 'drain': return client.runs.drain.mutate({ run })
        case 'expire': return client.runs.expire.mutate({ run })
        case 'requeue': return client.runs.requeue.mutate({ run })
        case 'archive': return client.runs.archive.mutate({ run })
        case 'unarchive': return client.runs.unarchive.mutate({ run })
        case 'top_up': {
          const { unitsPerAssignment, budget } = step
          return client.runs.topUp.mutate({ run, ...(unitsPerAssignment === undefined ? {} : { unitsPerAssignment }), ...(budget === undefined ? {} : { budget }) })
        }
      }
    },
    onSettled: () => Promise.all([keys.progress(run), keys.overview(run), keys.allRuns].map(queryKey => queryClient.invalidateQueries({ queryKey }))),
  }, queryClient)
  return {
    act: mutation.mutate, isUnderWay: mutation.isPending, done: mutation.isSuccess ? mutation.variables : null, failure: mutation.error ? reviewFailureOf(mutation.error) : null, reset: mutation.reset,
  }
}
