import { button, element } from './elements.js'

/** What a dialog asks or tells. */
export interface DialogText {
  readonly title: string
  readonly text: string
  /** What else is asked. @default nothing */
  readonly question?: Node
  /** Closes it, and has the focus. */
  readonly close: string
  /** Does what was asked for. @default there is nothing to do */
  readonly confirm?: { readonly label: string; run(): void }
}

/** Opens a native modal dialog: the browser keeps the focus inside, closes it with Escape, and gives the focus back. */
export function openDialog(place: HTMLElement, { title, text, question, close, confirm }: DialogText): void {
  const dialog = makeDialog(title)
  const end = (): void => { dialog.close() }
  dialog.append(
    element('div', { class: 'mephisto-prose' }, element('p', {}, text), question ?? null),
    element('div', { class: 'mephisto-actions' },
      button(close, end, { look: 'primary' }),
      confirm ? button(confirm.label, () => { end(); confirm.run() }) : null))
  place.append(dialog)
  dialog.showModal()
}

/** A dialog with nothing in it but its title, not on the page yet. */
export function makeDialog(title: string): HTMLDialogElement {
  const dialog: HTMLDialogElement = element('dialog', { 'class': 'mephisto-dialog', 'aria-labelledby': 'dialog-title', 'onclose': () => { dialog.remove() } },
    element('h2', { id: 'dialog-title', class: 'mephisto-heading' }, title))
  // What is pressed in it is not meant for the author's page.
  for (const name of ['keydown', 'keyup', 'keypress'] as const) dialog.addEventListener(name, event => { event.stopPropagation() })
  return dialog
}
