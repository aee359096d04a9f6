import { isMediaAttribute, URL_ATTRIBUTES } from '../../protocol/page-addresses.js'
import { BUILT_IN_PLACEHOLDERS, placeholdersIn, UNFILLED_ELEMENTS } from '../../protocol/placeholders.js'
import { describe, fullName, ownTexts, type HtmlDocument, type HtmlElement } from './html-document.js'

/** A field of the row that a page shows. */
export interface Placeholder {
  readonly name: string
  readonly element: HtmlElement
}

/** Where a page leads to an address that a row gives in full. */
export interface UrlPlace {
  readonly name: string
  /** It is shown or played there, not followed. */
  readonly isMedia: boolean
}

/** What a page wants of a row. */
export interface PagePlaceholders {
  /** In the order of the page, also repeated. */
  readonly found: readonly Placeholder[]
  readonly urls: readonly UrlPlace[]
}

/** Elements that run, load or steer something by their attributes. */
const SEALED = new Set(['script', 'style', 'link', 'base', 'meta', 'object', 'embed', 'param', 'applet', 'frame', 'animate', 'animatetransform', 'animatemotion', 'set'])
/** Attributes by which controls and their fields are known before there is a row. */
const FIXED = new Set(['name', 'type', 'form', 'is', 'nonce'])
const NOT_FILLED = new Set(['provider_worker_id', 'mephisto_worker_id'])

/** Finds the placeholders of a page. @throws MephistoError `invalid_options` for one where a row could do harm, or cannot be known */
export function placeholdersOf(document: HtmlDocument): PagePlaceholders {
  const found: Placeholder[] = []
  const urls: UrlPlace[] = []
  for (const element of document.all) {
    for (const attr of element.attrs) {
      const names = placeholdersIn(attr.value)
      const [first] = names
      if (first === undefined) continue
      const place = fullName(attr)
      checkPlace(document, element, { place, value: attr.value })
      found.push(...names.map(name => ({ name, element })))
      // An address that begins with the row's own words may be any address.
      if (URL_ATTRIBUTES.has(place) && attr.value.trimStart().startsWith('${')) urls.push({ name: first, isMedia: isMediaAttribute(element.tagName, place) })
    }
    if (UNFILLED_ELEMENTS.has(element.tagName)) continue
    for (const text of ownTexts(element)) found.push(...placeholdersIn(text).map(name => ({ name, element })))
  }
  const personal = found.find(({ name }) => NOT_FILLED.has(name))
  if (personal) throw document.refuse(`\${${personal.name}} would put a worker's name into the page; use \${mephisto_agent_id}, which exports name too`, personal.element)
  const own = new Set<string>(BUILT_IN_PLACEHOLDERS)
  return { found: found.filter(({ name }) => !own.has(name)), urls }
}

function checkPlace(document: HtmlDocument, element: HtmlElement, { place: name, value }: { readonly place: string; readonly value: string }): void {
  const place = `${name}="${value}" of ${describe(element)}`
  if (name.startsWith('on')) throw document.refuse(`${place} is a script, which no row may write; read mephisto.input in your script instead`, element)
  if (name === 'style' || name === 'srcdoc' || name === 'srcset' || SEALED.has(element.tagName.toLowerCase())) {
    throw document.refuse(`${place} may not come from a row, which could do harm there; set it by a script of yours from mephisto.input`, element)
  }
  if (FIXED.has(name)) throw document.refuse(`${place} must be the same for every row`, element)
}
