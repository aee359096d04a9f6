import type { PreviewReply, SubmitReply } from '../protocol/worker-views.js'
import { RefusedCall } from './call-errors.js'
import { once } from './once.js'
import { showReceipt } from './receipt.js'
import type { Kept, Scene, SessionContext } from './session-context.js'
import type { Arrived } from './submission.js'
import type { RefusedState } from './task-state.js'
import type { TaskEntry } from './worker-api.js'
import { askAgainLater } from './waiting.js'

function entryOf(context: SessionContext): TaskEntry {
  if (context.entry === null) {
    const message = 'This page was opened without a personal link. Open the complete link that you were given.'
    throw new RefusedCall('unauthenticated', message, [])
  }
  return context.entry
}

function checkKind(context: SessionContext, run: PreviewReply['run']): void {
  if (run.blueprintType === context.blueprint.type) return
  const kinds = `This page is for "${context.blueprint.type}", but your link is for "${run.blueprintType}".`
  throw new RefusedCall('invalid_input', `${kinds} Open the page that belongs to your link.`, [])
}

/**
 * Step: says what the work is; leases nothing. When an answer from before a reload has just `arrived`, its receipt is
 * shown instead, but only to the one who gave it.
 */
export async function openPreview(context: SessionContext, arrived: Arrived | null): Promise<void> {
  const scene = context.enter()
  try {
    const reply = await context.api.preview(entryOf(context), scene.signal)
    checkKind(context, reply.run)
    context.who.worker = reply.worker
    if (arrived?.pending.worker === reply.worker) showReceipt(context, arrived, { thenNext: false, progress: reply.progress })
    else showPreview(context, scene, reply)
  } catch (error) {
    context.go.fail(error, { lastReceipt: arrived?.receipt ?? null })
  }
}

function showPreview(context: SessionContext, scene: Scene, reply: PreviewReply): void {
  const { run, worker, sample, progress, refusal, hasUnitUnderWay } = reply
  const show = (isBusy: boolean) => {
    context.show({ status: 'preview', run, worker, sample, progress, refusal, hasUnitUnderWay, isBusy, accept })
  }
  const accept = once(scene, () => {
    show(true)
    void context.go.register(scene, null)
  })
  show(false)
  if (refusal !== null && refusal.retryAfterMs !== null) {
    askAgainLater(context, scene, {
      delayMs: refusal.retryAfterMs,
      again: () => { if (!accept.wasCalled()) context.go.preview() },
    })
  }
}

/** Step: asks for a unit; the scene that asked stays until there is an answer. */
export async function register(context: SessionContext, scene: Scene, lastReceipt: SubmitReply | null): Promise<void> {
  try {
    const reply = await context.api.register(entryOf(context), scene.signal)
    if (reply.status === 'refused') {
      showRefusal(context, reply, lastReceipt)
      return
    }
    checkKind(context, reply.run)
    if (reply.status === 'onboarding') context.go.onboarding(reply)
    else context.go.work(reply, lastReceipt)
  } catch (error) {
    context.go.fail(error, { lastReceipt })
  }
}

/** Step: shows why there is no unit; asks again by itself when waiting may help. */
export function showRefusal(context: SessionContext, refusal: Omit<RefusedState, 'lastReceipt' | 'isBusy' | 'retry'>, lastReceipt: SubmitReply | null): void {
  const scene = context.enter()
  const show = (isBusy: boolean) => { context.show({ ...refusal, lastReceipt, isBusy, retry }) }
  const retry = once(scene, () => {
    show(true)
    void context.go.register(scene, lastReceipt)
  })
  show(false)
  if (refusal.retryAfterMs !== null) askAgainLater(context, scene, { delayMs: refusal.retryAfterMs, again: retry })
}

/** Step: shows why it cannot go on. Anything but a refusal is a defect of the page and is thrown on. */
export function showFailure(context: SessionContext, error: unknown, kept: Kept = {}): void {
  if (!(error instanceof RefusedCall)) throw error
  const scene = context.enter()
  const { hasDraft = false, lastReceipt = null } = kept
  const retry = once(scene, () => {
    context.show({ status: 'loading', isSending: false })
    if (error.code === 'page_outdated' && context.signals.reload) context.signals.reload()
    else context.go.preview()
  })
  context.show({ status: 'failed', code: error.code, message: error.message, hasDraft, lastReceipt, retry })
}
