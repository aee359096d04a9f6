import type { ProgressView, SubmitReply } from '../protocol/worker-views.js'
import { once } from './once.js'
import type { SessionContext } from './session-context.js'
import type { Arrived } from './submission.js'

/** The progress after an answer, as far as the page can know it without asking. */
function progressAfter(progress: ProgressView, receipt: SubmitReply): ProgressView {
  if (receipt.outcome === 'set_aside') return progress
  return { ...progress, completedByYou: progress.completedByYou + 1, unitsAnswered: Math.min(progress.unitsTotal, progress.unitsAnswered + 1) }
}

/** How long the page waits for the next unit before it shows the receipt meanwhile, ms: shorter than that would only flicker. */
const QUICK_MS = 400

/** How a receipt is shown; `progress` is that of before plus this answer unless it is known better. */
export interface ReceiptOptions {
  readonly thenNext: boolean
  readonly progress?: ProgressView
}

/** Step: shows the receipt. With `thenNext` the next unit is asked for at once, and the receipt shown only if that takes long. */
export function showReceipt(context: SessionContext, arrived: Arrived, options: ReceiptOptions): void {
  const scene = context.enter()
  const { receipt, pending } = arrived
  const { run } = pending
  const progress = options.progress ?? progressAfter(pending.progress, receipt)
  const show = (isBusy: boolean) => {
    context.show({ status: 'submitted', receipt, run, ask: context.api.asker(pending), progress, isBusy, next })
  }
  const ask = once(scene, () => void context.go.register(scene, receipt))
  const next = () => {
    if (!ask.wasCalled()) show(true)
    ask()
  }
  if (options.thenNext) {
    scene.onEnd(context.clock.after(QUICK_MS, () => { show(true) }))
    ask()
  } else show(false)
}
