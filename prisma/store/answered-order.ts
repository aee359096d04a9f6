import type { AnsweredPlace, AnsweredRange } from '../../sdk/ports/answer-operations.js'
import { sql, type Sql } from './sql.js'

/** A place at which a range begins or ends, in the order of time, and whether the unit there is within. */
interface Bound extends AnsweredPlace {
  readonly isWithin: boolean
}

/** The ends of a range of answers, the earlier one first, whichever way it is read. */
export function boundsOf({ order = 'oldest', after, through }: Pick<AnsweredRange, 'order' | 'after' | 'through'>): { readonly first: Bound | null; readonly last: Bound | null } {
  const [begin, end] = [after && { ...after, isWithin: false }, through && { ...through, isWithin: true }]
  return order === 'oldest' ? { first: begin ?? null, last: end ?? null } : { first: end ?? null, last: begin ?? null }
}

/** Units `u` from a bound on: its instant is compared first, by itself, since an index has it. */
export function fromBound({ completedAt, unitId, isWithin }: Bound): Sql {
  return sql`(u.completed_at > ${completedAt} OR ${isWithin ? sql`u.id >= ${unitId}` : sql`u.id > ${unitId}`})`
}

/** Units `u` up to a bound. */
export function toBound({ completedAt, unitId, isWithin }: Bound): Sql {
  return sql`u.completed_at <= ${completedAt} AND (u.completed_at < ${completedAt} OR ${isWithin ? sql`u.id <= ${unitId}` : sql`u.id < ${unitId}`})`
}
