import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { AnyBlueprint } from '../sdk/blueprints/blueprint.js'
import { entryFromFragment, onAddressChange } from '../sdk/client/entry-from-address.js'
import { createTaskSession } from '../sdk/client/create-task-session.js'
import type { TaskState } from '../sdk/client/task-state.js'
import type { TaskEntry } from '../sdk/client/worker-api.js'

/** How a page reaches its task. */
export interface UseTaskOptions {
  /** Where Mephisto is mounted. @default '/mephisto/' */
  readonly baseUrl?: string
  /** Who is at the page. @default read from the address, `#provider=…&credential=…` */
  readonly entry?: TaskEntry
  /** Names the version of the page in every answer. @default none */
  readonly pageBuild?: string
}

/**
 * The task of this page, typed by its blueprint. The state is a union: a page cannot read an input before there is one.
 * `if (task.status !== 'working') return <TaskGate task={task} />`
 */
export function useTask<B extends AnyBlueprint>(blueprint: B, options: UseTaskOptions = {}): TaskState<B> {
  const fragment = useSyncExternalStore(onAddressChange, () => window.location.hash, () => '')
  const entry = options.entry ?? entryFromFragment(fragment)
  const { baseUrl = '/mephisto/', pageBuild } = options
  const provider = entry?.provider ?? null
  const credential = entry?.credential ?? null
  const session = useMemo(() => createTaskSession({
    blueprint,
    baseUrl,
    entry: provider === null || credential === null ? null : { provider, credential },
    ...(pageBuild === undefined ? {} : { pageBuild }),
  }), [blueprint, baseUrl, provider, credential, pageBuild])

  useEffect(() => {
    session.start()
    return () => { session.stop() }
  }, [session])

  return useSyncExternalStore(session.subscribe, session.getState, session.getState)
}
