import type { TaskRun } from '../../data-model/entities.js'
import { BLUEPRINT_TOPICS } from '../../data-model/outbox-topics.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { CallRow, NewCall } from '../../ports/outbox-operations.js'

/** The call that reads a run's feed: one for a run, asked for again each time that rows are wanted. */
export function feedCall({ id: runId, blueprintType }: Pick<TaskRun, 'id' | 'blueprintType'>, id: string): NewCall {
  return { id, callKey: `${BLUEPRINT_TOPICS.feed}${runId}`, topic: `${BLUEPRINT_TOPICS.feed}${blueprintType}`, body: '{}', subjectId: runId, lane: null }
}

/** That call as it stands in the outbox; null for a run that has none here. */
export async function storedFeedCall(db: DbOperations, { id: runId, blueprintType }: Pick<TaskRun, 'id' | 'blueprintType'>): Promise<CallRow | null> {
  const { rows: [call] } = await db.outbox.find({ filter: { subjectId: runId, topic: `${BLUEPRINT_TOPICS.feed}${blueprintType}` }, limit: 1 })
  return call ?? null
}
