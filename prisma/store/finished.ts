import { MephistoError } from '../../sdk/errors.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { AnswerRow } from '../../sdk/ports/answer-operations.js'
import type { AnswerText, DataOperations, FinishedFilter, QualificationRange } from '../../sdk/ports/data-operations.js'
import { answersTo, byKey, distinct, indexed, selectItems, unitsBy } from './answer-rows.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Finished units of a run in the order of their answers. */
export function finishedOperations(db: Statements): Pick<DataOperations, 'finished' | 'itemAnswers' | 'latest' | 'answersOf'> {
  const answersOf: DataOperations['answersOf'] = async unitIds => {
    const answers = await byKey(db, sql`SELECT b.slot, b.answer, b.schema_hash FROM ${db.table('submission')} b`, { column: 'b.slot', keys: unitIds })
    return new Map(answers.map(row => [text(row, 'slot'), { answer: text(row, 'answer'), schemaHash: text(row, 'schema_hash') }]))
  }

  return {
    answersOf,

    async finished(filter, currency) {
      const found = await foundUnits(db, filter)
      const units = await unitsBy(db, 'u.id', found.map(row => text(row, 'id')))
      const assignments = indexed(await byKey(db, selectItems(db), { column: 's.id', keys: distinct([...units.values()], 'assignment_id') }))
      const answers = await answersTo(db, { units, assignments, currency, includeSetAside: false })
      const byUnit = new Map(answers.map(answer => [answer.unitId, answer]))
      return found.flatMap((row): AnswerRow[] => {
        const answer = byUnit.get(text(row, 'id'))
        return answer ? [{ ...answer, cursor: cursorOf(row) }] : []
      })
    },

    async itemAnswers({ runId, statuses, after, limit }) {
      const items = await db.rows(sql`SELECT s.id, s.position FROM ${db.table('assignment')} s WHERE s.run_id = ${runId} AND s.position > ${Math.max(after, -1)} ORDER BY s.position ${db.grammar.limit(limit)}`)
      const units = statuses.length === 0 ? [] : await byKey(
        db, sql`SELECT u.id, u.assignment_id FROM ${db.table('unit')} u`,
        { column: 'u.assignment_id', keys: items.map(row => text(row, 'id')), and: sql` AND ${db.grammar.unindexed('u.kind')} = 'standard' AND ${db.grammar.unindexed('u.status')} IN ${db.grammar.oneOf(statuses)}` })
      const answers = await answersOf(units.map(unit => text(unit, 'id')))
      const itemOf = new Map(units.map(unit => [text(unit, 'id'), text(unit, 'assignment_id')]))
      const byItem = new Map(items.map(item => [text(item, 'id'), { position: integer(item, 'position'), answers: new Array<AnswerText>() }]))
      for (const [unitId, answer] of answers) byItem.get(itemOf.get(unitId) ?? '')?.answers.push(answer)
      return [...byItem.values()]
    },

    async latest({ runId, statuses, limit }) {
      const rows = await inEachStatus(db, statuses, {
        columns: verbatim('u.id, u.assignment_id, u.completed_at'), order: verbatim('completed_at DESC, id DESC'), limit,
        where: status => sql`u.run_id = ${runId} AND u.status = ${status} AND u.kind = 'standard' AND u.completed_at >= 0`,
      })
      return rows.map(row => ({ unitId: text(row, 'id'), assignmentId: text(row, 'assignment_id') }))
    },
  }
}

/** Ids and times of the units, in order. */
async function foundUnits(db: Statements, { runId, statuses, after, limit, ...filter }: FinishedFilter): Promise<readonly Row[]> {
  const [ofRun, ofStatus] = leadingColumns(db, filter)
  const narrowed = joined(conditionsOf(db, { ...filter, ...(after === undefined ? {} : { after }) }), ' AND ')
  return inEachStatus(db, statuses, {
    columns: verbatim('u.id, u.completed_at'), order: verbatim('completed_at, id'), limit, where: status => sql`${ofRun} = ${runId} AND ${ofStatus} = ${status} AND ${narrowed}`,
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
 * Units in the order of their answers. For each status the first ones by the index that has its order, and of those the
 * first: with all statuses in one condition, the whole run would be sorted for every page.
 */
async function inEachStatus(db: Statements, statuses: readonly UnitStatus[], { columns, order, limit, where }: UnitSearch): Promise<readonly Row[]> {
  const first = sql`${order} ${db.grammar.limit(limit)}`
  const parts = [...new Set(statuses)].map((status, index) => sql`SELECT * FROM (
      SELECT ${columns} FROM ${db.table('unit')} u WHERE ${where(status)} ORDER BY ${first}) ${verbatim(`p${String(index)}`)}`)
  return parts.length === 0 ? [] : db.rows(sql`SELECT * FROM (${joined(parts, ' UNION ALL ')}) f ORDER BY ${first}`)
}

/** The run and status columns, hidden from the planner where the few units of an item or a person are found by another index than a run's order. */
function leadingColumns({ grammar }: Statements, { assignmentId, workerId }: Pick<FinishedFilter, 'assignmentId' | 'workerId'>): readonly [run: Sql, status: Sql] {
  const [run, status] = ['u.run_id', 'u.status']
  return [
    assignmentId === undefined ? verbatim(run) : grammar.unindexed(run),
    assignmentId === undefined && workerId === undefined ? verbatim(status) : grammar.unindexed(status),
  ]
}

function conditionsOf(db: Statements, { assignmentId, workerId, qualification, from = 0, before, after }: Omit<FinishedFilter, 'runId' | 'statuses' | 'limit'>): Sql[] {
  const place = after === undefined ? null : parseCursor(after)
  return [
    sql`u.kind = 'standard'`,
    // Also leaves out units without an answer.
    sql`u.completed_at >= ${Math.max(from, place?.completedAt ?? 0)}`,
    ...(place ? [sql`(u.completed_at > ${place.completedAt} OR u.id > ${place.unitId})`] : []),
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

function cursorOf(row: Row): string {
  return `${String(integer(row, 'completed_at'))}.${text(row, 'id')}`
}

function parseCursor(cursor: string): { completedAt: number; unitId: string } {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { completedAt: Number(match[1]), unitId: match[2] ?? '' }
}
