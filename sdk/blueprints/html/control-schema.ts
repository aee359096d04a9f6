import * as z from 'zod'
import type { FileLimits } from '../../data-model/file.js'
import { fileSchema } from '../../data-model/file-schema.js'
import { placeholdersIn } from '../../protocol/placeholders.js'
import { attribute, describe, type HtmlDocument } from './html-document.js'
import type { FormControl } from './form-controls.js'

/** What a control with a single value says of it, as its schema; empty ones are left out of an answer, so it needs no empty case. */
export function controlSchema(document: HtmlDocument, control: FormControl): z.ZodType {
  switch (control.type) {
    case 'number': return numberSchema(control, {})
    case 'range': return numberSchema(control, { min: 0, max: 100 })
    case 'email': return attribute(control.element, 'multiple') === undefined ? textSchema(document, control).regex(z.regexes.html5Email, 'Write an e-mail address.') : textSchema(document, control)
    case 'url': return textSchema(document, control).refine(value => URL.canParse(value), 'Write a whole address, such as https://example.org.')
    case 'date': return timeSchema(control, /^\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'Choose a date.')
    case 'month': return timeSchema(control, /^\d{4,}-(?:0[1-9]|1[0-2])$/, 'Choose a month.')
    case 'week': return timeSchema(control, /^\d{4,}-W(?:0[1-9]|[1-4]\d|5[0-3])$/, 'Choose a week.')
    case 'time': return timeSchema(control, /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?$/, 'Choose a time.')
    case 'datetime-local': return timeSchema(control, /^\d{4,}-\d{2}-\d{2}T[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?$/, 'Choose a date and a time.')
    case 'file': return fileSchema(fileLimits(document, control))
    case 'color': return z.string().regex(/^#[0-9a-f]{6}$/i, 'Choose a colour.')
    default: return textSchema(document, control)
  }
}

/** A bound that is the same for every row; undefined for none. */
function fixed({ element }: FormControl, name: string): string | undefined {
  const value = attribute(element, name)
  return value === undefined || value === '' || placeholdersIn(value).length > 0 ? undefined : value
}

function fixedNumber(control: FormControl, name: string): number | undefined {
  const value = Number(fixed(control, name))
  return Number.isFinite(value) ? value : undefined
}

/** `accept` says which files, as browsers know it, and `data-max-bytes` how large they may be. */
function fileLimits(document: HtmlDocument, control: FormControl): FileLimits {
  const accept = (fixed(control, 'accept') ?? '').split(',').map(one => one.trim()).filter(one => one !== '')
  const maxBytes = attribute(control.element, 'data-max-bytes')
  if (maxBytes !== undefined && !/^[1-9]\d{0,14}$/.test(maxBytes)) throw document.refuse(`data-max-bytes of ${describe(control.element)} must be a whole number of bytes, such as 5000000`, control.element)
  return { accept, ...(maxBytes === undefined ? {} : { maxBytes: Number(maxBytes) }) }
}

function textSchema(document: HtmlDocument, control: FormControl): z.ZodString {
  let schema = z.string()
  const [shortest, longest, pattern] = [fixedNumber(control, 'minlength'), fixedNumber(control, 'maxlength'), control.type === 'textarea' ? undefined : fixed(control, 'pattern')]
  if (shortest !== undefined) schema = schema.min(shortest, `Write at least ${String(shortest)} characters.`)
  if (longest !== undefined) schema = schema.max(longest, `Write at most ${String(longest)} characters.`)
  return pattern === undefined ? schema : schema.regex(patternOf(document, control, pattern), attribute(control.element, 'title') ?? 'Write it in the way that is asked for.')
}

/** Browsers ignore a pattern that is none, and then nobody checks anything. */
function patternOf(document: HtmlDocument, { element }: FormControl, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'v')
  } catch (cause) {
    throw document.refuse(`the pattern of ${describe(element)} is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}`, element)
  }
}

function numberSchema(control: FormControl, { min, max }: { readonly min?: number; readonly max?: number }): z.ZodType<number> {
  const [least, most] = [fixedNumber(control, 'min') ?? min, fixedNumber(control, 'max') ?? max]
  const written = attribute(control.element, 'step')?.toLowerCase()
  const step = written === 'any' ? null : Number(written) > 0 ? Number(written) : 1
  // As in a browser, steps are counted from the least or the first value.
  const base = fixedNumber(control, 'min') ?? fixedNumber(control, 'value') ?? 0
  const isWhole = step !== null && Number.isInteger(step) && Number.isInteger(base)
  let schema = isWhole ? z.int('Write a whole number.') : z.number('Write a number.')
  if (least !== undefined) schema = schema.min(least, `Write a number of at least ${String(least)}.`)
  if (most !== undefined) schema = schema.max(most, `Write a number of at most ${String(most)}.`)
  if (step === null || (isWhole && step === 1)) return schema
  return schema.refine(value => isOnStep((value - base) / step), `Write a number in steps of ${String(step)}.`)
}

function isOnStep(steps: number): boolean {
  return Math.abs(steps - Math.round(steps)) < 1e-6
}

/** Dates and times compare as their texts do. */
function timeSchema(control: FormControl, form: RegExp, message: string): z.ZodType<string> {
  const [first, last] = [fixed(control, 'min'), fixed(control, 'max')]
  const isAroundMidnight = control.type === 'time' && first !== undefined && last !== undefined && first > last
  const schema = z.string().regex(form, message)
  if (isAroundMidnight) return schema.refine(value => value >= first || value <= last, `Choose from ${first} to ${last}.`)
  return schema
    .refine(value => first === undefined || value >= first, `Choose ${first ?? ''} or later.`)
    .refine(value => last === undefined || value <= last, `Choose ${last ?? ''} or earlier.`)
}
