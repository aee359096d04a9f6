import type { Stranger, TransferTable } from '../../sdk/ports/transfer-operations.js'
import { sql, verbatim, type Sql } from './sql.js'
import { text, type Statements } from './statements.js'

// What a row names is looked up by a SELECT that stands for its value: planners make a join of NOT EXISTS and of an outer
// join, and one that knows nothing about its tables reads the other one from end to end for it.

interface Check {
  readonly table: TransferTable
  /** The column that is told. */
  readonly column: string
  /** What tells the row. @default 'id' */
  readonly id?: string
  /** Whether row `x` names something that is not of the run. */
  readonly isStrange: Sql
}

/** The first row of a run that names something of another run, or something there is not. */
export async function firstStranger(db: Statements, runId: string): Promise<Stranger | null> {
  for (const { table, column, id = 'id', isStrange } of checksOf(db, runId)) {
    const ofRun = verbatim(table === 'task_run' ? 'x.id' : 'x.run_id')
    const [row] = await db.rows(sql`SELECT x.${verbatim(id)} AS id FROM ${db.table(table)} x WHERE ${ofRun} = ${runId} AND ${isStrange} ${db.grammar.limit(1)}`)
    if (row) return { table, id: text(row, 'id'), column }
  }
  return null
}

type Owned = 'assignment' | 'unit' | 'agent' | 'decision'

function checksOf(db: Statements, runId: string): readonly Check[] {
  const runOf = (owned: Owned, id: Sql): Sql => sql`(SELECT y.run_id FROM ${db.table(owned)} y WHERE y.id = ${id})`
  /** It is there, and of another run. */
  const isOfAnother = (owned: Owned, id: Sql): Sql => sql`coalesce(${runOf(owned, id)}, ${runId}) <> ${runId}`
  const isNot = (owned: Owned, column: string): Sql => sql`coalesce(${runOf(owned, verbatim(column))}, '') <> ${runId}`
  const named = (table: TransferTable, column: string, owned: Owned): Check => ({ table, column, isStrange: isNot(owned, `x.${column}`) })
  const namedOrNull = (table: TransferTable, column: string, owned: Owned): Check => ({ table, column, isStrange: sql`x.${verbatim(column)} IS NOT NULL AND ${isNot(owned, `x.${column}`)}` })
  /** A session is an attempt's or an item's. */
  const isNoSession = (column: string): Sql => sql`${isNot('agent', column)} AND ${isNot('assignment', column)}`
  /** It is neither the packet's session itself, as an attempt is that has one, or an item for what no page is told, nor an attempt at the session's item. */
  const isNotIn = (column: string): Sql => sql`(${verbatim(column)} <> x.session_id AND coalesce((SELECT y.assignment_id FROM ${db.table('agent')} y WHERE y.id = ${verbatim(column)}), '') <> x.session_id)`
  return [
    // The log of a run or an agent, and the session of an agent or an item, are found by an id alone: no two of them may have the same.
    { table: 'task_run', column: 'id', isStrange: sql`${runOf('agent', verbatim('x.id'))} IS NOT NULL` },
    { table: 'agent', column: 'id', isStrange: sql`((SELECT y.id FROM ${db.table('task_run')} y WHERE y.id = x.id) IS NOT NULL OR ${runOf('assignment', verbatim('x.id'))} IS NOT NULL)` },
    { table: 'assignment', column: 'id', isStrange: sql`${runOf('agent', verbatim('x.id'))} IS NOT NULL` },
    { ...named('item_source', 'assignment_id', 'assignment'), id: 'assignment_id' },
    named('unit', 'assignment_id', 'assignment'), namedOrNull('unit', 'agent_id', 'agent'), namedOrNull('unit', 'replaces_unit_id', 'unit'),
    { ...namedOrNull('run_worker', 'unit_id', 'unit'), id: 'worker_id' },
    namedOrNull('agent', 'unit_id', 'unit'), namedOrNull('agent', 'assignment_id', 'assignment'),
    { table: 'event', column: 'stream_id', id: 'stream_id', isStrange: sql`x.stream_id <> ${runId} AND ${isNot('agent', 'x.stream_id')}` },
    named('submission', 'agent_id', 'agent'),
    // What onboarding hands in is kept under the attempt's own id.
    { table: 'submission', column: 'unit_id', isStrange: sql`((x.unit_id <> x.agent_id AND ${isNot('unit', 'x.unit_id')}) OR ${isOfAnother('unit', verbatim('x.unit_id'))})` },
    { table: 'submission', column: 'slot', isStrange: sql`((x.slot <> x.unit_id AND x.slot <> x.id) OR ${isOfAnother('unit', verbatim('x.slot'))})` },
    { table: 'session', column: 'id', isStrange: isNoSession('x.id') }, { table: 'packet', column: 'session_id', id: 'session_id', isStrange: isNoSession('x.session_id') },
    { table: 'packet', column: 'sender_id', id: 'session_id', isStrange: isNotIn('x.sender_id') },
    { table: 'packet', column: 'recipient_id', id: 'session_id', isStrange: sql`x.recipient_id IS NOT NULL AND ${isNotIn('x.recipient_id')}` },
    named('remark', 'agent_id', 'agent'),
    // Tips are shown by their task, and go with their worker.
    { table: 'remark', column: 'task_id', isStrange: sql`coalesce((SELECT y.task_id FROM ${db.table('task_run')} y WHERE y.id = x.run_id), '') <> x.task_id` },
    { table: 'remark', column: 'worker_id', isStrange: sql`coalesce((SELECT y.worker_id FROM ${db.table('agent')} y WHERE y.id = x.agent_id), '') <> x.worker_id` },
    named('decision', 'unit_id', 'unit'), named('decision', 'agent_id', 'agent'), namedOrNull('decision', 'undoes', 'decision'),
    namedOrNull('ledger_entry', 'unit_id', 'unit'),
    // What a movement is for ends with the attempt or decision that caused it: booked here, it could not be booked there any more.
    { table: 'ledger_entry', column: 'entry_key', isStrange: isOfAnother('agent', verbatim('substr(x.entry_key, length(x.entry_key) - 35)')) },
  ]
}
