import { element } from './elements.js'

/** One of a few values, with their names. */
export function choice(id: string, options: readonly (readonly [value: string, name: string])[]): HTMLSelectElement {
  return element('select', { id, class: 'mephisto-control' }, ...options.map(([value, name]) => element('option', { value }, name)))
}

/** A text of at most so many characters. */
export function writing(id: string, most: number): HTMLTextAreaElement {
  return element('textarea', { id, class: 'mephisto-control', rows: '4', maxlength: String(most) })
}

/** A control with its label before it. */
export function labelled(label: string, control: HTMLElement): readonly [HTMLElement, HTMLElement] {
  return [element('label', { for: control.id }, label), control]
}
