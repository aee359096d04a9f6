import type { AnyBlueprintServer } from '../blueprints/server.js'
import { ERASED_TEXT } from '../data-model/erasure.js'
import { BLUEPRINT_TOPICS } from '../data-model/outbox-topics.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { NewCall } from '../ports/outbox-operations.js'
import type { CallOutcome, OutboxHandler } from './outbox-handler.js'
import type { HookParts } from './hook-parts.js'
import type { BlueprintRegistry } from './registry.js'

/** The outbox topic of a blueprint's hook. */
const topicOf = (blueprintType: string): string => `${BLUEPRINT_TOPICS.submitted}${blueprintType}`
/** Hooks that one process runs at a time. */
const CONCURRENCY = 16

/** An answer that counts, of which its blueprint is told. */
interface SubmittedAttempt {
  readonly runId: string
  readonly unitId: string
  readonly agentId: string
  readonly blueprintType: string
}

/** The call that tells a blueprint about an answer, written with it. */
export function submittedCall({ runId, unitId, agentId, blueprintType }: SubmittedAttempt, id: string): NewCall {
  return { id, callKey: `unit.submitted/${agentId}`, topic: topicOf(blueprintType), body: JSON.stringify({ unitId, agentId }), subjectId: runId, lane: null }
}

interface Parts {
  readonly db: DbOperations
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
}

/** Calls the hooks `onUnitSubmitted` of an instance's blueprints. */
export function submittedUnitsHandlers({ db, blueprints, hookParts }: Parts): readonly OutboxHandler[] {
  return blueprints.names.flatMap((type): OutboxHandler[] => {
    const { onUnitSubmitted } = blueprints.get(type).server
    return onUnitSubmitted ? [handlerOf({ db, hookParts }, type, onUnitSubmitted)] : []
  })
}

function handlerOf({ db, hookParts }: Omit<Parts, 'blueprints'>, blueprintType: string, hook: NonNullable<AnyBlueprintServer['onUnitSubmitted']>): OutboxHandler {
  return {
    specVersion: 1, topic: topicOf(blueprintType), concurrency: CONCURRENCY, concurrencyPerSubject: CONCURRENCY,
    async call({ body, subjectId }, signal): Promise<CallOutcome> {
      const { unitId, agentId } = JSON.parse(body) as Pick<SubmittedAttempt, 'unitId' | 'agentId'>
      const [run, [unit]] = await Promise.all([db.runs.get(subjectId ?? ''), db.units.reviewById([unitId])])
      if (!run || unit?.agentId !== agentId || unit.answer === ERASED_TEXT) return { kind: 'done', result: { skipped: 'the answer is gone' } }
      try {
        const own = await hookParts.of(run.id)
        // It may have taken longer than this try has.
        signal.throwIfAborted()
        await hook({
          ...own, runId: run.id, task: run.taskName, unitId, assignmentId: unit.assignmentId, agentId, kind: unit.kind, submittedAt: unit.completedAt,
          worker: { workerId: unit.workerId, provider: run.provider, externalId: unit.workerName }, input: JSON.parse(unit.input) as unknown, answer: JSON.parse(unit.answer) as unknown,
        }, signal)
        return { kind: 'done', result: {} }
      } catch (error) {
        return { kind: 'retry', result: { error: error instanceof Error ? error.message : String(error) } }
      }
    },
  }
}
