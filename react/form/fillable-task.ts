import type { FileActions } from '../../sdk/client/task-state.js'
import type { Problem } from '../../sdk/errors.js'

/** What a form fills in: a unit or an onboarding in hand, as `useTask` gives it. */
export interface FillableTask extends FileActions {
  readonly draft: unknown
  readonly problems: readonly Problem[]
  readonly isSubmitting: boolean
  setDraft(update: (draft: never) => never): void
  submit(answer: never, options?: { readonly thenNext?: boolean }): void
}
