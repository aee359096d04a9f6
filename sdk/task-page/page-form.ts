import type { Problem } from '../errors.js'
import type { PageField } from '../protocol/html-page.js'
import { element } from './elements.js'
import { controlsOf, hasUnknownFiles, readValues, restoreValues, withoutControls, type Values } from './form-values.js'

/** The author's form in hand. */
export interface PageForm {
  values(submitter: Element | null): Values
  /** Puts values into their controls; returns those that no control has. */
  restore(values: Values): Values
  /** Values without those that controls have by now, filled in or not. */
  without(values: Values): Values
  /** While an answer is on its way the form cannot be changed. */
  setBusy(isBusy: boolean): void
  /** Shows what is wrong at the controls that it is about; returns what is about none. */
  showProblems(problems: readonly Problem[]): readonly Problem[]
  /** As its button does: what the browser checks comes first. False when something is missing. */
  submit(): boolean
}

/** What happens to a form. */
export interface FormEvents {
  onChange(): void
  onSubmit(submitter: Element | null): void
}

/** The form of the page: the first that is not one of a dialog. */
export function findForm(): HTMLFormElement | null {
  return [...document.querySelectorAll('form')].find(form => form.getAttribute('method')?.toLowerCase() !== 'dialog') ?? null
}

/** Begins to listen to the form, and gives it a button when it has none. A submission that the page's own script prevents is not one. */
export function openForm(form: HTMLFormElement, fields: readonly PageField[], { onChange, onSubmit }: FormEvents): PageForm {
  const marked = new Set<Marked>()
  const hasButton = controlsOf(form).some(control => control.type === 'submit' || control.type === 'image')
  if (!hasButton) form.append(element('button', { type: 'submit' }, 'Submit'))

  const clear = (): void => {
    for (const control of marked) control.setCustomValidity('')
    marked.clear()
  }
  const changed = (): void => {
    clear()
    onChange()
  }
  // Controls that name the form may stand outside of it.
  const isOurs = ({ target }: Event): boolean => target instanceof Element && (form.contains(target) || ('form' in target && target.form === form))
  for (const type of ['input', 'change']) document.addEventListener(type, event => { if (isOurs(event)) changed() })
  // A message of ours at a control would keep the browser from trying again.
  document.addEventListener('click', event => { if (isSubmit(event.target, form)) clear() }, { capture: true })
  // On the window, so that scripts of the page had their say.
  window.addEventListener('submit', event => {
    if (event.target !== form || event.defaultPrevented) return
    event.preventDefault()
    onSubmit(event.submitter)
  })
  // Pages made for other places hand in by this, which browsers do not tell anybody.
  if (!controlsOf(form).some(({ name }) => name === 'submit')) form.submit = () => { onSubmit(null) }

  let focused: Element | null = null
  return {
    values: submitter => readValues(form, fields, submitter),
    restore: values => restoreValues(form, values),
    without: values => withoutControls(form, values),
    setBusy(isBusy) {
      if (form.inert === isBusy) return
      if (isBusy) focused = document.activeElement
      form.inert = isBusy
      form.ariaBusy = String(isBusy)
      if (!isBusy && focused instanceof HTMLElement && form.contains(focused)) focused.focus({ preventScroll: true })
    },
    showProblems(problems) {
      clear()
      const rest = problems.filter(problem => {
        const control = controlsOf(form).find((one): one is Marked => one.willValidate && !(one instanceof HTMLButtonElement) && isAbout(problem, one.name))
        if (control === undefined) return true
        control.setCustomValidity(problem.message)
        marked.add(control)
        return false
      })
      if (marked.size > 0) HTMLFormElement.prototype.reportValidity.call(form)
      return rest
    },
    submit() {
      clear()
      if (!HTMLFormElement.prototype.reportValidity.call(form)) return false
      HTMLFormElement.prototype.requestSubmit.call(form)
      return true
    },
  }
}

type Marked = Exclude<ReturnType<typeof controlsOf>[number], HTMLButtonElement>

/** True for a problem with the field of that name, or with a part of it. */
function isAbout({ path }: Problem, name: string): boolean {
  const field = `answer.${name}`
  return name !== '' && (path === field || path.startsWith(`${field}[`) || path.startsWith(`${field}.`))
}

function isSubmit(target: EventTarget | null, form: HTMLFormElement): boolean {
  const control = target instanceof Element ? target.closest<HTMLButtonElement | HTMLInputElement>('button, input') : null
  return control?.form === form && (control.type === 'submit' || control.type === 'image')
}

/** What keeps a form from being handed in at all, though the browser sees nothing wrong; null for nothing. */
export function hindrance(form: HTMLFormElement, fields: readonly PageField[]): Problem | null {
  return hasUnknownFiles(form, fields) ? { path: 'answer', rule: 'file', message: 'A file was chosen at a control that a script has added, and cannot be handed in. Take it out, and write to the team.' } : null
}
