import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { problemsOf, type Problem } from '../errors.js'
import type { SubmitReply, WorkView } from '../protocol/worker-views.js'
import type { PendingSubmission } from './answer-store.js'
import { RefusedCall } from './call-errors.js'
import { newId } from './new-id.js'
import type { Scene, SessionContext } from './session-context.js'

/** A submission that is stored for good. */
export interface Arrived {
  readonly kind: 'receipt'
  readonly receipt: SubmitReply
  readonly pending: PendingSubmission
}

/** What became of a submission: stored for good, or refused for good. */
export type Delivery = Arrived | { readonly kind: 'refused'; readonly error: RefusedCall }

/** What is wrong with an answer by the blueprint's own schema; empty when it may be sent, or the server alone knows. Paths as in `answer.label`. */
export async function problemsWith(schema: AnyBlueprint['output'] | undefined, answer: unknown): Promise<Problem[]> {
  const parsed = await schema?.safeParseAsync(answer)
  return parsed === undefined || parsed.success ? [] : problemsOf(parsed.error.issues, 'answer')
}

/** What is kept of a unit with its answer. */
export type KeptUnit = Pick<WorkView, 'unitId' | 'agentToken' | 'renewal' | 'run' | 'progress'>

/** Keeps a new submission on the device before its first try. */
export function keepSubmission(context: SessionContext, unit: KeptUnit, { answer, calls = [] }: Pick<PendingSubmission, 'answer' | 'calls'>): PendingSubmission {
  const pending: PendingSubmission = {
    submissionId: newId(),
    worker: context.who.worker,
    unitId: unit.unitId,
    agentToken: unit.agentToken,
    renewal: unit.renewal,
    answer,
    calls,
    schemaHash: unit.run.schemaHash,
    pageBuild: context.pageBuild,
    run: unit.run,
    progress: unit.progress,
  }
  context.answers.savePending(pending)
  return pending
}

/** Sends a kept submission until it is acknowledged or refused for good, after what was called before it. What was typed goes only once it has arrived. */
export async function deliver(context: SessionContext, pending: PendingSubmission, signal: AbortSignal): Promise<Delivery> {
  try {
    for (const request of pending.calls ?? []) await context.api.act({ pass: pending, request, signal }).catch(unlessRefused)
    const receipt = await context.api.submit(pending, signal)
    context.answers.removePending(pending.submissionId)
    context.answers.removeDraft(pending)
    return { kind: 'receipt', receipt, pending }
  } catch (error) {
    if (!(error instanceof RefusedCall)) throw error
    context.answers.saveDraft(pending, pending.answer)
    // A page that is loaded again sends it.
    if (error.code !== 'page_outdated') context.answers.removePending(pending.submissionId)
    return { kind: 'refused', error }
  }
}

/** A call that was refused is no reason against an answer. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof RefusedCall)) throw error
}

/** Delivers what was on its way before a reload; the last receipt, or null when there was nothing or nothing arrived. */
export async function resumeSubmissions(context: SessionContext, scene: Scene): Promise<Arrived | null> {
  let last: Arrived | null = null
  for (const pending of context.answers.pending()) {
    context.show({ status: 'loading', isSending: true })
    const delivery = await deliver(context, pending, scene.signal)
    if (delivery.kind === 'receipt') last = delivery
  }
  return last
}
