import type { Money } from '../../../sdk/data-model/money.js'
import { useActs, type Acts } from '../kit/use-acts.js'
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

/** Doing things with projects and tasks; what is asked for again after no answer came is done once. */
export type ProjectActs = Acts<ProjectStep>

/** Making, naming, archiving, moving and capping projects and tasks. */
export function useProjectActs(source: ReviewSource): ProjectActs {
  const { client, queryClient, keys } = useReviewStore(source)
  return useActs(source, {
    async send(step: ProjectStep, requestId) {
      await sent(client, requestId, step)
      return step
    },
    refresh: () => Promise.all([keys.named('projects'), keys.named('spending')].map(queryKey => queryClient.invalidateQueries({ queryKey }))),
  })
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
