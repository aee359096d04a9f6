import type { RunHold } from '../run-hold.js'
import { liveTopicOf, lookKeyOf, type AskedLook } from './live-topics.js'

/** A unit of an item was moved; `cause` says by what, and the same is asked for once. */
export interface Moved {
  readonly runId: string
  readonly assignmentId: string
  readonly cause: string
}

/** Where people of a held run work together, has those at the item learn who is there now. */
export function askToLook(hold: Pick<RunHold, 'run' | 'call'>, { runId, assignmentId, cause }: Moved): void {
  const run = hold.run(runId)
  if (run?.config.live) hold.call({ callKey: lookKeyOf(cause), topic: liveTopicOf(run.blueprintType), body: JSON.stringify({ look: true } satisfies AskedLook), subjectId: assignmentId, lane: null })
}
