import type * as z from 'zod'
import { describeProblems, isMephistoError, MephistoError, problemsOf } from '../errors.js'
import { doneOnce, knownReply, type Act, type ActGround, type Done } from './done-once.js'
import type { Principal } from './principal.js'
import type { MephistoDb } from '../ports/mephisto-db.js'

/** Which act it is, and what its request must be. */
export interface ActKind<TSchema extends z.ZodType<{ readonly requestId: string }>> {
  readonly action: string
  readonly schema: TSchema
}

/** A request with who makes it. */
export interface Asked<TRequest> {
  readonly principal: Principal
  readonly request: TRequest
}

/**
 * Checks a request and does it once, in one transaction with its row in the audit trail. A repeat under the same request id
 * gets the reply of the first, also one that comes in at the same moment.
 */
export function actOf<TSchema extends z.ZodType<{ readonly requestId: string }>, TReply extends object>(
  { db }: { readonly db: MephistoDb }, { action, schema }: ActKind<TSchema>, work: (ground: ActGround, asked: Asked<z.output<TSchema>>) => Promise<Done<TReply>>,
): (principal: Principal, request: z.input<TSchema>) => Promise<TReply> {
  return async (principal, given) => {
    const request = checkedRequest(schema, given)
    const act: Act = { principal, id: request.requestId, action, request }
    try {
      return await db.transaction(async tx => {
        const ground = { tx, at: await tx.now() }
        return doneOnce(ground, act, () => work(ground, { principal, request }))
      })
    } catch (error) {
      // Its twin, which came in at the same moment, may have done it: then what it did is in the way of doing it again.
      const twin = isMephistoError(error) && IN_THE_WAY.has(error.code) ? await knownReply<TReply>(db, act) : null
      if (twin) return twin
      throw error
    }
  }
}

const IN_THE_WAY: ReadonlySet<MephistoError['code']> = new Set(['already_exists', 'not_found', 'conflict'])

/** A request or query as it must be, with its defaults. @throws MephistoError `invalid_input`, naming each wrong field */
export function checkedRequest<TSchema extends z.ZodType>(schema: TSchema, given: unknown): z.output<TSchema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, '')
  throw new MephistoError('invalid_input', describeProblems(problems), { problems })
}
