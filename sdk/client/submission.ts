import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { problemsOf, type Problem } from '../errors.js'
import type { ProgressView, SubmitReply, WorkView } from '../protocol/worker-views.js'
import type { PendingSubmission } from './answer-store.js'
import { RefusedCall } from './call-errors.js'
import { once } from './opening.js'
import type { Scene, SessionContext } from './session-context.js'

/** What became of a submission: stored for good, or refused for good. */
export type Delivery = { kind: 'receipt'; receipt: SubmitReply; pending: PendingSubmission } | { kind: 'refused'; error: RefusedCall; pending: PendingSubmission }

/** What is wrong with an answer by the blueprint's own schema; empty when it may be sent. Paths as in `answer.label`. */
export async function problemsWith(blueprint: AnyBlueprint, answer: unknown): Promise<Problem[]> {
  const parsed = await blueprint.output.safeParseAsync(answer)
  return parsed.success ? [] : problemsOf(parsed.error.issues, 'answer')
}

/** Keeps a new submission on the device before its first try. */
export function keepSubmission(context: SessionContext, unit: WorkView, answer: unknown): PendingSubmission {
  const pending: PendingSubmission = {
    submissionId: newSubmissionId(),
    unitId: unit.unitId,
    agentToken: unit.agentToken,
    answer,
    schemaHash: unit.run.schemaHash,
    pageBuild: context.pageBuild,
    run: unit.run,
    progress: unit.progress,
  }
  context.answers.savePending(pending)
  return pending
}

/** A random id (RFC 9562, version 4). `randomUUID` exists in secure contexts only; a laboratory's plain-http network is none. */
function newSubmissionId(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID()
  const bytes = [...(crypto as Crypto).getRandomValues(new Uint8Array(16))]
  const versioned = bytes.map((byte, index) => (index === 6 ? (byte & 15) | 64 : index === 8 ? (byte & 63) | 128 : byte))
  return versioned.map(byte => byte.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Sends a kept submission until it is acknowledged or refused for good. What was typed goes only once it has arrived. */
export async function deliver(context: SessionContext, pending: PendingSubmission, signal: AbortSignal): Promise<Delivery> {
  try {
    const receipt = await context.api.submit(pending, signal)
    context.answers.removePending(pending.submissionId)
    context.answers.removeDraft(pending.unitId)
    return { kind: 'receipt', receipt, pending }
  } catch (error) {
    if (!(error instanceof RefusedCall)) throw error
    context.answers.saveDraft(pending.unitId, pending.answer)
    context.answers.removePending(pending.submissionId)
    return { kind: 'refused', error, pending }
  }
}

/** The progress after an answer, as far as the page can know it without asking. */
export function progressAfter(progress: ProgressView, receipt: SubmitReply): ProgressView {
  if (receipt.outcome === 'set_aside') return progress
  return { ...progress, completedByYou: progress.completedByYou + 1, unitsOpen: Math.max(0, progress.unitsOpen - 1) }
}

/** How long the page waits for the next unit before it shows the receipt meanwhile, ms: shorter than that would only flicker. */
const QUICK_MS = 400

/** Step: shows the receipt. With `thenNext` the next unit is asked for at once, and the receipt shown only if that takes a while. */
export function showReceipt(context: SessionContext, delivered: Extract<Delivery, { kind: 'receipt' }>, thenNext: boolean): void {
  const scene = context.enter()
  const { receipt, pending: { run, progress } } = delivered
  const show = (isBusy: boolean) => {
    context.show({ status: 'submitted', receipt, run, progress: progressAfter(progress, receipt), isBusy, next })
  }
  const ask = once(scene, () => void context.go.register(scene, receipt))
  const next = () => {
    if (!ask.wasCalled()) show(true)
    ask()
  }
  if (thenNext) {
    scene.onEnd(context.clock.after(QUICK_MS, () => { show(true) }))
    ask()
  } else show(false)
}

/** Step: delivers what was on its way before a reload, and shows the last receipt. False when there was nothing, or nothing arrived. */
export async function resumeSubmissions(context: SessionContext, scene: Scene): Promise<boolean> {
  const kept = context.answers.pending()
  if (kept.length === 0) return false
  context.show({ status: 'loading', isSending: true })
  let last: Delivery | null = null
  for (const pending of kept) {
    const delivery = await deliver(context, pending, scene.signal)
    if (delivery.kind === 'receipt') last = delivery
  }
  if (last?.kind !== 'receipt') return false
  showReceipt(context, last, false)
  return true
}
