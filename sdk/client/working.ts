import type { MephistoErrorCode, Problem } from '../errors.js'
import type { SubmitReply, WorkView } from '../protocol/worker-views.js'
import { type RefusedCall } from './call-errors.js'
import { keepDraft } from './draft-keeper.js'
import { keepLease } from './lease-keeper.js'
import { loseLease } from './losing.js'
import type { SessionContext } from './session-context.js'
import { showReceipt } from './receipt.js'
import { deliver, keepSubmission, problemsWith } from './submission.js'
import type { SubmitOptions } from './task-state.js'

/** Refusals that no change of the answer can help. */
export const HOPELESS: readonly MephistoErrorCode[] = ['unauthenticated', 'link_expired', 'forbidden', 'not_found']

/** Step: a unit in hand, until it is answered, given back or lost. */
export function openWork(context: SessionContext, unit: WorkView, lastReceipt: SubmitReply | null): void {
  const scene = context.enter()
  const draft = keepDraft({ worker: context.who.worker, unitId: unit.unitId }, context)
  let problems: readonly Problem[] = []
  let isSubmitting = false

  const lease = keepLease(unit.lease, {
    clock: context.clock,
    signals: context.signals,
    request: () => context.api.extend(unit.agentToken, scene.signal),
    isHeld: () => isSubmitting,
    onRenewed: () => { show() },
    onLost: message => {
      if (isSubmitting) return // the server decides what the answer on its way counts for
      loseLease(context, { unit, message, draft: draft.current() })
    },
    onError: error => { if (!isSubmitting) context.go.fail(error, { hasDraft: true }) },
  })
  scene.onEnd(() => {
    lease.stop()
    draft.stop()
  })

  function show(): void {
    if (scene.signal.aborted) return
    const { unitId, input, run, progress, resumed } = unit
    context.show({
      status: 'working', unitId, input, run, progress, resumed, lastReceipt, problems, isSubmitting,
      draft: draft.current(),
      lease: { lengthMs: lease.lengthMs(), remainingMs: lease.remainingMs },
      setDraft: change,
      extend: lease.extend,
      submit: (answer, options) => void submit(answer, options),
      submitDraft: options => void submit(draft.current(), options),
      giveBack: () => void giveBack(),
    })
  }

  function change(update: unknown): void {
    if (scene.signal.aborted || isSubmitting) return
    draft.change(update)
    problems = []
    show()
  }

  function backToWork(found: readonly Problem[]): void {
    problems = found
    isSubmitting = false
    show()
    lease.look()
  }

  const isOver = (): boolean => scene.signal.aborted

  async function submit(answer: unknown, options: SubmitOptions = {}): Promise<void> {
    if (isOver() || isSubmitting) return
    change(() => answer)
    draft.flush()
    isSubmitting = true
    show()
    const found = await problemsWith(context.blueprint.output, answer)
    if (isOver()) return
    if (found.length > 0) {
      backToWork(found)
      return
    }
    const delivery = await deliver(context, keepSubmission(context, unit, answer), scene.signal)
    if (delivery.kind === 'receipt') showReceipt(context, delivery, { thenNext: options.thenNext ?? false })
    else handleRefusal(delivery.error)
  }

  function handleRefusal(error: RefusedCall): void {
    if (HOPELESS.includes(error.code)) context.go.fail(error, { hasDraft: true })
    else backToWork(error.problems.length > 0 ? error.problems : [{ path: 'answer', rule: error.code, message: error.message }])
  }

  async function giveBack(): Promise<void> {
    if (scene.signal.aborted || isSubmitting) return
    isSubmitting = true
    show()
    try {
      await context.api.giveBack(unit.agentToken, scene.signal)
      draft.discard()
      context.go.preview()
    } catch (error) {
      context.go.fail(error, { hasDraft: true })
    }
  }

  show()
}
