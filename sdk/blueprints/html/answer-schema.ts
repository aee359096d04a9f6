import * as z from 'zod'
import { describeProblems, problemsOf } from '../../errors.js'
import { FILE_MARK } from '../../data-model/file-schema.js'
import type { PageField } from '../../protocol/html-page.js'
import type { FormField } from './form-fields.js'
import { describe, type HtmlDocument } from './html-document.js'

/** An answer of a form whose author gave no schema: its fields by their names. */
export type FormAnswer = Record<string, unknown>

/** The schema that the controls of a form make. Fields that a script of the page adds are kept as they are. */
export function answerSchema(fields: readonly FormField[]): z.ZodType<FormAnswer, FormAnswer> {
  return z.looseObject(Object.fromEntries(fields.map(({ name, schema, isRequired }) => [name, isRequired ? schema : schema.optional()])))
}

interface FieldSchema {
  readonly type?: unknown
  readonly enum?: readonly unknown[]
  readonly items?: FieldSchema
}

interface AnswerShape {
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly additionalProperties?: unknown
}

/** What an author's schema is compared with. */
export interface GivenAnswer {
  readonly output: z.ZodType
  readonly fields: readonly FormField[]
  /** Fields that a script of the page sets. */
  readonly scripted: readonly string[]
}

/**
 * Compares an author's schema with the form, and reads the fields as the schema wants them: a radio button whose schema is a
 * number hands in a number.
 * @throws MephistoError `invalid_options` for a field that nobody can fill in, a control that would be lost, and values that never fit
 */
export function fieldsAsWanted(document: HtmlDocument, { output, fields, scripted }: GivenAnswer): readonly PageField[] {
  const shape = shapeOf(output)
  if (shape.properties === undefined) return fields.map(pageField)
  const known = new Set([...fields.map(({ name }) => name), ...scripted])
  const missing = Object.keys(shape.properties).find(name => !known.has(name))
  if (missing !== undefined) throw document.refuse(`the schema of the answer has "${missing}", and no control has that name; add one, or name it in "scripted" when a script of yours sets it`)
  const properties = new Map(Object.entries(shape.properties))
  return fields.map(field => {
    const wanted = properties.get(field.name)
    if (wanted === undefined && shape.additionalProperties === false) {
      throw document.refuse(`the schema of the answer has no "${field.name}", so that what people fill in at ${describe(field.element)} would be lost; add it to the schema, or take the control out`, field.element)
    }
    return wanted === undefined ? pageField(field) : fieldAsWanted(document, field, { wanted, output })
  })
}

/** What the page's script is told of a field. */
export function pageField({ name, shape, value }: FormField): PageField {
  return { name, shape, value }
}

function fieldAsWanted(document: HtmlDocument, field: FormField, { wanted, output }: { readonly wanted: FieldSchema; readonly output: z.ZodType }): PageField {
  const isList = wanted.type === 'array'
  const { type } = isList ? wanted.items ?? {} : wanted
  const mismatch = (why: string): Error => document.refuse(`${describe(field.element)} ${why}, and the schema of the answer wants something else for "${field.name}"`, field.element)
  if (typeof wanted.type === 'string' && wanted.type !== 'null' && isList !== (field.shape === 'list')) throw mismatch(field.shape === 'list' ? 'hands in a list' : 'hands in a single value')
  if (field.shape === 'box') {
    if (typeof type === 'string' && type !== 'boolean') throw mismatch('is true or false')
    return pageField(field)
  }
  const isFile = FILE_MARK in (isList ? wanted.items ?? {} : wanted)
  if (field.value === 'file' || isFile) {
    if (typeof type === 'string' && isFile !== (field.value === 'file')) throw mismatch(isFile ? 'hands in no file' : 'hands in a file')
    return pageField(field)
  }
  const value = type === 'number' || type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : type === 'string' ? 'text' : field.value
  if (value === 'boolean' && field.choices?.some(choice => choice !== 'true' && choice !== 'false') !== false) throw mismatch('does not hand in "true" or "false"')
  const asWanted: PageField = { name: field.name, shape: field.shape, value }
  for (const choice of field.choices ?? []) checkChoice(document, field, { choice, value, output })
  return asWanted
}

/** A choice that its schema refuses would keep whoever takes it from ever handing in. */
function checkChoice(document: HtmlDocument, field: FormField, { choice, value, output }: { readonly choice: string; readonly value: PageField['value']; readonly output: z.ZodType }): void {
  const handedIn = value === 'number' ? Number(choice) : value === 'boolean' ? choice === 'true' : choice
  const schema = output instanceof z.ZodObject ? (output.shape as Readonly<Record<string, z.ZodType>>)[field.name] : undefined
  // Refinements that ask somebody else may be asynchronous; those are left to the answers.
  const parsed = schema && attempt(() => schema.safeParse(field.shape === 'list' ? [handedIn] : handedIn))
  const refused = parsed?.success === false ? parsed.error.issues.filter(({ code }) => code === 'invalid_type' || code === 'invalid_value') : []
  if (refused.length > 0) throw document.refuse(`the choice "${choice}" of ${describe(field.element)} does not fit the schema of the answer: ${describeProblems(problemsOf(refused, field.name))}`, field.element)
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** The fields of a schema, before it runs; without them where it is no plain object. */
function shapeOf(schema: z.ZodType): AnswerShape {
  const shape = (io: 'input' | 'output'): AnswerShape | undefined => attempt(() => z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as AnswerShape)
  const [given, kept] = [shape('input'), shape('output')]
  return { ...(given?.properties === undefined ? {} : { properties: given.properties }), additionalProperties: kept?.additionalProperties }
}
