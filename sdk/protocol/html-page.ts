/** What an HTML page is for: before anything is accepted, the introduction, or the work. */
export type PageStage = 'preview' | 'onboarding' | 'work'

/** How a field of an answer is read from the controls of that name. */
export interface PageField {
  readonly name: string
  /** `box` is one check box, true or false; `list` is every value that is chosen. */
  readonly shape: 'one' | 'list' | 'box'
  /** What each text of a control stands for. */
  readonly value: 'text' | 'number' | 'boolean' | 'file'
}

/** What the server tells the script of an HTML page, as JSON in the script element's `data-page`. */
export interface PageSettings {
  /** The blueprint's type. */
  readonly type: string
  readonly stage: PageStage
  /** Names the version of the pages in every answer. */
  readonly build: string
  readonly hasPreview: boolean
  readonly fields: readonly PageField[]
}

/** Where the blueprint's pages are, below its own address `<mount>/pages/<type>/`. */
export const PAGE_PATHS = { entry: '', work: 'work', onboarding: 'onboarding', script: 'task.js' } as const

/** What the SDK itself fills in beside the fields of the row. */
export const BUILT_IN_PLACEHOLDERS = ['mephisto_agent_id', 'mephisto_run_id'] as const

/** An attribute that the browser would follow before it is filled in is sent under this prefix. */
export const HELD_ATTRIBUTE = 'data-mephisto-'

/** Elements whose text is not of the page: `${…}` in a script is the script's own. */
export const UNFILLED_ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'iframe', 'noembed', 'noframes', 'xmp', 'plaintext'])

/** Attributes that lead somewhere. */
export const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'xlink:href', 'src', 'poster', 'action', 'formaction', 'cite', 'background', 'longdesc', 'ping'])

const PLACEHOLDER = /(\\?)\$\{\s*([^\s{}](?:[^{}]{0,98}[^\s{}])?)\s*\}/g

/** The names of the placeholders in a text, such as `title` for `${title}`; none that stands behind a backslash. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, escape, name]) => (escape === '' && name !== undefined ? [name] : []))
}

/** A text with its placeholders filled in; `\${title}` becomes `${title}`. */
export function filledText(text: string, valueOf: (name: string) => string): string {
  return text.replace(PLACEHOLDER, (whole: string, escape: string, name: string) => (escape === '' ? valueOf(name) : whole.slice(1)))
}

/** What stands for a value in a page: a text as it is, nothing for null and undefined, anything else as JSON. */
export function placeholderText(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value)
}

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
