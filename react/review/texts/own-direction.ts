import type { ReviewTexts } from './english.js'

const RIGHT_TO_LEFT = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}'
/** A letter that goes the other way than the screen. */
const AGAINST = { ltr: new RegExp(`[${RIGHT_TO_LEFT}]`, 'u'), rtl: new RegExp(`(?![${RIGHT_TO_LEFT}])\\p{L}`, 'u') }

const known = new WeakMap<ReviewTexts, ReviewTexts>()

/** Texts whose sentences leave what is put into them in its own direction: a name in Hebrew does not turn the rest of an English sentence around, and its full stop stays at its end. */
export function inOwnDirection(texts: ReviewTexts): ReviewTexts {
  const made = known.get(texts) ?? kept(texts, AGAINST[texts.direction])
  known.set(texts, made)
  return made
}

function kept<T>(texts: T, against: RegExp): T {
  if (typeof texts === 'function') {
    const sentence = texts as unknown as (...given: readonly unknown[]) => unknown
    return ((...given: readonly unknown[]) => sentence(...given.map(one => (typeof one === 'string' && against.test(one) ? `\u2068${one}\u2069` : one)))) as T
  }
  return typeof texts === 'object' && texts !== null && !Array.isArray(texts) ? Object.fromEntries(Object.entries(texts).map(([name, inner]) => [name, kept<unknown>(inner, against)])) as T : texts
}
