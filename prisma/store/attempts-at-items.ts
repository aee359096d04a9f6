import { sql, verbatim, type Sql } from './sql.js'
import type { Statements } from './statements.js'

/** Pieces of statements about what workers have tried. */
export interface AttemptPieces {
  /**
   * A condition on attempt `a` under which its worker is done with the item: answered (counted or set aside), given back, or under
   * way. Not EXISTS: MariaDB without statistics would read all answers first.
   */
  readonly closed: Sql
  /** 1 where this worker has tried this item, with a further condition on attempt `a`; else NULL. */
  anAttempt(workerId: Sql, assignmentId: Sql, which?: Sql): Sql
}

/** See {@link AttemptPieces}. */
export function attemptPieces(db: Statements): AttemptPieces {
  const { grammar } = db
  return {
    closed: sql`(a.status NOT IN ('timeout', 'disconnect', 'expired', 'partner_disconnect') OR (SELECT 1 FROM ${db.table('submission')} b WHERE b.agent_id = a.id ${grammar.limit(1)}) IS NOT NULL)`,
    anAttempt(workerId, assignmentId, which = verbatim('')) {
      const { where, order } = grammar.paired([verbatim('a.worker_id'), verbatim('a.assignment_id')], [workerId, assignmentId])
      return sql`SELECT 1 FROM ${db.table('agent')} a WHERE ${where}${which}${order} ${grammar.limit(1)}`
    },
  }
}
