import type * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../../errors.js'
import { isTooDeep, MOST_LEVELS } from '../json-text.js'

/**
 * What a page sent as the input of something, as its schema has it; `about` names that in errors.
 * Rejects with MephistoError `invalid_input`, naming the paths, for what does not fit
 */
export async function checkedInput(schema: z.ZodType, input: unknown, about: string): Promise<unknown> {
  if (isTooDeep(input)) throw new MephistoError('invalid_input', `${about} does not fit: input: is nested more than ${String(MOST_LEVELS)} levels deep.`)
  const parsed = await parsedInput(schema, input)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, 'input')
  throw new MephistoError('invalid_input', `${about} does not fit: ${describeProblems(problems)}`, { problems })
}

/** An input as its schema has it. JSON has no undefined: null stands for it where the schema takes that alone. */
export async function parsedInput(schema: z.ZodType, input: unknown): Promise<z.ZodSafeParseResult<unknown>> {
  const given = await schema.safeParseAsync(input ?? null)
  if (given.success || (input ?? null) !== null) return given
  const absent = await schema.safeParseAsync(undefined)
  return absent.success ? absent : given
}
