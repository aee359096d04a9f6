import type { Problem } from '../errors.js'
import type { WorkView } from '../protocol/worker-views.js'
import { once } from './once.js'
import { showReceipt } from './receipt.js'
import type { SessionContext } from './session-context.js'
import { deliver, keepSubmission, problemsWith } from './submission.js'

/** Step: the unit is no longer this worker's. The draft stays on the device, and can be sent to be kept for the team. */
export function loseLease(context: SessionContext, lost: { unit: WorkView; message: string; draft: unknown }): void {
  const scene = context.enter()
  const { unit: { input, run, progress }, message } = lost
  let { draft } = lost
  let problems: readonly Problem[] = []
  let isSubmitting = false
  let isBusy = false

  const files = context.files(context, scene, { pass: lost.unit, maxFileBytes: run.maxFileBytes })
  const show = () => {
    context.show({
      status: 'lease_lost', message, input, draft, problems, isSubmitting, isBusy, run, progress,
      submitAnyway: answer => void submitAnyway(answer), next, ...files,
    })
  }

  const goOn = once(scene, () => {
    isBusy = true
    show()
    void context.go.register(scene, null)
  })
  const next = () => { if (!isSubmitting) goOn() }

  const isOver = (): boolean => scene.signal.aborted

  async function submitAnyway(answer: unknown): Promise<void> {
    if (isOver() || isSubmitting || isBusy) return
    draft = answer
    isSubmitting = true
    show()
    problems = await problemsWith(context.blueprint.output, answer)
    if (problems.length > 0 || isOver()) {
      isSubmitting = false
      if (!isOver()) show()
      return
    }
    const delivery = await deliver(context, keepSubmission(context, lost.unit, { answer }), scene.signal)
    if (delivery.kind === 'receipt') showReceipt(context, delivery, { thenNext: false })
    else context.go.fail(delivery.error, { hasDraft: true })
  }

  show()
}
