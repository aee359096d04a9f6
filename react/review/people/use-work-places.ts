import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { BlockScope } from '../../../sdk/data-model/block-scope.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'

/** A run, task or project that work is done in. */
export interface WorkPlace {
  readonly id: string
  readonly name: string
  /** When a run was launched; null for tasks and projects. */
  readonly at: string | null
}

/** A task with where it belongs. */
interface TaskPlace extends WorkPlace {
  readonly project: string | null
}

/** Where work is done: the newest 200 runs, and the first 500 tasks and projects by name, archived ones too. */
export interface WorkPlaces {
  readonly runs: readonly WorkPlace[]
  readonly tasks: readonly TaskPlace[]
  readonly projects: readonly WorkPlace[]
  /** What a place is called; its id where it is not among these. */
  nameOf(scope: Exclude<BlockScope, 'everywhere'>, id: string): string
}

const ALL = { isArchived: null } as const
const [PAGE_SIZE, MOST_PAGES] = [100, 5] as const
const NONE: Pick<WorkPlaces, 'runs' | 'tasks' | 'projects'> = { runs: [], tasks: [], projects: [] }

/** Where work is done, by name; read when it is needed, and again after a minute. */
export function useWorkPlaces({ isNeeded, ...source }: ReviewSource & { readonly isNeeded: boolean }): WorkPlaces {
  const { client, queryClient, keys } = useReviewStore(source)
  const { data = NONE } = useQuery({
    queryKey: keys.people('places', {}), enabled: isNeeded, retry: false, networkMode: 'always', staleTime: 60_000,
    queryFn: async () => {
      const [runs, tasks, projects] = await Promise.all([
        client.runs.list.query({ ...ALL, limit: 200 }),
        pagesOf(from => client.projects.tasks.query({ ...ALL, limit: PAGE_SIZE, ...from })), pagesOf(from => client.projects.list.query({ ...ALL, limit: PAGE_SIZE, ...from })),
      ])
      return {
        runs: runs.runs.map(({ id, title, task, createdAt }) => ({ id, name: title === '' ? task : title, at: createdAt })),
        tasks: tasks.flatMap(page => page.tasks).map(({ id, name, project }) => ({ id, name, project: project?.id ?? null, at: null })),
        projects: projects.flatMap(page => page.projects).map(({ id, name }) => ({ id, name, at: null })),
      }
    },
  }, queryClient)
  return useMemo(() => ({
    ...data,
    nameOf: (scope, id) => ({ run: data.runs, task: data.tasks, project: data.projects })[scope].find(place => place.id === id)?.name ?? id,
  }), [data])
}

async function pagesOf<T extends { readonly nextCursor: string | null }>(read: (from: { readonly cursor?: string }) => Promise<T>): Promise<readonly T[]> {
  const pages: T[] = []
  for (let cursor: string | null | undefined; cursor !== null && pages.length < MOST_PAGES;) {
    const page = await read(cursor === undefined ? {} : { cursor })
    pages.push(page)
    cursor = page.nextCursor
  }
  return pages
}
