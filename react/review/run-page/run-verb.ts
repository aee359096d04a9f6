import type { RunStatus } from '../../../sdk/data-model/lifecycle.js'
import type { RunView } from '../../../sdk/protocol/run-views.js'

/** What an operator can do with a run, in the order of its buttons. */
export const RUN_VERBS = ['pause', 'resume', 'top_up', 'requeue', 'drain', 'expire', 'archive', 'unarchive'] as const
/** See {@link RUN_VERBS}. */
export type RunVerb = (typeof RUN_VERBS)[number]

const ENDED: readonly RunStatus[] = ['completed', 'expired', 'failed']

/** What can be done with a run as it stands; the server decides all the same. Pure. */
export function verbsFor({ status, archivedAt, dataRemovedAt }: Pick<RunView, 'status' | 'archivedAt' | 'dataRemovedAt'>): readonly RunVerb[] {
  const isOver = ENDED.includes(status)
  const canGetMore = dataRemovedAt === null && status !== 'failed' && status !== 'created' && status !== 'launching'
  const can: Readonly<Record<RunVerb, boolean>> = {
    pause: status === 'running', resume: status === 'paused', top_up: canGetMore && status !== 'draining', requeue: canGetMore,
    drain: status === 'running' || status === 'paused', expire: ['launching', 'running', 'paused', 'draining'].includes(status),
    archive: isOver && archivedAt === null, unarchive: archivedAt !== null,
  }
  return RUN_VERBS.filter(verb => can[verb])
}
