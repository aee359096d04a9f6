import { attribute, describe, isInside, type HtmlDocument, type HtmlElement } from './html-document.js'

/** A control of the form that has a value. */
export interface FormControl {
  readonly element: HtmlElement
  readonly name: string
  /** `select`, `select-multiple`, `textarea`, `button`, or the type of an input. */
  readonly type: string
}

/** The form of a page. */
export interface PageForm {
  readonly element: HtmlElement
  /** In the order of the page. */
  readonly controls: readonly FormControl[]
}

const INPUT_TYPES = new Set([
  'text', 'search', 'tel', 'url', 'email', 'password', 'number', 'range', 'date', 'month', 'week', 'time', 'datetime-local', 'color', 'checkbox', 'radio', 'hidden', 'submit', 'file',
])
/** Buttons that hand in nothing. */
const MUTE = new Set(['button', 'reset', 'image'])
/** Names that JavaScript or HTML keeps for itself. */
const RESERVED = new Set(['__proto__', 'constructor', '_charset_', 'isindex'])

/**
 * Finds the one form of a page, and the controls that its answer is read from.
 * @throws MephistoError `invalid_options` for no form or two, and for controls that would be lost: without a name, outside
 */
export function formOf(document: HtmlDocument): PageForm {
  const forms = document.elements.filter(({ tagName, attrs }) => tagName === 'form' && !attrs.some(({ name, value }) => name === 'method' && value.toLowerCase() === 'dialog'))
  const [element, second] = forms
  if (!element) throw document.refuse('there is no <form>; put what people fill in into one')
  if (second) throw document.refuse('there are two forms, and one answer; put everything into one <form>, or give a form of a dialog method="dialog"', second)
  return { element, controls: document.elements.flatMap(one => controlOf(document, element, one)) }
}

function controlOf(document: HtmlDocument, form: HtmlElement, element: HtmlElement): FormControl[] {
  const type = typeOf(element)
  if (type === null || MUTE.has(type)) return []
  const owner = attribute(element, 'form')
  const isOurs = isOf(element, form)
  const name = attribute(element, 'name') ?? ''
  if (!isOurs) {
    if (name === '' || owner === '' || (owner === undefined && isInAnyForm(document, element))) return []
    throw document.refuse(`${describe(element)} is outside of the form, so that what people fill in there would be lost; move it inside, or give it form="…" with the id of the form`, element)
  }
  if (name === '') {
    if (type === 'submit') return []
    throw document.refuse(`${describe(element)} has no name, so that what people fill in there would be lost; give it one, or form="" when only your own script reads it`, element)
  }
  if (RESERVED.has(name) || !/^[^\p{Cc}\p{Cs}]{1,64}$/u.test(name)) throw document.refuse(`${describe(element)} has a name that no answer can have; use at most 64 letters, digits, dashes and underscores`, element)
  return [{ element, name, type }]
}

/** Whether a form has a control: it stands in it, or names it. */
export function isOf(element: HtmlElement, form: HtmlElement): boolean {
  const owner = attribute(element, 'form')
  return owner === undefined ? isInside(element, form) : owner !== '' && owner === attribute(form, 'id')
}

/** Controls of a dialog's own form are the page's own business. */
function isInAnyForm(document: HtmlDocument, element: HtmlElement): boolean {
  return document.elements.some(one => one.tagName === 'form' && isInside(element, one))
}

/** The type of a control; null for an element that is none. */
function typeOf(element: HtmlElement): string | null {
  switch (element.tagName) {
    case 'textarea': return 'textarea'
    case 'select': return attribute(element, 'multiple') === undefined ? 'select' : 'select-multiple'
    case 'button': {
      const type = attribute(element, 'type')?.toLowerCase() ?? 'submit'
      return MUTE.has(type) ? type : 'submit'
    }
    case 'input': {
      const type = attribute(element, 'type')?.toLowerCase() ?? 'text'
      // As in a browser, a type that there is not is text.
      return INPUT_TYPES.has(type) || MUTE.has(type) ? type : 'text'
    }
    default: return null
  }
}
