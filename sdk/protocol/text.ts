import * as z from 'zod'

/** Characters that no database keeps faithfully: U+0000 and halves of surrogate pairs. */
const UNKEEPABLE = /[\0\p{Cs}]/u

/** True when every database gives this text back as it was. */
export function isKeepable(text: string): boolean {
  return !UNKEEPABLE.test(text)
}

const callerIdText = z.string().regex(/^[\w-]+$/, 'must be letters, digits, dashes or underscores, such as a UUID').min(8)

/** A page's own id of a submission, such as a UUID. */
export const submissionIdText = callerIdText.max(64)

/** A reviewer's own id of a decision, such as a UUID. */
export const decisionIdText = callerIdText.max(36)

/** An operator's own id of a request, such as a UUID. */
export const requestIdText = callerIdText.max(36)

/** The name of a version of a page. */
export const pageBuildText = z.string().regex(/^[\w.+:-]{1,64}$/, 'must be 1 to 64 letters, digits and . + : - _')

/** An instant that a caller names, ISO 8601. */
export const instantText = z.iso.datetime({ offset: true, error: 'must be an instant such as 2027-01-31T12:00:00Z' })

/** An id of ours that a caller names. */
export const entityId = z.string().regex(/^[\w-]{1,64}$/, 'is not an id')

/** Text that people write, at most `max` characters. */
export function writtenText(max: number): z.ZodString {
  return z.string().trim().max(max).refine(isKeepable, 'holds a character that cannot be stored (U+0000 or half of a character)')
}

/** A name that people give to something: one line of 1 to `max` characters. */
export function nameText(max: number): z.ZodString {
  return z.string().trim().min(1).max(max).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line without control characters')
}
