import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { newId } from '../../../sdk/client/new-id.js'
import type { Money } from '../../../sdk/data-model/money.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'

/** What is done with projects and tasks, named by name or id. */
export type ProjectStep =
  | { readonly verb: 'create'; readonly name: string }
  | { readonly verb: 'rename'; readonly project: string; readonly name: string }
  | { readonly verb: 'archive' | 'unarchive'; readonly project: string }
  /** Null takes the cap away. */
  | { readonly verb: 'set_budget'; readonly project: string; readonly budget: Money | null }
  | { readonly verb: 'archive_task' | 'unarchive_task'; readonly task: string }
  /** Null is for in no project. */
  | { readonly verb: 'move'; readonly task: string; readonly project: string | null }
  /** Null takes the bound away. */
  | { readonly verb: 'set_retention'; readonly task: string; readonly days: number | null }

/** Doing things with projects and tasks. */
export interface ProjectActs {
  /** Does it; `onDone` is called once the server has. */
  readonly act: (step: ProjectStep, onDone?: () => void) => void
  readonly isUnderWay: boolean
  /** The step that the server did last. */
  readonly done: ProjectStep | null
  /** Why the last step was not done; of kind `away` when nobody knows whether it was: the same step again is done once. */
  readonly failure: ReviewFailure | null
  /** Forgets what happened last. */
  readonly reset: () => void
}

/** Making, naming, archiving, moving and capping projects and tasks. What is asked for again after no answer came keeps its request id, and is done once. */
export function useProjectActs(source: ReviewSource): ProjectActs {
  const { client, queryClient, keys } = useReviewStore(source)
  const asked = useRef(new Map<string, string>())
  const mutation = useMutation({
    networkMode: 'always', retry: false,
    mutationFn: (step: ProjectStep): Promise<unknown> => {
      const key = JSON.stringify(step)
      const requestId = asked.current.get(key) ?? newId()
      asked.current.set(key, requestId)
      return sent(client, requestId, step)
    },
    onSuccess: (_, step) => { asked.current.delete(JSON.stringify(step)) },
    onSettled: () => Promise.all([keys.named('projects'), keys.named('spending')].map(queryKey => queryClient.invalidateQueries({ queryKey }))),
  }, queryClient)
  return {
    act: (step, onDone) => { mutation.mutate(step, onDone ? { onSuccess: onDone } : {}) },
    isUnderWay: mutation.isPending, done: mutation.isSuccess ? mutation.variables : null, failure: mutation.error ? reviewFailureOf(mutation.error) : null, reset: mutation.reset,
  }
}

function sent({ projects }: ReviewSource['client'], requestId: string, step: ProjectStep): Promise<unknown> {
  switch (step.verb) {
    case 'create': return projects.create.mutate({ requestId, name: step.name })
    case 'rename': return projects.rename.mutate({ requestId, project: step.project, name: step.name })
    case 'archive': case 'unarchive': return projects.archive.mutate({ requestId, project: step.project, isArchived: step.verb === 'archive' })
    case 'set_budget': return projects.setBudget.mutate({ requestId, project: step.project, budget: step.budget })
    case 'archive_task': case 'unarchive_task': return projects.archiveTask.mutate({ requestId, task: step.task, isArchived: step.verb === 'archive_task' })
    case 'move': return projects.move.mutate({ requestId, task: step.task, project: step.project })
    case 'set_retention': return projects.setRetention.mutate({ requestId, task: step.task, days: step.days })
  }
}
