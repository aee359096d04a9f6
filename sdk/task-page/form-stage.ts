import type { PageSettings } from '../protocol/html-page.js'
import { placeholderText } from '../protocol/placeholders.js'
import { makeBar, type FormState } from './bar.js'
import { fillPage } from './fill-page.js'
import type { Values } from './form-values.js'
import type { Frame } from './frame.js'
import { problemList } from './gate-view.js'
import type { ApiKeeper } from './page-api.js'
import { openFileFields } from './file-fields.js'
import { findForm, hindrance, openForm } from './page-form.js'

/** A form in hand, as it is shown. */
export interface ShownForm {
  /** The unit, or the attempt at an onboarding. */
  readonly id: string
  update(state: FormState): void
  /** It was handed in, and files of it are still on their way. */
  isWaiting(): boolean
}

/** What a form is shown with. */
export interface FormStageParts {
  readonly state: FormState
  readonly stage: 'work' | 'onboarding'
  readonly id: string
  readonly settings: PageSettings
  readonly frame: Frame
  readonly keeper: ApiKeeper
  /** Called when {@link ShownForm.isWaiting} changes. */
  onWaiting(): void
}

/** Fills the page in, opens its form with the draft that there is, and tells the page's scripts. */
export function showForm({ state: first, stage, id, settings, frame, keeper, onWaiting }: FormStageParts): ShownForm {
  let state = first
  let isWaiting = false
  const form = findForm()
  if (form === null) throw new Error('Mephisto: a script of this page has taken its form away.')
  fillPage(name => valueOf(first, name))
  const page = openForm(form, settings.fields, { onChange: keepDraft, onSubmit: submit })
  const draft = asValues(first.draft)
  // What no control has: a script made it, or makes its control only later, and that knows better then.
  const left = page.restore(draft)
  const files = openFileFields(form, settings.fields, { draft, onChange: keepDraft, actions: () => state })
  const bar = makeBar(first)
  frame.show(bar.element, 'page')
  focusPage(form)

  function whole(submitter: Element | null): Values {
    return { ...page.without(left), ...page.values(submitter), ...files.values(), ...keeper.added() }
  }
  function keepDraft(): void {
    frame.alert(null)
    // The whole, not a part to merge: a field that was emptied is gone.
    const now = whole(null)
    state.setDraft(() => now)
  }
  function submit(submitter: Element | null): void {
    if (state.isSubmitting || isWaiting || form === null) return
    files.takeIn()
    if (files.isSending()) {
      void whenSent(submitter)
      return
    }
    const problem = hindrance(form, settings.fields)
    const problems = problem === null ? files.problems() : [problem]
    if (problems.length === 0) state.submit(whole(submitter))
    else frame.alert(problemList('Your answer was not sent:', problems))
  }
  /** Files that are still on their way go first; meanwhile the form cannot be changed. */
  async function whenSent(submitter: Element | null): Promise<void> {
    setWaiting(true)
    await files.settled()
    setWaiting(false)
    submit(submitter)
  }
  function setWaiting(is: boolean): void {
    isWaiting = is
    page.setBusy(isWaiting || state.isSubmitting)
    onWaiting()
  }

  keeper.connect({ onSet: keepDraft, submit: () => !state.isSubmitting && page.submit() })
  // After the state is shown, so that a script may hand in at once.
  queueMicrotask(() => { keeper.ready({ stage, input: first.input, args: first.run.args, draft }) })
  let told: FormState['problems'] = []
  return {
    id,
    isWaiting: () => isWaiting,
    update(next) {
      state = next
      bar.update(next)
      frame.show(bar.element, 'page')
      page.setBusy(isWaiting || next.isSubmitting)
      if (next.problems === told) return
      told = next.problems
      const rest = page.showProblems(next.problems)
      frame.alert(rest.length === 0 ? null : problemList('Your answer was not taken:', rest))
    },
  }
}

function valueOf(state: FormState, name: string): string {
  return name === 'mephisto_agent_id' ? state.agentId : shownValue(state, name)
}

/** What stands for a placeholder: a field of the row, or else of what the run was set up with. */
export function shownValue({ input, run }: Pick<FormState, 'input' | 'run'>, name: string): string {
  if (name === 'mephisto_run_id') return run.id
  const row = asValues(input)
  return placeholderText(Object.hasOwn(row, name) ? row[name] : (run.args as Values)[name])
}

function asValues(value: unknown): Values {
  return typeof value === 'object' && value !== null ? value as Values : {}
}

/** The focus goes to where the page's author wants it, or to the beginning of what is to be done. */
function focusPage(form: HTMLFormElement): void {
  const wanted = document.querySelector<HTMLElement>('[autofocus]')
  const target = wanted ?? document.querySelector<HTMLElement>('main') ?? form
  if (wanted === null && !target.hasAttribute('tabindex')) {
    target.tabIndex = -1
    target.dataset['mephistoFocus'] = ''
  }
  target.focus({ preventScroll: true })
}
