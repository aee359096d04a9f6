import * as z from 'zod'
import { isKeepable } from '../../protocol/text.js'
import { isTooDeep, MOST_LEVELS } from '../json-text.js'

/** Text that every database keeps. */
export const longText = z.string().refine(isKeepable, 'holds a character that cannot be stored (U+0000 or half of a character)')

/** Text of at most so many characters, as databases count them. */
export function shortText(most: number): z.ZodString {
  return longText.refine(text => Array.from(text).length <= most, `is longer than ${String(most)} characters`)
}

/** A name or key of something that is made by its name: one line without blanks around it, and not empty. */
export function line(most: number): z.ZodString {
  return shortText(most).refine(text => text !== '' && text === text.trim() && !/\p{Cc}/u.test(text), 'must be one line that is not empty, without blanks around it')
}

/** A text that is JSON, no deeper than what workers may send, and fits a schema. */
export function jsonText(schema: z.ZodType): z.ZodType<string> {
  return longText.superRefine((text, context) => {
    const refuse = (message: string): void => { context.addIssue({ code: 'custom', message }) }
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      refuse('is no JSON')
      return
    }
    if (isTooDeep(value)) {
      refuse(`is nested more than ${String(MOST_LEVELS)} levels deep`)
      return
    }
    const [issue] = schema.safeParse(value).error?.issues ?? []
    if (issue) refuse(`${issue.path.join('.')} ${issue.message}`.trim())
  })
}
