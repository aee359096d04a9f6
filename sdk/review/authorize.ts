import * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import { isKeepable } from '../protocol/text.js'
import type { Principal } from './principal.js'

const keptText = z.string().min(1).max(200).refine(isKeepable, 'holds U+0000 or half of a character')

const principalSchema = z.object({ id: keptText, name: keptText, roles: z.array(z.enum(['operator', 'reviewer', 'viewer'])) })

/** The host's own login. */
export type Authorize = (request: Request) => Principal | null | Promise<Principal | null>

/**
 * The host's login with its answer checked.
 * @throws MephistoError `invalid_options` when it throws, or returns neither a principal nor null; the cause is kept
 */
export function checkedAuthorize(authorize: Authorize): (request: Request) => Promise<Principal | null> {
  return async request => {
    let answer: unknown
    try {
      answer = await authorize(request)
    } catch (cause) {
      throw new MephistoError('invalid_options', 'authorize() failed. It gets a web Request, as in request.headers.get(\'cookie\'); see the cause.', { cause })
    }
    if (answer === null || answer === undefined) return null
    const parsed = principalSchema.safeParse(answer)
    if (parsed.success) return parsed.data
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_options', `authorize() must return { id, name, roles: ('operator' | 'reviewer' | 'viewer')[] } or null: ${describeProblems(problems)}`, { problems })
  }
}
