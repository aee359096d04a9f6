/** Attributes that lead somewhere. */
export const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'xlink:href', 'src', 'poster', 'action', 'formaction', 'cite', 'background', 'longdesc', 'ping'])

const HARMLESS = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const SOMEWHERE = 'https://page.invalid/'

/** Whether a row may lead a page there: to the web, by mail or telephone, or, for media, to data in the address itself. Never to a script. */
export function isHarmlessUrl(address: string, isMedia: boolean): boolean {
  if (!URL.canParse(address, SOMEWHERE)) return false
  const { protocol, href } = new URL(address, SOMEWHERE)
  return HARMLESS.has(protocol) || (isMedia && /^data:(?:image|audio|video)\//.test(href))
}

const MEDIA = new Set(['img', 'image', 'source', 'video', 'audio', 'track', 'input'])

/** True for an attribute that shows or plays what it leads to. */
export function isMediaAttribute(element: string, attribute: string): boolean {
  return attribute === 'poster' || ((attribute === 'src' || element === 'image') && MEDIA.has(element))
}
