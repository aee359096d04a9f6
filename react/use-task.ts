import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { AnyBlueprint } from '../sdk/blueprints/blueprint.js'
import { entryFromFragment, onAddressChange } from '../sdk/client/entry-from-address.js'
import type { TaskState } from '../sdk/client/task-state.js'
import type { TaskEntry } from '../sdk/client/worker-api.js'
import { sharedSession } from './shared-session.js'

/** How a page reaches its task. */
export interface UseTaskOptions {
  /** Where Mephisto is mounted. @default '/mephisto/' */
  readonly baseUrl?: string
  /** Who is at the page. @default read from the address, `#provider=…&credential=…` */
  readonly entry?: TaskEntry
  /** Names the version of the page in every answer. @default none */
  readonly pageBuild?: string
}

const LOADING = { status: 'loading', isSending: false, connection: 'online' } as const
/** What is shown where there is no page yet: on a server, and until its text has come to life in a browser. */
const beforeAnything = (): typeof LOADING => LOADING

/**
 * The task of this page, typed by its blueprint. The state is a union: a page cannot read an input before there is one.
 * `if (task.status !== 'working') return <TaskGate task={task} />`. Parts of a page that call it with the same blueprint and options have
 * the same session, over one connection; it ends with the last of them.
 */
export function useTask<B extends AnyBlueprint>(blueprint: B, options: UseTaskOptions = {}): TaskState<B> {
  const fragment = useSyncExternalStore(onAddressChange, () => window.location.hash, () => '')
  const entry = options.entry ?? entryFromFragment(fragment)
  const { baseUrl = '/mephisto/', pageBuild } = options
  const provider = entry?.provider ?? null
  const credential = entry?.credential ?? null
  const session = useMemo(() => sharedSession({
    blueprint,
    baseUrl,
    entry: provider === null || credential === null ? null : { provider, credential },
    ...(pageBuild === undefined ? {} : { pageBuild }),
  }), [blueprint, baseUrl, provider, credential, pageBuild])

  useEffect(session.hold, [session])

  return useSyncExternalStore(session.subscribe, session.getState, beforeAnything)
}
