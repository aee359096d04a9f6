import type { DbOperations } from '../ports/mephisto-db.js'
import type { NewCall } from '../ports/outbox-operations.js'
import type { CallOutcome, OutboxHandler } from './outbox-handler.js'
import type { BlueprintRegistry } from './registry.js'

/** The outbox topic of the hook `onUnitSubmitted`. */
const TOPIC = 'unit.submitted'
/** Hooks that one process runs at a time. */
const CONCURRENCY = 16

/** An answer that counts, of which its blueprint is told. */
interface SubmittedAttempt {
  readonly runId: string
  readonly unitId: string
  readonly agentId: string
}

/** The call that tells a blueprint about an answer, written with it. */
export function submittedCall({ runId, unitId, agentId }: SubmittedAttempt, id: string): NewCall {
  return { id, callKey: `${TOPIC}/${agentId}`, topic: TOPIC, body: JSON.stringify({ unitId, agentId }), subjectId: runId, lane: null }
}

/** Calls the hooks `onUnitSubmitted` of an instance's blueprints. */
export function submittedUnitsHandler({ db, blueprints }: { readonly db: DbOperations; readonly blueprints: BlueprintRegistry }): OutboxHandler {
  return {
    specVersion: 1, topic: TOPIC, concurrency: CONCURRENCY, concurrencyPerSubject: CONCURRENCY,
    async call({ body, subjectId }, signal): Promise<CallOutcome> {
      const { unitId, agentId } = JSON.parse(body) as Omit<SubmittedAttempt, 'runId'>
      const [run, [unit]] = await Promise.all([db.runs.get(subjectId ?? ''), db.units.reviewById([unitId])])
      if (!run || unit?.agentId !== agentId) return { kind: 'done', result: { skipped: 'the answer is gone' } }
      const hook = blueprints.names.includes(run.blueprintType) ? blueprints.get(run.blueprintType).server.onUnitSubmitted : undefined
      if (!hook) return { kind: 'retry', result: { error: `this instance has no onUnitSubmitted of blueprint "${run.blueprintType}"` } }
      try {
        await hook({
          runId: run.id, task: run.taskName, unitId, assignmentId: unit.assignmentId, agentId, kind: unit.kind, submittedAt: unit.completedAt,
          worker: { workerId: unit.workerId, provider: run.provider, externalId: unit.workerName }, input: JSON.parse(unit.input) as unknown, answer: JSON.parse(unit.answer) as unknown,
        }, signal)
        return { kind: 'done', result: {} }
      } catch (error) {
        return { kind: 'retry', result: { error: error instanceof Error ? error.message : String(error) } }
      }
    },
  }
}
