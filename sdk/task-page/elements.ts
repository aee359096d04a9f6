import { BUSY } from '../client/task-text.js'

/** Properties of an element: attributes by name, handlers by `on…`. */
type Properties = Readonly<Record<string, string | boolean | (() => void) | undefined>>

/** Makes an element. False and undefined leave an attribute out; children that are null are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Properties, ...children: readonly (Node | string | null)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children.filter(child => child !== null))
  return made
}

/** A button of the SDK's look. Busy ones stay focusable: a disabled one would lose the focus, and with it the place on the page. */
export function button(label: string, run: () => void, { look = '', isBusy = false }: { readonly look?: 'primary' | 'quiet' | ''; readonly isBusy?: boolean } = {}): HTMLButtonElement {
  const className = look === '' ? 'mephisto-button' : `mephisto-button mephisto-button-${look}`
  return element('button', { 'type': 'button', 'class': className, 'aria-disabled': isBusy ? 'true' : undefined, 'onclick': isBusy ? undefined : run }, isBusy ? BUSY : label)
}
