import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { filesOnDemand } from './files-on-demand.js'
import { remoteActions } from './remote-actions.js'
import { openTaskSession, type TaskSession, type TaskSessionOptions } from './task-session.js'

/**
 * Makes the session of one worker on one page. It never throws for what a network, a server or a storage does:
 * every such thing is a state. An answer is on the device before it is sent, and stays until the server acknowledges it.
 */
export function createTaskSession<B extends AnyBlueprint>(options: TaskSessionOptions<B>): TaskSession<B> {
  return openTaskSession(options, { remote: remoteActions, files: filesOnDemand })
}
