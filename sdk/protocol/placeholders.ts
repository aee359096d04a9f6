/** What the SDK itself fills in beside the fields of the row. */
export const BUILT_IN_PLACEHOLDERS = ['mephisto_agent_id', 'mephisto_run_id'] as const

/** Elements whose text is not of the page: `${…}` in a script is the script's own. */
export const UNFILLED_ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'iframe', 'noembed', 'noframes', 'xmp', 'plaintext'])

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
