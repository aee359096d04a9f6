import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { MephistoErrorCode, Problem } from '../errors.js'
import type { CallRequest } from '../protocol/packet-views.js'
import type { RefusedCall } from './call-errors.js'
import { keepDraft, type DraftKeeper } from './draft-keeper.js'
import type { Scene, SessionContext } from './session-context.js'
import { deliver, keepSubmission, problemsWith, type Arrived, type KeptUnit } from './submission.js'

/** Refusals that no change of the answer can help. */
const HOPELESS: readonly MephistoErrorCode[] = ['unauthenticated', 'link_expired', 'forbidden', 'not_found', 'page_outdated']

/** What is filled in and handed in, for a unit or at an onboarding: a draft, what is wrong with it, and its way to the server. */
export interface FormKeeper {
  readonly draft: Pick<DraftKeeper, 'current' | 'state' | 'discard'>
  problems(): readonly Problem[]
  /** On its way, or given up: it cannot be changed now. */
  isBusy(): boolean
  change(update: unknown): void
  /** Checks the answer, keeps it on the device, and sends it until it is acknowledged; comes back with problems when it is refused. */
  submit(answer: unknown, onArrived: (arrived: Arrived) => void): Promise<void>
  /** Makes it busy for good. False when it was before, or its scene is over. */
  close(): boolean
}

/** What a form is about. */
export interface FormSetting {
  readonly unit: KeptUnit
  /** Checks answers before they are sent; undefined leaves it to the server. */
  readonly schema: AnyBlueprint['output'] | undefined
  /** Why nothing can be handed in yet; undefined when it can. @default it can */
  tooSoon?(): readonly Problem[] | undefined
  /** What goes to the server ahead of an answer. @default nothing */
  unsent?(): readonly CallRequest[] | undefined
  /** Called when the draft, where it is kept, the problems or whether it is busy changed. */
  onChange(): void
  /** Called after a submission came back with problems. @default nothing */
  onBack?(): void
}

/** Keeps a form for the time of a scene. */
export function keepForm(context: SessionContext, scene: Scene, { unit, schema, tooSoon, unsent, onChange, onBack }: FormSetting): FormKeeper {
  const draft = keepDraft({ worker: context.who.worker, unitId: unit.unitId }, context, onChange)
  scene.onEnd(draft.stop)
  let problems: readonly Problem[] = []
  let isBusy = false
  const isOver = (): boolean => scene.signal.aborted

  function change(update: unknown): void {
    if (isOver() || isBusy) return
    draft.change(update)
    problems = []
    onChange()
  }

  function close(): boolean {
    if (isOver() || isBusy) return false
    isBusy = true
    onChange()
    return true
  }

  function goBack(found: readonly Problem[]): void {
    problems = found
    isBusy = false
    onChange()
    onBack?.()
  }

  function refused(error: RefusedCall): void {
    if (HOPELESS.includes(error.code)) context.go.fail(error, { hasDraft: true })
    else goBack(error.problems.length > 0 ? error.problems : [{ path: 'answer', rule: error.code, message: error.message }])
  }

  return {
    draft,
    problems: () => problems,
    isBusy: () => isBusy,
    change,
    close,
    async submit(answer, onArrived) {
      if (isOver() || isBusy) return
      change(() => answer)
      draft.flush()
      close()
      const found = tooSoon?.() ?? await problemsWith(schema, answer)
      if (isOver()) return
      if (found.length > 0) {
        goBack(found)
        return
      }
      const delivery = await deliver(context, keepSubmission(context, unit, { answer, calls: unsent?.() ?? [] }), scene.signal)
      if (delivery.kind === 'receipt') onArrived(delivery)
      else refused(delivery.error)
    },
  }
}
