import { useMemo } from 'react'
import type { BlockView } from '../../../sdk/protocol/people-views.js'
import { useStandingBlocks } from '../people/use-blocks.js'
import { useWorkNames } from '../kit/use-work-names.js'
import type { ReviewSource } from '../review-store.js'
import { useRunProgress } from '../use-run-progress.js'

/** Who is blocked in a run, by worker id: in it, in its task or project, or everywhere. */
export function useBlocksInRun({ run, ...source }: ReviewSource & { readonly run: string }): ReadonlyMap<string, readonly BlockView[]> {
  const standing = useStandingBlocks(source)
  const { progress } = useRunProgress({ ...source, run })
  const isNeeded = [...standing.values()].flat().some(({ scope }) => scope === 'task' || scope === 'project')
  const { names: tasks } = useWorkNames({ ...source, kind: isNeeded ? 'task' : null })
  const taskName = progress?.run.task
  return useMemo(() => {
    const task = tasks?.find(({ name }) => name === taskName)
    const reached = new Set([run, task?.id, task?.project])
    return new Map([...standing].map(([worker, blocks]) => [worker, blocks.filter(({ scopeId }) => scopeId === null || reached.has(scopeId))] as const))
  }, [standing, run, tasks, taskName])
}
