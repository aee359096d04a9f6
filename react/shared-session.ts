import type { AnyBlueprint } from '../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../sdk/client/create-task-session.js'
import type { TaskSession, TaskSessionOptions } from '../sdk/client/task-session.js'

/** What tells one session of a page from another. */
export type SharedSessionOptions<B extends AnyBlueprint> = Pick<TaskSessionOptions<B>, 'baseUrl' | 'entry' | 'pageBuild'> & { readonly blueprint: B }

/** The session that all parts of a page have which ask for the same. */
export interface SharedSession<B extends AnyBlueprint> extends Pick<TaskSession<B>, 'getState' | 'subscribe'> {
  /** Begins it, unless another part holds it; returns what lets it go, once. It stops when nobody holds it at the end of that moment. */
  hold(): () => void
}

interface Kept<B extends AnyBlueprint> {
  readonly session: TaskSession<B>
  holders: number
  isStarted: boolean
}

const all = new WeakMap<AnyBlueprint, Map<string, unknown>>()

/** The session of this page for these options, made when it is first looked at: never on a server, whose pages are of many people. */
export function sharedSession<B extends AnyBlueprint>(options: SharedSessionOptions<B>): SharedSession<B> {
  const { blueprint, baseUrl, entry, pageBuild } = options
  const key = JSON.stringify([baseUrl, entry?.provider, entry?.credential, pageBuild])

  /** Looked up each time: a part that was hidden for a while comes back to the session that others have by then. */
  function find(): Kept<B> {
    const sessions = (all.get(blueprint) ?? new Map()) as Map<string, Kept<B>>
    const kept = sessions.get(key) ?? { session: createTaskSession(options), holders: 0, isStarted: false }
    all.set(blueprint, sessions.set(key, kept))
    return kept
  }

  function release(kept: Kept<B>): void {
    kept.holders -= 1
    // A part that takes the place of another, or is made anew, holds it in the same moment.
    queueMicrotask(() => {
      if (kept.holders > 0 || !kept.isStarted) return
      kept.isStarted = false
      all.get(blueprint)?.delete(key)
      kept.session.stop()
    })
  }

  return {
    getState: () => find().session.getState(),
    subscribe: listener => find().session.subscribe(listener),
    hold() {
      const kept = find()
      kept.holders += 1
      if (!kept.isStarted) {
        kept.isStarted = true
        kept.session.start()
      }
      let isHeld = true
      return () => {
        if (isHeld) release(kept)
        isHeld = false
      }
    },
  }
}
