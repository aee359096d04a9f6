import { SPECIAL_RANK } from '../../sdk/data-model/features.js'
import type { OverviewOperations } from '../../sdk/ports/overview-operations.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, type Row, type Statements } from './statements.js'

const ANSWERED = verbatim("('completed', 'accepted', 'soft_rejected', 'rejected')")
const DECIDED = verbatim("('accepted', 'soft_rejected', 'rejected')")
/** Attempts that have not come to an answer, among them onboardings that nothing was handed in of. */
const UNANSWERED = verbatim("('accepted', 'onboarding', 'waiting', 'returned', 'disconnect', 'timeout', 'expired', 'partner_disconnect')")

/** A run at a glance. */
export function overviewOperations(db: Statements): OverviewOperations {
  const { grammar } = db
  const [runWorker, unit, assignee, agent, submission, refusal] = [db.table('run_worker'), db.table('unit'), db.table('assignee'), db.table('agent'), db.table('submission'), db.table('refusal')]

  /** Who was let in is there too and may never have come. Whoever had a unit is found by what they took: only onboardings are looked for among attempts. */
  const came = (runId: string, hasOnboarding: boolean): Sql => {
    const onboarded = hasOnboarding
      ? sql` UNION SELECT b.worker_id FROM ${submission} b WHERE b.run_id = ${runId} AND b.outcome = 'onboarding'
             UNION SELECT a.worker_id FROM ${agent} a WHERE a.run_id = ${runId} AND a.status IN ${UNANSWERED} AND ${grammar.unindexed('a.unit_id')} IS NULL`
      : verbatim('')
    return sql`SELECT count(*) FROM (
          SELECT rw.worker_id FROM ${runWorker} rw WHERE rw.run_id = ${runId} AND (rw.units_taken > 0 OR rw.units_completed > 0)
          UNION SELECT f.worker_id FROM ${refusal} f WHERE f.run_id = ${runId}${onboarded}) p`
  }

  return {
    async people(runId, { hasAssignees, hasOnboarding, hasOtherKinds }) {
      // One look for each person, not EXISTS: PostgreSQL would read all units or items of the run to compare them.
      const isFor = sql`(SELECT x.run_id FROM ${assignee} x WHERE x.worker_id = rw.worker_id AND x.run_id = ${runId} ${grammar.limit(1)}) IS NOT NULL`
      const isOrdinary = hasOtherKinds ? sql` AND ${grammar.unindexed('u.kind')} = 'standard'` : verbatim('')
      const isAccepted = sql`(SELECT u.run_id FROM ${unit} u WHERE u.run_id = ${runId} AND u.holder = rw.worker_id AND u.status = 'accepted'${isOrdinary} ${grammar.limit(1)}) IS NOT NULL`
      const [row] = await db.rows(
        sql`SELECT (${came(runId, hasOnboarding)}) AS came, ${sumOf(verbatim('rw.units_taken > 0'))} AS started, ${sumOf(verbatim('rw.units_completed > 0'))} AS answered,
                   ${sumOf(sql`rw.units_completed > 0 AND ${isAccepted}`)} AS accepted, ${hasAssignees ? sumOf(isFor) : verbatim('0')} AS invited
              FROM ${runWorker} rw WHERE rw.run_id = ${runId}`)
      return { invited: count(row, 'invited'), came: count(row, 'came'), started: count(row, 'started'), answered: count(row, 'answered'), accepted: count(row, 'accepted') }
    },

    async leases(runId, { at, soon }) {
      const [row] = await db.rows(
        sql`SELECT count(*) AS live, ${sumOf(sql`u.lease_until <= ${soon}`)} AS ending, min(u.lease_until) AS next_end FROM ${unit} u
             WHERE u.run_id = ${runId} AND u.status = 'assigned' AND u.lease_until > ${at}`)
      return { live: count(row, 'live'), endingSoon: count(row, 'ending'), nextEndAt: row ? integerOrNull(row, 'next_end') : null }
    },

    async gold(runId, place) {
      const isApart = place === 'anywhere' ? verbatim('') : sql` AND u.${db.column('rank')} = ${SPECIAL_RANK}`
      const isGold = place === 'alone' ? verbatim('') : sql` AND ${grammar.unindexed('u.kind')} = 'gold'`
      const rows = await db.rows(sql`SELECT u.status, count(*) AS units FROM ${unit} u WHERE u.run_id = ${runId} AND u.status IN ${DECIDED}${isApart}${isGold} GROUP BY u.status`)
      const of = (isRight: boolean): number => rows.filter(row => (row['status'] === 'accepted') === isRight).reduce((sum, row) => sum + integer(row, 'units'), 0)
      return { right: of(true), wrong: of(false) }
    },

    async steps(runId, { from, stepMs }) {
      const step = (time: Sql): Sql => grammar.quotient(sql`${time} - ${grammar.whole(from + 1)}`, grammar.whole(stepMs))
      const beginning = grammar.whole(from)
      const rows = await db.rows(
        sql`SELECT t.answered, t.decided, count(*) AS units FROM (
              SELECT ${step(sql`coalesce(u.completed_at, ${beginning})`)} AS answered,
                     CASE WHEN u.status = 'completed' THEN NULL ELSE ${step(sql`coalesce(u.decided_at, u.completed_at, ${beginning})`)} END AS decided
                FROM ${unit} u WHERE u.run_id = ${runId} AND u.status IN ${ANSWERED}) t
             GROUP BY t.answered, t.decided`)
      return rows.map(row => ({ answered: integer(row, 'answered'), decided: integerOrNull(row, 'decided'), units: integer(row, 'units') }))
    },
  }
}

/** How many rows a condition holds of; NULL where there are none. */
function sumOf(condition: Sql): Sql {
  return sql`sum(CASE WHEN ${condition} THEN 1 ELSE 0 END)`
}

/** A sum over rows of which there may be none. */
function count(row: Row | undefined, column: string): number {
  return row ? integerOrNull(row, column) ?? 0 : 0
}
