import type { Money } from '../../../sdk/data-model/money.js'
import { useActs, type Acts } from '../kit/use-acts.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { RunVerb } from './run-verb.js'

/** What is done with a run, and what a top-up gives it. */
export type RunStep = { readonly verb: Exclude<RunVerb, 'top_up'> } | { readonly verb: 'top_up'; readonly unitsPerAssignment?: number; readonly budget?: Money }

/** Doing things with a run. */
export type RunControl = Acts<RunStep>

/** Pausing, resuming, draining, ending, topping up, requeueing and archiving a run: whether it was done is to be seen at the run when the server does not answer. */
export function useRunControl({ run, ...source }: ReviewSource & { readonly run: string }): RunControl {
  const { client, queryClient, keys } = useReviewStore(source)
  return useActs(source, {
    async send(step: RunStep) {
      await sent(client, run, step)
      return step
    },
    refresh: () => Promise.all([keys.progress(run), keys.overview(run), keys.allRuns].map(queryKey => queryClient.invalidateQueries({ queryKey }))),
  })
}

function sent({ runs }: ReviewSource['client'], run: string, step: RunStep): Promise<unknown> {
  switch (step.verb) {
    case 'pause': return runs.pause.mutate({ run })
    case 'resume': return runs.resume.mutate({ run })
    case 'drain': return runs.drain.mutate({ run })
    case 'expire': return runs.expire.mutate({ run })
    case 'requeue': return runs.requeue.mutate({ run })
    case 'archive': return runs.archive.mutate({ run })
    case 'unarchive': return runs.unarchive.mutate({ run })
    case 'top_up': {
      const { unitsPerAssignment, budget } = step
      return runs.topUp.mutate({ run, ...(unitsPerAssignment === undefined ? {} : { unitsPerAssignment }), ...(budget === undefined ? {} : { budget }) })
    }
  }
}
