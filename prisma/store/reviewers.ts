import { effectsOf, OPINIONS, type OpinionVerdict } from '../../sdk/data-model/decision-effects.js'
import type { Verdict } from '../../sdk/data-model/entities.js'
import type { ReviewerOperations, ReviewerScope } from '../../sdk/ports/reviewer-operations.js'
import { inScope } from './in-scope.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** What reviewers did, added up. */
export function reviewerOperations(db: Statements): ReviewerOperations {
  const decision = db.table('decision')
  const within = (alias: 'd' | 'o', { scope, from = 0, before }: ReviewerScope): Sql => {
    const at = verbatim(`${alias}.created_at`)
    return sql`${inScope(db, `${alias}.run_id`, scope)} AND ${at} >= ${from}${before === undefined ? verbatim('') : sql` AND ${at} < ${before}`}`
  }
  const isTakenBack = (alias: string): Sql => sql`EXISTS (SELECT 1 FROM ${decision} q WHERE q.unit_id = ${verbatim(`${alias}.unit_id`)} AND q.undoes = ${verbatim(`${alias}.id`)})`
  return {
    async sums(scope) {
      const rows = await db.rows(
        sql`SELECT d.actor_id, max(d.actor_name) AS actor_name, d.verdict, count(*) AS units FROM ${decision} d WHERE ${within('d', scope)} GROUP BY d.actor_id, d.verdict ORDER BY d.actor_id, d.verdict`)
      return rows.map(row => ({ actorId: text(row, 'actor_id'), actorName: text(row, 'actor_name'), verdict: text(row, 'verdict') as Verdict, units: integer(row, 'units') }))
    },

    async overruled(scope) {
      const rows = await db.rows(
        sql`SELECT d.actor_id, count(*) AS units FROM ${decision} d
             WHERE ${within('d', scope)} AND d.verdict IN ('approve', 'soft_reject', 'reject', 'overturn') AND EXISTS (
               SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND z.actor_id <> d.actor_id
                  AND (z.undoes = d.id OR (z.verdict = 'overturn' AND d.verdict = 'reject' AND z.created_at >= d.created_at AND NOT ${isTakenBack('d')})))
             GROUP BY d.actor_id`)
      return new Map(rows.map(row => [text(row, 'actor_id'), integer(row, 'units')]))
    },

    async paces(scope, longestMs) {
      const rows = await db.rows(
        sql`SELECT x.actor_id, count(*) AS times, sum(x.gap) AS total_ms
              FROM (SELECT y.actor_id, y.acted_at - lag(y.acted_at) OVER (PARTITION BY y.actor_id ORDER BY y.acted_at, y.batch_id) AS gap
                      FROM (SELECT d.actor_id, d.batch_id, min(d.created_at) AS acted_at FROM ${decision} d
                             WHERE ${within('d', scope)} AND d.verdict NOT IN ('undo', 'retract') GROUP BY d.actor_id, d.batch_id) y) x
             WHERE x.gap > 0 AND x.gap <= ${longestMs} GROUP BY x.actor_id`)
      return new Map(rows.map(row => [text(row, 'actor_id'), { times: integer(row, 'times'), totalMs: integer(row, 'total_ms') }]))
    },

    async pairs(scope) {
      // The first opinion as it stood when the second was given, with nothing that anybody else had said before that.
      const rows = await db.rows(
        sql`SELECT o.actor_id AS first_id, o.effects AS first_said, z.actor_id AS second_id, z.verdict, CASE WHEN z.verdict = 'opine' THEN z.effects END AS second_said, count(*) AS units
              FROM ${decision} o JOIN ${decision} z ON z.unit_id = o.unit_id
             WHERE ${within('o', scope)} AND o.verdict = 'opine' AND z.agent_id = o.agent_id AND z.actor_id <> o.actor_id AND z.created_at > o.created_at
               AND z.verdict IN ('opine', 'approve', 'soft_reject', 'reject') AND NOT ${isTakenBack('o')} AND NOT ${isTakenBack('z')}
               AND NOT EXISTS (SELECT 1 FROM ${decision} b WHERE b.unit_id = o.unit_id AND b.agent_id = o.agent_id AND b.verdict = 'opine' AND b.id <> o.id AND b.created_at < z.created_at
                 AND (b.actor_id <> o.actor_id OR b.created_at > o.created_at) AND NOT ${isTakenBack('b')})
             GROUP BY o.actor_id, o.effects, z.actor_id, z.verdict, CASE WHEN z.verdict = 'opine' THEN z.effects END ORDER BY o.actor_id, z.actor_id`)
      return rows.flatMap(row => {
        const [firstVerdict, secondVerdict] = [effectsOf(textOrNull(row, 'first_said')).opinion, secondOf(row)]
        return firstVerdict === undefined || secondVerdict === undefined ? [] : [{ first: text(row, 'first_id'), firstVerdict, second: text(row, 'second_id'), secondVerdict, units: integer(row, 'units') }]
      })
    },
  }
}

function secondOf(row: Row): OpinionVerdict | undefined {
  return OPINIONS.find(one => one === text(row, 'verdict')) ?? effectsOf(textOrNull(row, 'second_said')).opinion
}
