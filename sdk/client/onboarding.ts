import type { OnboardingView } from '../protocol/worker-views.js'
import { keepForm } from './form-keeper.js'
import type { SessionContext } from './session-context.js'

/** Step: what comes before any unit, until it has been handed in. Then the next thing is asked for: work, or that it is being checked. */
export function openOnboarding(context: SessionContext, onboarding: OnboardingView): void {
  const scene = context.enter()
  const form = keepForm(context, scene, {
    // The attempt stands for the unit that it does not have.
    unit: { ...onboarding, unitId: onboarding.agentId }, schema: context.blueprint.onboarding?.output, onChange: show,
  })

  const files = context.files(context, scene, { pass: onboarding, maxFileBytes: onboarding.run.maxFileBytes })

  function show(): void {
    if (scene.signal.aborted) return
    const { agentId, input, run, progress, resumed } = onboarding
    context.show({
      status: 'onboarding', agentId, input, run, progress, resumed, problems: form.problems(), isSubmitting: form.isBusy(), draft: form.draft.current(), setDraft: form.change, ...files,
      submit: output => { submit(output) }, submitDraft: () => { submit(form.draft.current()) },
    })
  }

  function submit(output: unknown): void {
    void form.submit(output, () => void context.go.register(scene, null))
  }

  show()
}
