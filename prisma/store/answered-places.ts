import type { AnsweredPlace, CountedRange } from '../../sdk/ports/answer-operations.js'
import type { UnitOperations } from '../../sdk/ports/unit-operations.js'
import { boundsOf, fromBound, toBound } from './answered-order.js'
import { leadingColumns } from './answered-units.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Statements } from './statements.js'

// Where a unit stands in the order of answers. An index has the instants of the answers in that order, and not their ids: instants are counted, and ids
// only of the few answers of one instant (docs/decisions/0050-jumping-in-lists.md).

/** Instants that are read before a place, to see how many answers of its instant come before it. */
const LOOK_BACK = 200

/** Counting answers of a range, and finding them by how many come before. */
export function answeredPlaces(db: Statements): Pick<UnitOperations, 'countAnswered' | 'answeredAt'> {
  const unit = db.table('unit')

  const counted = async (where: Sql, most: number): Promise<number> => {
    const [row] = await db.rows(sql`SELECT count(*) AS units FROM (SELECT u.completed_at FROM ${unit} u WHERE ${where} ${db.grammar.limit(most)}) c`)
    return row ? integer(row, 'units') : 0
  }

  return {
    async countAnswered(range, most) {
      let units = 0
      for (const { where } of piecesOf(db, range)) units += units < most ? await counted(where, most - units) : 0
      return units
    },

    async answeredAt(range, { index, fromEnd }) {
      const isUpwards = (range.order !== 'newest') !== fromEnd
      const direction = verbatim(isUpwards ? '' : ' DESC')
      // Sorted, since they are few: read in the order of their ids, units of all instants would be looked at.
      const idAt = async (where: Sql, passedOver: number): Promise<AnsweredPlace | null> => {
        const [row] = await db.rows(sql`SELECT u.id, u.completed_at FROM ${unit} u WHERE ${where} ORDER BY ${db.grammar.unindexed('u.id')}${direction} ${db.grammar.limit(1, passedOver)}`)
        return row ? { completedAt: integer(row, 'completed_at'), unitId: text(row, 'id') } : null
      }
      const inOrderOfTime = async (where: Sql, passedOver: number): Promise<AnsweredPlace | null> => {
        const first = Math.max(0, passedOver - LOOK_BACK)
        const times = (await db.rows(sql`SELECT u.completed_at FROM ${unit} u WHERE ${where} ORDER BY u.completed_at${direction} ${db.grammar.limit(passedOver - first + 1, first)}`)).map(row => integer(row, 'completed_at'))
        const at = times[passedOver - first]
        if (at === undefined) return null
        const isOneInstant = first > 0 && times[0] === at
        const before = isOneInstant ? passedOver - await counted(sql`${where} AND ${isUpwards ? sql`u.completed_at < ${at}` : sql`u.completed_at > ${at}`}`, passedOver) : passedOver - first - times.indexOf(at)
        return idAt(sql`${where} AND u.completed_at = ${at}`, before)
      }
      const pieces = piecesOf(db, range)
      let left = index
      for (const { where, isOneInstant } of isUpwards ? pieces : pieces.reverse()) {
        const found = await (isOneInstant ? idAt : inOrderOfTime)(where, left)
        if (found) return found
        left -= await counted(where, left)
      }
      return null
    },
  }
}

interface Piece {
  readonly where: Sql
  readonly isOneInstant: boolean
}

/** A range in up to three pieces: answers of the instant at which it begins, of all between, and of the one at which it ends. */
function piecesOf(db: Statements, { runId, status, from = 0, before, assignmentId, workerId, ...range }: CountedRange): Piece[] {
  const narrow = { ...(assignmentId === undefined ? {} : { assignmentId }), ...(workerId === undefined ? {} : { workerId }) }
  const [ofRun, ofStatus] = leadingColumns(db, narrow)
  const { first, last } = boundsOf(range)
  const where = (...conditions: readonly Sql[]): Sql => joined([
    sql`${ofRun} = ${runId}`, sql`${ofStatus} = ${status}`, sql`u.completed_at >= ${from}`, ...(before === undefined ? [] : [sql`u.completed_at < ${before}`]), ...conditions,
    ...(assignmentId === undefined ? [] : [sql`u.assignment_id = ${assignmentId}`]), ...(workerId === undefined ? [] : [sql`u.holder = ${workerId}`]),
  ], ' AND ')
  const between = { where: where(...(first ? [sql`u.completed_at > ${first.completedAt}`] : []), ...(last ? [sql`u.completed_at < ${last.completedAt}`] : [])), isOneInstant: false }
  const of = (completedAt: number): Piece => ({ where: where(sql`u.completed_at = ${completedAt}`, ...(first ? [fromBound(first)] : []), ...(last ? [toBound(last)] : [])), isOneInstant: true })
  if (first && last && first.completedAt === last.completedAt) return [of(first.completedAt)]
  return [...(first ? [of(first.completedAt)] : []), between, ...(last ? [of(last.completedAt)] : [])]
}
