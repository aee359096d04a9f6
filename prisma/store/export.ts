import { MephistoError } from '../../sdk/errors.js'
import type { AnswerFilter, AnswerRow, ItemStretch } from '../../sdk/ports/answer-operations.js'
import type { UnitOperations } from '../../sdk/ports/unit-operations.js'
import { answersTo, indexed, selectItems, unitsBy } from './answer-rows.js'
import { sql } from './sql.js'
import { integer, text, type Statements } from './statements.js'

/**
 * Reads answers with their provenance, a stretch of items at a time: each table by its own keys and put together here.
 * One statement over all six tables would leave their order to the planner, and PostgreSQL was seen to read a page of a
 * table it had no statistics of yet for minutes.
 */
export function answerOperations(db: Statements): Pick<UnitOperations, 'answers' | 'answersOfItems'> {
  return { answers: filter => pageOf(db, filter), answersOfItems: items => stretchOf(db, items) }
}

async function pageOf(db: Statements, { runId, includeSetAside, after, limit }: AnswerFilter): Promise<readonly AnswerRow[]> {
  const [run] = await db.rows(
    sql`SELECT r.currency, r.units_per_assignment, (SELECT max(s.position) FROM ${db.table('assignment')} s WHERE s.run_id = ${runId}) AS last_position
          FROM ${db.table('task_run')} r WHERE r.id = ${runId}`)
  if (!run || run['last_position'] === null) return []
  const [end, currency] = [integer(run, 'last_position'), text(run, 'currency')]
  const from = parseCursor(after)
  const found: AnswerRow[] = []
  let { position } = from
  // One more, because some of the first item may have been read before.
  let stretch = Math.ceil(limit / integer(run, 'units_per_assignment')) + 1
  while (position <= end && found.length < limit) {
    const rows = await stretchOf(db, { runId, currency, includeSetAside, from: position, to: position + stretch })
    found.push(...(position === from.position ? rows.filter(row => isAfter(row, from)) : rows))
    position += stretch
    // As many items as the rest will need if it is like what was read; where answers are rare, longer and longer.
    const perAnswer = (position - from.position) / Math.max(1, found.length)
    stretch = Math.min(2 * stretch, Math.ceil((limit - found.length) * perAnswer) + 1)
  }
  return found.slice(0, limit)
}

async function stretchOf(db: Statements, { runId, currency, includeSetAside, from, to }: ItemStretch): Promise<AnswerRow[]> {
  const assignments = indexed(await db.rows(sql`${selectItems(db)} WHERE s.run_id = ${runId} AND s.position >= ${from} AND s.position < ${to}`))
  const units = await unitsBy(db, 'u.assignment_id', [...assignments.keys()])
  return (await answersTo(db, { assignments, units, currency, includeSetAside })).sort(inOrder)
}

interface Place { readonly position: number; readonly unitIndex: number; readonly submissionId: string }

function inOrder(a: Place, b: Place): number {
  return a.position - b.position || a.unitIndex - b.unitIndex || (a.submissionId < b.submissionId ? -1 : 1)
}

function isAfter(row: Place, from: Place): boolean {
  return inOrder(row, from) > 0 && row.submissionId !== from.submissionId
}

function parseCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return { position: 0, unitIndex: -1, submissionId: '' }
  const match = /^(\d{1,10})\.(\d{1,5})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { position: Number(match[1]), unitIndex: Number(match[2]), submissionId: match[3] ?? '' }
}
