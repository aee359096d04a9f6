import { attributeText } from '../../protocol/attribute-text.js'
import { HELD_ATTRIBUTE, type PageSettings } from '../../protocol/html-page.js'
import { URL_ATTRIBUTES } from '../../protocol/page-addresses.js'
import { placeholdersIn } from '../../protocol/placeholders.js'
import { attribute, fullName, type HtmlDocument, type HtmlElement } from './html-document.js'

interface Change {
  readonly at: number
  readonly insert: string
}

/** What is put into a page as it is sent. */
export interface PageScript {
  readonly settings: PageSettings
  /** Changes with the script, so that browsers may keep it for good. */
  readonly version: string
}

/**
 * The text of a page as it is sent: the author's, with our script first in its head. Attributes with a placeholder that a browser
 * would follow at once are put out of its sight, until the script has filled them in.
 */
export function servedPage(document: HtmlDocument, script: PageScript): string {
  const { text } = document
  const changes: Change[] = document.all.flatMap(element => [...heldAttributes(element), ...forgetting(element)])
  const { at, doctype } = headOf(document)
  changes.push({ at, insert: `${doctype ? '' : '<!doctype html>'}${headTags(document, script)}` })
  const sorted = changes.sort((a, b) => a.at - b.at)
  return sorted.map((change, index) => text.slice(sorted[index - 1]?.at ?? 0, change.at) + change.insert).join('') + text.slice(sorted.at(-1)?.at ?? 0)
}

function headTags({ elements }: HtmlDocument, { settings, version }: PageScript): string {
  const hasViewport = elements.some(one => one.tagName === 'meta' && attribute(one, 'name')?.toLowerCase() === 'viewport')
  const viewport = hasViewport ? '' : '<meta name="viewport" content="width=device-width, initial-scale=1">'
  const json = attributeText(JSON.stringify(settings))
  return `${viewport}<script src="task.js?${version}" data-page="${json}"></script>`
}

/** Where the head begins, whether or not the author wrote one, and whether there is a doctype before it. */
function headOf({ text, elements }: HtmlDocument): { readonly at: number; readonly doctype: boolean } {
  const doctype = /^\uFEFF?(?:\s|<!--[\s\S]*?-->)*<!doctype[^>]*>/i.exec(text)
  const startOf = (tag: string): number | undefined => elements.find(({ tagName }) => tagName === tag)?.sourceCodeLocation?.startTag?.endOffset
  return { at: startOf('head') ?? startOf('html') ?? doctype?.[0].length ?? 0, doctype: doctype !== null }
}

function heldAttributes({ attrs, sourceCodeLocation }: HtmlElement): Change[] {
  return attrs.flatMap(one => {
    const name = fullName(one)
    const at = sourceCodeLocation?.attrs?.[name]?.startOffset
    return at !== undefined && URL_ATTRIBUTES.has(name) && placeholdersIn(one.value).length > 0 ? [{ at, insert: HELD_ATTRIBUTE }] : []
  })
}

/** What a browser kept of the item before, over a reload, must not be an answer to the next one. */
function forgetting(element: HtmlElement): Change[] {
  const at = element.sourceCodeLocation?.startTag?.startOffset
  return element.tagName === 'form' && at !== undefined && attribute(element, 'autocomplete') === undefined ? [{ at: at + '<form'.length, insert: ' autocomplete="off"' }] : []
}
