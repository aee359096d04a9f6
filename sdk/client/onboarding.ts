import type { Problem } from '../errors.js'
import type { OnboardingView } from '../protocol/worker-views.js'
import type { RefusedCall } from './call-errors.js'
import { keepDraft } from './draft-keeper.js'
import type { SessionContext } from './session-context.js'
import { deliver, keepSubmission, problemsWith } from './submission.js'
import { HOPELESS } from './working.js'

/** Step: what comes before any unit, until it has been handed in. Then the next thing is asked for: work, or that it is being checked. */
export function openOnboarding(context: SessionContext, onboarding: OnboardingView): void {
  const scene = context.enter()
  // The attempt stands for the unit that it does not have.
  const unit = { ...onboarding, unitId: onboarding.agentId }
  const draft = keepDraft({ worker: context.who.worker, unitId: unit.unitId }, context)
  scene.onEnd(() => { draft.stop() })
  let problems: readonly Problem[] = []
  let isSubmitting = false
  const isOver = (): boolean => scene.signal.aborted

  function show(): void {
    if (isOver()) return
    const { input, run, progress, resumed } = onboarding
    context.show({
      status: 'onboarding', input, run, progress, resumed, problems, isSubmitting, draft: draft.current(), setDraft: change,
      submit: output => void submit(output), submitDraft: () => void submit(draft.current()),
    })
  }

  function change(update: unknown): void {
    if (isOver() || isSubmitting) return
    draft.change(update)
    problems = []
    show()
  }

  function goBack(found: readonly Problem[]): void {
    problems = found
    isSubmitting = false
    show()
  }

  async function submit(output: unknown): Promise<void> {
    if (isOver() || isSubmitting) return
    change(() => output)
    draft.flush()
    isSubmitting = true
    show()
    const found = await problemsWith(context.blueprint.onboarding?.output, output)
    if (isOver()) return
    if (found.length > 0) {
      goBack(found)
      return
    }
    const delivery = await deliver(context, keepSubmission(context, unit, output), scene.signal)
    if (delivery.kind === 'receipt') void context.go.register(scene, null)
    else refused(delivery.error)
  }

  function refused(error: RefusedCall): void {
    if (HOPELESS.includes(error.code)) context.go.fail(error, { hasDraft: true })
    else goBack(error.problems.length > 0 ? error.problems : [{ path: 'answer', rule: error.code, message: error.message }])
  }

  show()
}
