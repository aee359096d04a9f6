import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { AnsweredFilter } from '../../sdk/ports/answer-operations.js'
import type { QualificationRange } from '../../sdk/ports/data-operations.js'
import { boundsOf, fromBound, toBound } from './answered-order.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import type { Row, Statements } from './statements.js'

/** What a search for answered units may ask beside {@link AnsweredFilter}. */
interface UnitsWanted extends AnsweredFilter {
  /** Ordinary work alone. */
  readonly isOrdinary?: boolean
  readonly qualification?: QualificationRange
}

/** `id`, `kind` and `completed_at` of units in the order of their answers, those answered first first unless the newest are wanted. */
export async function answeredUnits(db: Statements, { runId, statuses, order = 'oldest', limit, ...filter }: UnitsWanted): Promise<readonly Row[]> {
  const [ofRun, ofStatus] = leadingColumns(db, filter)
  const narrowed = joined(conditionsOf(db, { ...filter, order }), ' AND ')
  return inEachStatus(db, statuses, {
    columns: verbatim('u.id, u.kind, u.completed_at'), order: verbatim(order === 'oldest' ? 'completed_at, id' : 'completed_at DESC, id DESC'), limit,
    where: status => sql`${ofRun} = ${runId} AND ${ofStatus} = ${status} AND ${narrowed}`,
  })
}

/** Which units `u` to find in each of some statuses, what of them, and which first. */
interface UnitSearch {
  readonly columns: Sql
  readonly order: Sql
  readonly limit: number
  where(status: UnitStatus): Sql
}

/**
 * Units in an order. For each status the first ones by the index that has its order, and of those the
 * first: with all statuses in one condition, the whole run would be sorted for every page.
 */
export async function inEachStatus(db: Statements, statuses: readonly UnitStatus[], { columns, order, limit, where }: UnitSearch): Promise<readonly Row[]> {
  const first = sql`${order} ${db.grammar.limit(limit)}`
  const parts = [...new Set(statuses)].map((status, index) => sql`SELECT * FROM (
      SELECT ${columns} FROM ${db.table('unit')} u WHERE ${where(status)} ORDER BY ${first}) ${verbatim(`p${String(index)}`)}`)
  return parts.length === 0 ? [] : db.rows(sql`SELECT * FROM (${joined(parts, ' UNION ALL ')}) f ORDER BY ${first}`)
}

/** The run and status columns, hidden from the planner where the few units of an item or a person are found by another index than a run's order. */
export function leadingColumns({ grammar }: Statements, { assignmentId, workerId }: Pick<UnitsWanted, 'assignmentId' | 'workerId'>): readonly [run: Sql, status: Sql] {
  const [run, status] = ['u.run_id', 'u.status']
  return [
    assignmentId === undefined ? verbatim(run) : grammar.unindexed(run),
    assignmentId === undefined && workerId === undefined ? verbatim(status) : grammar.unindexed(status),
  ]
}

function conditionsOf(db: Statements, { isOrdinary = false, assignmentId, workerId, qualification, from = 0, before, ...range }: Omit<UnitsWanted, 'runId' | 'statuses' | 'limit'>): Sql[] {
  const { first, last } = boundsOf(range)
  return [
    ...(isOrdinary ? [sql`u.kind = 'standard'`] : []),
    // Also leaves out units without an answer.
    sql`u.completed_at >= ${Math.max(from, first?.completedAt ?? 0)}`,
    ...(first === null ? [] : [fromBound(first)]),
    ...(last === null ? [] : [toBound(last)]),
    ...(before === undefined ? [] : [sql`u.completed_at < ${before}`]),
    ...(assignmentId === undefined ? [] : [sql`u.assignment_id = ${assignmentId}`]),
    ...(workerId === undefined ? [] : [sql`u.holder = ${workerId}`]),
    ...(qualification ? [hasQualification(db, 'u.holder', qualification)] : []),
  ]
}

/** Whether the worker in a column has a qualification. */
export function hasQualification(db: Statements, column: string, { qualificationId, minimum, maximum, at }: QualificationRange): Sql {
  const ends = [...(minimum === null ? [] : [sql` AND g.value >= ${minimum}`]), ...(maximum === null ? [] : [sql` AND g.value <= ${maximum}`])]
  return sql`EXISTS (SELECT 1 FROM ${db.table('granted_qualification')} g WHERE g.worker_id = ${verbatim(column)} AND g.qualification_id = ${qualificationId}
      AND (g.expires_at IS NULL OR g.expires_at > ${at})${joined(ends, '')})`
}
