import type { WhyReturned } from '../data-model/return-reason.js'
import type { SubmitReply, WorkView } from '../protocol/worker-views.js'
import { RefusedCall } from './call-errors.js'
import { keepForm } from './form-keeper.js'
import { keepLease } from './lease-keeper.js'
import { loseLease } from './losing.js'
import type { SessionContext } from './session-context.js'
import { newId } from './new-id.js'
import { showReceipt } from './receipt.js'
import type { SubmitOptions } from './task-state.js'

/** Step: a unit in hand, until it is answered, given back or lost. */
export function openWork(context: SessionContext, unit: WorkView, lastReceipt: SubmitReply | null): void {
  const scene = context.enter()
  const isLive = unit.run.live !== undefined
  const form = keepForm(context, scene, { unit, schema: context.blueprint.output, tooSoon: () => remote()?.tooSoon, unsent: () => remote()?.unsent?.(), onChange: show, onBack: () => { lease.look() } })
  const lease = keepLease(unit.lease, {
    clock: context.clock,
    signals: context.signals,
    request: () => context.api.extend(unit, scene.signal),
    // The server keeps a lease of live work for as long as the page is connected.
    isHeld: () => isLive || form.isBusy(),
    onRenewed: show,
    onLost: message => {
      if (form.isBusy()) return // the server decides what the answer on its way counts for
      remote()?.discard?.()
      loseLease(context, { unit, message, draft: form.draft.current() })
    },
    onError: error => { if (!form.isBusy()) context.go.fail(error, { hasDraft: true }) },
  })
  scene.onEnd(lease.stop)

  const ask = context.api.asker(unit)
  const files = context.files(context, scene, { pass: unit, maxFileBytes: unit.run.maxFileBytes, onAlive: lease.noticeActivity })

  const remote = context.remote(context, scene, { unit, lastReceipt, onChange: show, askIfOurs: lease.extend })

  function show(): void {
    const now = remote()
    if (scene.signal.aborted || !now) return
    const { live = null, calls = [] } = now
    const { unitId, agentId, input, run, progress, resumed } = unit
    context.show({
      status: 'working', unitId, agentId, input, run, progress, resumed, lastReceipt, problems: form.problems(), isSubmitting: form.isBusy(),
      draft: form.draft.current(), draftState: form.draft.state(),
      lease: { lengthMs: lease.lengthMs(), remainingMs: isLive ? lease.lengthMs : lease.remainingMs },
      setDraft: form.change,
      ...files,
      live, calls, call, ask,
      extend: lease.extend,
      submit,
      submitDraft: options => { submit(form.draft.current(), options) },
      giveBack: why => void giveBack(why),
    })
  }

  async function call(name: string, input: unknown): Promise<unknown> {
    const make = remote()?.make
    if (!make) throw new RefusedCall('not_found', 'This task has no procedures.', [])
    return make({ callId: newId(), name, input })
  }

  function submit(answer: unknown, { thenNext = false }: SubmitOptions = {}): void {
    void form.submit(answer, arrived => {
      remote()?.discard?.()
      showReceipt(context, arrived, { thenNext })
    })
  }

  async function giveBack(why?: WhyReturned): Promise<void> {
    if (!form.close()) return
    try {
      await context.api.giveBack(unit, why, scene.signal)
      form.draft.discard()
      remote()?.discard?.()
      context.go.preview()
    } catch (error) {
      context.go.fail(error, { hasDraft: true })
    }
  }

  show()
}
