import * as z from 'zod'
import type { PageField } from '../../protocol/html-page.js'
import { placeholdersIn } from '../../protocol/placeholders.js'
import { controlSchema } from './control-schema.js'
import { isOf, type FormControl, type PageForm } from './form-controls.js'
import { attribute, describe, isInside, outerElements, textOf, type HtmlDocument, type HtmlElement } from './html-document.js'

/** A field of the answer, as the controls of one name make it. */
export interface FormField extends PageField {
  /** The first of its controls. */
  readonly element: HtmlElement
  /** What the controls say of it. */
  readonly schema: z.ZodType
  /** A form without it is not handed in. */
  readonly isRequired: boolean
  /** All values that it may have; null when people write it, or a row says so. */
  readonly choices: readonly string[] | null
}

/**
 * The fields of a form, in the order of the page. One check box is true or false; several of one name, and a list of which
 * several may be chosen, are lists; numbers are numbers, files are files, all else is text.
 * @throws MephistoError `invalid_options` for a name that stands for two things, or two choices that could not be told apart
 */
export function fieldsOf(document: HtmlDocument, { controls, element }: PageForm): readonly FormField[] {
  const names = [...new Set(controls.map(({ name }) => name))]
  return names.map(name => fieldOf(document, controls.filter(one => one.name === name), element))
}

function fieldOf(document: HtmlDocument, controls: readonly FormControl[], form: HtmlElement): FormField {
  const [first, second] = controls
  if (!first) throw new Error('a field has a control')
  if (second && (controls.some(({ type }) => type !== first.type) || !['radio', 'checkbox', 'submit'].includes(first.type))) {
    throw document.refuse(`two controls are named "${first.name}", and an answer has one field of that name: ${describe(first.element)} and ${describe(second.element)}; give each its own`, second.element)
  }
  const field = { name: first.name, element: first.element, value: 'text' } as const
  switch (first.type) {
    case 'checkbox': return second ? boxesField(document, field, controls) : boxField(field, first)
    case 'radio': return choiceField(field, choicesOf(document, controls), controls.some(isRequired))
    case 'submit': return choiceField(field, choicesOf(document, controls), submitsAlways(document, controls, form))
    case 'select':
    case 'select-multiple': return selectField(document, field, first)
    case 'file': return fileField(document, field, first)
    case 'number':
    case 'range': return { ...field, shape: 'one', value: 'number', choices: null, schema: controlSchema(document, first), isRequired: first.type === 'range' ? isEnabled(first) : isRequired(first) }
    default: return { ...field, shape: 'one', choices: null, schema: controlSchema(document, first), isRequired: isRequired(first) }
  }
}

type Named = Pick<FormField, 'name' | 'element' | 'value'>

function isRequired(control: FormControl): boolean {
  const { element, type } = control
  return type !== 'hidden' && attribute(element, 'required') !== undefined && attribute(element, 'readonly') === undefined && isEnabled(control)
}

/** A control that is disabled at first, itself or with its fieldset, is not handed in until a script enables it. */
function isEnabled({ element }: FormControl): boolean {
  return [element, ...outerElements(element).filter(({ tagName }) => tagName === 'fieldset')].every(one => attribute(one, 'disabled') === undefined)
}

function boxField(field: Named, control: FormControl): FormField {
  const mustBeChecked = isRequired(control)
  return { ...field, value: 'boolean', shape: 'box', choices: null, isRequired: true, schema: mustBeChecked ? z.literal(true, 'This must be checked.') : z.boolean() }
}

function boxesField(document: HtmlDocument, field: Named, controls: readonly FormControl[]): FormField {
  const choices = choicesOf(document, controls)
  const wanted = controls.filter(isRequired).map(({ element }) => attribute(element, 'value') ?? '')
  const schema = listSchema(choices).refine(values => wanted.every(value => values.includes(value)), 'Not everything that must be checked is.')
  return { ...field, shape: 'list', choices, schema, isRequired: true }
}

function choiceField(field: Named, choices: readonly string[] | null, isNeeded: boolean): FormField {
  return { ...field, shape: 'one', choices, schema: choiceSchema(choices), isRequired: isNeeded }
}

function selectField(document: HtmlDocument, field: Named, control: FormControl): FormField {
  const options = document.elements.filter(one => one.tagName === 'option' && isInside(one, control.element))
  const values = options.map(option => ({ option, value: attribute(option, 'value') ?? textOf(option).replace(/[\t\n\f\r ]+/g, ' ').trim() }))
  const repeated = values.find(({ value }, index) => value !== '' && values.findIndex(other => other.value === value) < index)
  if (repeated) throw document.refuse(`${describe(control.element)} has two options with the value "${repeated.value}"; give each its own`, repeated.option)
  // Without options a script makes them; with placeholders a row does.
  const isKnown = values.length > 0 && values.every(({ value }) => placeholdersIn(value).length === 0)
  const choices = isKnown ? values.map(({ value }) => value).filter(value => value !== '') : null
  if (control.type === 'select') return choiceField(field, choices, isRequired(control))
  const schema = isRequired(control) ? listSchema(choices).min(1, 'Choose at least one.') : listSchema(choices)
  return { ...field, shape: 'list', choices, schema, isRequired: true }
}

function fileField(document: HtmlDocument, { name, element }: Named, control: FormControl): FormField {
  const field = { name, element, value: 'file', choices: null } as const
  const schema = controlSchema(document, control)
  if (attribute(element, 'multiple') === undefined) return { ...field, shape: 'one', schema, isRequired: isRequired(control) }
  return { ...field, shape: 'list', schema: isRequired(control) ? z.array(schema).min(1, 'Choose at least one file.') : z.array(schema), isRequired: true }
}

function choiceSchema(choices: readonly string[] | null): z.ZodType<string> {
  return choices === null || choices.length === 0 ? z.string() : z.enum(choices as [string, ...string[]], 'Choose one of those that are offered.')
}

function listSchema(choices: readonly string[] | null): z.ZodArray<z.ZodType<string>> {
  return z.array(choiceSchema(choices)).refine(values => new Set(values).size === values.length, 'Each can be chosen once.')
}

/** The values of radio buttons, check boxes or buttons of one name; null when a row says what they are. */
function choicesOf(document: HtmlDocument, controls: readonly FormControl[]): readonly string[] | null {
  const values = controls.map(control => ({ control, value: attribute(control.element, 'value') ?? (control.type === 'submit' ? '' : 'on') }))
  const double = values.find(({ value }, index) => values.findIndex(other => other.value === value) < index) ?? values.find(({ control, value }) => control.type === 'submit' && value === '')
  if (double) throw document.refuse(`${describe(double.control.element)} could not be told apart from another choice of its name; give each a value="…" of its own`, double.control.element)
  return values.some(({ value }) => placeholdersIn(value).length > 0) ? null : values.map(({ value }) => value)
}

/** Whether every way to hand in the form is one of these buttons. */
function submitsAlways(document: HtmlDocument, controls: readonly FormControl[], form: HtmlElement): boolean {
  const named = new Set(controls.map(({ element }) => element))
  return document.elements.filter(one => isSubmit(one) && isOf(one, form)).every(one => named.has(one))
}

function isSubmit(element: HtmlElement): boolean {
  const type = attribute(element, 'type')?.toLowerCase()
  if (element.tagName === 'button') return type === undefined || !['button', 'reset'].includes(type)
  return element.tagName === 'input' && (type === 'submit' || type === 'image')
}
