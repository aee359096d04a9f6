/** Characters that would move the cursor or change the terminal, which answers of workers may hold. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g

/** A text that may come from anybody, without what would move the cursor or change the terminal. */
export function harmless(text: string): string {
  return text.replace(CONTROL, '\u{FFFD}')
}

/** A value of JSON for people: what it is, and each of its fields on a line. */
export function answerLines(what: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`  ${what}: ${plain(value)}`]
  return [`  ${what}`, ...Object.entries(value).map(([field, inner]) => `    ${plain(field)}: ${plain(inner)}`)]
}

const LONGEST_SHORT = 160

/** A value of JSON on one line, cut where it is long. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST_SHORT ? `${text.slice(0, LONGEST_SHORT)}…` : text
}

/** Texts as they are, on as many lines as they have; anything else as JSON. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return harmless(text).replaceAll('\n', '\n      ')
}
