import type { PageField } from '../protocol/html-page.js'

/** Fields by their names. */
export type Values = Readonly<Record<string, unknown>>

/** A control that belongs to a form. */
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement

/** The controls of a form, asked of the page: a form whose control is named `elements` could not be asked. */
export function controlsOf(form: HTMLFormElement): readonly Control[] {
  return [...document.querySelectorAll<Control>('input, select, textarea, button')].filter(control => control.form === form)
}

/** What a form holds beside files, in the shapes of its fields. What was left empty is left out. Fields that the page's scripts add to it are kept. */
export function readValues(form: HTMLFormElement, fields: readonly PageField[], submitter: Element | null): Values {
  const data = new FormData(form)
  if ((submitter instanceof HTMLButtonElement || (submitter instanceof HTMLInputElement && submitter.type === 'submit')) && submitter.name !== '') data.append(submitter.name, submitter.value)
  const known = new Map(fields.map(field => [field.name, field]))
  const names = new Set([...known.keys(), ...data.keys()])
  return Object.fromEntries([...names].flatMap(name => {
    if (known.get(name)?.value === 'file') return []
    const texts = data.getAll(name).filter(value => typeof value === 'string').map(toLines)
    const value = valueOf(known.get(name) ?? { name, shape: texts.length > 1 ? 'list' : 'one', value: 'text' }, texts)
    return value === undefined ? [] : [[name, value] as const]
  }))
}

function valueOf({ shape, value }: PageField, texts: readonly string[]): unknown {
  if (shape === 'box') return texts.length > 0
  const values = texts.filter(text => text !== '').map(text => converted(text, value))
  return shape === 'list' ? values : values[0]
}

function toLines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** A text that is no number stays one, so that the answer's schema can say so. */
function converted(text: string, value: PageField['value']): unknown {
  if (value === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return value === 'number' && !Number.isNaN(Number(text)) ? Number(text) : text
}

/** Files that were chosen at a control which was not there when the page was made; they cannot be handed in. */
export function hasUnknownFiles(form: HTMLFormElement, fields: readonly PageField[]): boolean {
  const known = new Set(fields.filter(({ value }) => value === 'file').map(({ name }) => name))
  return [...new FormData(form)].some(([name, value]) => !known.has(name) && value instanceof File && value.size > 0)
}

/** Puts values back into the controls of their names; returns those that no control has. */
export function restoreValues(form: HTMLFormElement, values: Values): Values {
  for (const control of controlsOf(form)) if (control.name !== '' && Object.hasOwn(values, control.name)) restore(control, values[control.name])
  return withoutControls(form, values)
}

/** Values that no control has now. */
export function withoutControls(form: HTMLFormElement, values: Values): Values {
  const named = new Set(controlsOf(form).map(({ name }) => name))
  return Object.fromEntries(Object.entries(values).filter(([name]) => !named.has(name)))
}

function restore(control: Control, value: unknown): void {
  const chosen = (Array.isArray(value) ? value : [value]).map(one => (typeof one === 'string' ? one : JSON.stringify(one)))
  if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')) control.checked = typeof value === 'boolean' && control.type === 'checkbox' ? value : chosen.includes(control.value)
  else if (control instanceof HTMLSelectElement) for (const option of control.options) option.selected = chosen.includes(option.value)
  else if (control instanceof HTMLTextAreaElement || (control instanceof HTMLInputElement && !['submit', 'button', 'reset', 'image', 'file'].includes(control.type))) control.value = chosen[0] ?? ''
}
