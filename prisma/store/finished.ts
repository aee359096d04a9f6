import { MephistoError } from '../../sdk/errors.js'
import type { AnswerRow } from '../../sdk/ports/answer-operations.js'
import type { AnswerText, DataOperations, FinishedFilter } from '../../sdk/ports/data-operations.js'
import { answeredUnits, inEachStatus } from './answered-units.js'
import { answersTo, byKey, distinct, indexed, selectItems, unitsBy } from './answer-rows.js'
import { sql, verbatim } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Finished units of a run in the order of their answers. */
export function finishedOperations(db: Statements): Pick<DataOperations, 'finished' | 'itemAnswers' | 'answersToItems' | 'latest' | 'answersOf'> {
  const answersOf: DataOperations['answersOf'] = async unitIds => {
    const answers = await byKey(db, sql`SELECT b.slot, b.answer, b.schema_hash FROM ${db.table('submission')} b`, { column: 'b.slot', keys: unitIds })
    return new Map(answers.map(row => [text(row, 'slot'), { answer: text(row, 'answer'), schemaHash: text(row, 'schema_hash') }]))
  }

  const answersToItems: DataOperations['answersToItems'] = async (assignmentIds, statuses) => {
    const units = statuses.length === 0 ? [] : await byKey(
      db, sql`SELECT u.id, u.assignment_id FROM ${db.table('unit')} u`,
      { column: 'u.assignment_id', keys: assignmentIds, and: sql` AND ${db.grammar.unindexed('u.kind')} = 'standard' AND ${db.grammar.unindexed('u.status')} IN ${db.grammar.oneOf(statuses)}` })
    const itemOf = new Map(units.map(unit => [text(unit, 'id'), text(unit, 'assignment_id')]))
    const byItem = new Map<string, AnswerText[]>()
    for (const [unitId, answer] of await answersOf([...itemOf.keys()])) {
      const item = itemOf.get(unitId) ?? ''
      byItem.set(item, [...byItem.get(item) ?? [], answer])
    }
    return byItem
  }

  return {
    answersOf,
    answersToItems,

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
      const answers = await answersToItems(items.map(row => text(row, 'id')), statuses)
      return items.map(item => ({ position: integer(item, 'position'), answers: answers.get(text(item, 'id')) ?? [] }))
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
async function foundUnits(db: Statements, { after, ...filter }: FinishedFilter): Promise<readonly Row[]> {
  return answeredUnits(db, { ...filter, isOrdinary: true, ...(after === undefined ? {} : { after: parseCursor(after) }) })
}

function cursorOf(row: Row): string {
  return `${String(integer(row, 'completed_at'))}.${text(row, 'id')}`
}

function parseCursor(cursor: string): { completedAt: number; unitId: string } {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { completedAt: Number(match[1]), unitId: match[2] ?? '' }
}
