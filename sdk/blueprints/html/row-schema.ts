import * as z from 'zod'
import { isHarmlessUrl } from '../../protocol/page-addresses.js'
import { placeholderText } from '../../protocol/placeholders.js'
import type { HtmlDocument } from './html-document.js'
import type { PagePlaceholders, UrlPlace } from './placeholders.js'

/** A row of a page whose author gave no schema: its fields by their names. */
export type PageRow = Record<string, unknown>

/** A page with what it wants of a row. */
export interface ReadPage {
  readonly document: HtmlDocument
  readonly placeholders: PagePlaceholders
}

/** Numbers and truth values of a row are shown as they are written. */
const shownText = z.preprocess(value => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value), z.string())

/** The schema that the placeholders of pages make: each is a field of text, but those of args. Other fields of a row are kept as they are. */
export function rowSchema(pages: readonly ReadPage[], ofArgs: ReadonlySet<string>): z.ZodType<PageRow, PageRow> {
  const names = new Set(pages.flatMap(({ placeholders }) => placeholders.found.map(({ name }) => name)))
  return z.looseObject(Object.fromEntries([...names].filter(name => !ofArgs.has(name)).map(name => [name, shownText])))
}

/** @throws MephistoError `invalid_options` for a placeholder that neither the schema of the rows nor the args have a field for */
export function checkPlaceholders(schema: z.ZodType, pages: readonly ReadPage[], ofArgs: ReadonlySet<string>): void {
  const { properties, additionalProperties } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })
  if (properties === undefined || (additionalProperties !== undefined && additionalProperties !== false)) return
  for (const { document, placeholders: { found } } of pages) {
    const unknown = found.find(({ name }) => !Object.hasOwn(properties, name) && !ofArgs.has(name))
    if (unknown) throw document.refuse(`\${${unknown.name}} is no field of the input; there are: ${[...Object.keys(properties), ...ofArgs].join(', ')}. Write \\\${${unknown.name}} for a text that stays as it is`, unknown.element)
  }
}

/** The schema with a check more: where a page leads to an address of a row, it is one that can do no harm. */
export function withHarmlessUrls<T extends z.ZodType>(schema: T, pages: readonly ReadPage[]): T {
  const places = pages.flatMap(({ placeholders }) => placeholders.urls)
  if (places.length === 0) return schema
  return schema.check(({ value, issues }) => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, isMedia] of strictest(places)) {
      const address = placeholderText((value as Readonly<Record<string, unknown>>)[name])
      if (!isHarmlessUrl(address, isMedia)) issues.push({ code: 'custom', input: value, path: [name], message: `"${address.slice(0, 80)}" is no web address that the page may lead to` })
    }
  })
}

/** Followed anywhere, it must do to be followed. */
function strictest(places: readonly UrlPlace[]): ReadonlyMap<string, boolean> {
  const byName = new Map<string, boolean>()
  for (const { name, isMedia } of places) byName.set(name, isMedia && (byName.get(name) ?? true))
  return byName
}
