import type * as z from 'zod'
import { MephistoError } from '../../errors.js'
import { defineBlueprint, type Blueprint, type NoArgs, type OnboardingContract } from '../blueprint.js'
import { implement, type BlueprintImplementation } from '../implement.js'
import type { BlueprintServer } from '../server.js'
import type { ServedPages } from '../served-pages.js'
import { answerSchema, fieldsAsWanted, pageField, type FormAnswer } from './answer-schema.js'
import { formOf } from './form-controls.js'
import { fieldsOf } from './form-fields.js'
import { parsePage } from './html-document.js'
import { htmlPages, type StagePage } from './html-pages.js'
import type { PagePolicy } from './page-policy.js'
import type { PageSource } from './page-source.js'
import { placeholdersOf } from './placeholders.js'
import { checkPlaceholders, rowSchema, withHarmlessUrls, type PageRow, type ReadPage } from './row-schema.js'

/** Rows of a page without a schema of its own: each placeholder is a text, and other fields are kept as they are. */
export type RowSchema = z.ZodType<PageRow, PageRow>
/** Answers of a form without a schema of its own: as its controls say. */
export type AnswerSchema = z.ZodType<FormAnswer, FormAnswer>

/** A page with a form, and what goes in and out of it. */
export interface FormPage<TInput extends z.ZodType = RowSchema, TOutput extends z.ZodType = AnswerSchema> {
  /** The page, with one form and `${placeholders}`: its text, or `file('page.html')`. */
  readonly page: PageSource
  /** Schema of what the placeholders show. @default a field of text for each placeholder; other fields are kept */
  readonly input?: TInput
  /** Schema of what is handed in. @default what the form's controls say, by their types and attributes */
  readonly output?: TOutput
  /** Fields of `output` that a script of the page sets by `mephisto.set({ … })`. @default none: each has a control */
  readonly scripted?: readonly string[]
}

/** A task whose page is an HTML file. */
export interface HtmlBlueprintOptions<
  TInput extends z.ZodType, TOutput extends z.ZodType, TIntro extends z.ZodType, TPassed extends z.ZodType, TArgs extends z.ZodObject, S,
> extends FormPage<TInput, TOutput>, PagePolicy {
  /** As of any blueprint: unique in the installation. */
  readonly type: string
  /** Shown before a unit is accepted, with a sample row; without a form, or with one that cannot be used. @default the page itself */
  readonly preview?: PageSource
  /** What workers do once before they get work, in runs that ask for it (`onboarding` at launch). @default none */
  readonly onboarding?: FormPage<TIntro, TPassed>
  /** What a run is set up with besides its data; a placeholder that is no field of the row is one of these. @default none */
  readonly args?: TArgs
  /** As for `implement`; without a builder, because the pages are here. @default none */
  readonly server?: Omit<BlueprintServer<Blueprint<TInput, TOutput, OnboardingContract<TIntro, TPassed>, TArgs>, S>, 'builder'>
}

/** An HTML blueprint: give it to `createMephisto({ blueprints })`, and its `blueprint` to `launch`. */
export interface HtmlBlueprint<B extends Blueprint> extends BlueprintImplementation {
  readonly blueprint: B
  readonly pages: ServedPages
}

/**
 * Makes a task of an HTML file: `htmlBlueprint({ type: 'tweet-form', page: file('tweet.html') })`. The SDK serves the page, fills the
 * placeholders of each row in, and takes what its form holds. In the page's own scripts, `mephisto:ready` on `document` tells
 * that it is filled in, `mephisto.input` is the row, `mephisto.set({ … })` adds fields to the answer and `mephisto.submit()` hands it in.
 * @throws MephistoError `invalid_options`, naming the file and the line: no form, two forms, a control that would be lost,
 * a placeholder that no row has or where a row could do harm, schemas that do not fit
 */
export function htmlBlueprint<
  TInput extends z.ZodType = RowSchema, TOutput extends z.ZodType = AnswerSchema, TIntro extends z.ZodType = RowSchema, TPassed extends z.ZodType = AnswerSchema, TArgs extends z.ZodObject = NoArgs, S = undefined,
>(options: HtmlBlueprintOptions<TInput, TOutput, TIntro, TPassed, TArgs, S>): HtmlBlueprint<Blueprint<TInput, TOutput, OnboardingContract<TIntro, TPassed>, TArgs>> {
  const { type, preview, onboarding, args, server = {}, frameAncestors = [], scriptOrigins = [], allowEval = false } = options
  checkOrigins(type, { frameAncestors, scriptOrigins })
  const shown = preview === undefined ? null : readPage(type, 'preview', preview)
  const work = readForm(type, options, { page: 'page', alsoShown: shown === null ? [] : [shown], args })
  const intro = onboarding === undefined ? null : readForm(type, onboarding, { page: 'onboarding', alsoShown: [], args })
  const blueprint = defineBlueprint<TInput, TOutput, OnboardingContract<TIntro, TPassed>, TArgs>({
    type, input: work.input, output: work.output, ...(intro === null ? {} : { onboarding: { input: intro.input, output: intro.output } }), ...(args === undefined ? {} : { args }),
  })
  const pages = htmlPages({
    type, work: work.page, preview: shown && { document: shown.document, fields: [] }, onboarding: intro && intro.page, policy: { frameAncestors, scriptOrigins, allowEval },
  })
  return { ...implement(blueprint, server), blueprint, pages }
}

function readPage(type: string, page: 'page' | 'preview' | 'onboarding', source: PageSource): ReadPage {
  const document = parsePage(source, { type, page })
  const base = document.elements.find(({ tagName }) => tagName === 'base')
  if (base) throw document.refuse('<base> would lead the page away from its script and its task; write whole addresses instead', base)
  return { document, placeholders: placeholdersOf(document) }
}

interface ReadForm<TInput extends z.ZodType, TOutput extends z.ZodType> {
  readonly input: TInput
  readonly output: TOutput
  readonly page: StagePage
}

function readForm<TInput extends z.ZodType, TOutput extends z.ZodType>(
  type: string, given: FormPage<TInput, TOutput>, { page, alsoShown, args }: { readonly page: 'page' | 'onboarding'; readonly alsoShown: readonly ReadPage[]; readonly args: z.ZodObject | undefined },
): ReadForm<TInput, TOutput> {
  const read = readPage(type, page, given.page)
  const pages = [read, ...alsoShown]
  const ofArgs = new Set(Object.keys(args?.shape ?? {}))
  const { document } = read
  const fields = fieldsOf(document, formOf(document))
  if (given.input !== undefined) checkPlaceholders(given.input, pages, ofArgs)
  const pageFields = given.output === undefined ? fields.map(pageField) : fieldsAsWanted(document, { output: given.output, fields, scripted: given.scripted ?? [] })
  return {
    // Where no schema is given, its type parameter is the default one.
    input: withHarmlessUrls(given.input ?? (rowSchema(pages, ofArgs) as unknown as TInput), pages),
    output: given.output ?? (answerSchema(fields) as unknown as TOutput),
    page: { document, fields: pageFields },
  }
}

/** What stands in a header must not be able to write another one. */
function checkOrigins(type: string, given: { readonly frameAncestors: readonly string[]; readonly scriptOrigins: readonly string[] }): void {
  for (const [option, origins] of Object.entries(given)) {
    const wrong = origins.find(origin => !/^https?:\/\/(?:\*\.)?[\w.-]+(?::\d{1,5})?$/.test(origin))
    if (wrong !== undefined) throw new MephistoError('invalid_options', `htmlBlueprint("${type}"): ${option}: "${wrong}" is no origin; write for example https://workersandbox.mturk.com, without a path.`)
  }
}
