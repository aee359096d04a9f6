import { TRANSFER_TABLES, type TransferOperations, type TransferRow, type TransferTable, type TransferType } from '../../sdk/ports/transfer-operations.js'
import type { ListColumn } from './grammar.js'
import { inParts } from './in-parts.js'
import { firstStranger } from './strangers.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Whole rows of whole tables, for another installation. */
export function transferOperations(db: Statements): TransferOperations {
  return {
    async rows(table, { column, ids, runId, isOfNoUnit }) {
      if (ids.length === 0) return []
      const columns = columnsOf(table)
      const ofRun = runId === undefined ? verbatim('') : sql` AND x.run_id = ${runId}`
      const ofNoUnit = verbatim(isOfNoUnit ? ' AND x.unit_id IS NULL' : '')
      const rows = await db.rows(
        sql`SELECT ${joined(columns.map(([name], index) => sql`x.${db.column(name)} AS ${verbatim(alias(index))}`), ', ')} FROM ${db.table(table)} x
             WHERE ${db.grammar.among(`x.${column}`, ids)}${ofRun}${ofNoUnit}`)
      // Sorted here: MariaDB without statistics reads the whole table by its key rather than sort.
      return rows.map((row): TransferRow => Object.fromEntries(columns.map(([name, type], index) => [name, valueOf(row, alias(index), type)]))).sort(inOrderOf(KEYS[table]))
    },

    async workersOfRun(runId, { after, limit }) {
      const of = (table: 'run_worker' | 'refusal'): Sql => sql`SELECT x.worker_id FROM ${db.table(table)} x WHERE x.run_id = ${runId} AND x.worker_id > ${after}`
      const rows = await db.rows(sql`SELECT w.worker_id FROM (${of('run_worker')} UNION ${of('refusal')}) w ORDER BY w.worker_id ${db.grammar.limit(limit)}`)
      return rows.map(row => text(row, 'worker_id'))
    },

    stranger: runId => firstStranger(db, runId),

    async add(table, rows) {
      if (rows.length === 0) return
      const columns = columnsOf(table)
      const names = joined(columns.map(([name]) => db.column(name)), ', ')
      const values = joined(columns.map((_, index) => verbatim(`j.${alias(index)}`)), ', ')
      const types = Object.fromEntries(columns.map(([, type], index) => [alias(index), listColumn(type)]))
      const list = rows.map((row): TransferRow => Object.fromEntries(columns.map(([name], index) => [alias(index), row[name] ?? null])))
      await inParts(list, part => db.run(sql`INSERT INTO ${db.table(table)} (${names}) SELECT ${values} FROM ${db.list(part, types)}`))
    },
  }
}

/** What rows of a table are unique by, and sorted. */
const KEYS: Readonly<Record<TransferTable, readonly string[]>> = {
  task_run: ['id'], assignment: ['id'], item_source: ['assignment_id'], assignee: ['assignment_id', 'worker_id'], unit: ['id'], run_worker: ['run_id', 'worker_id'], refusal: ['run_id', 'worker_id', 'reason'], agent: ['id'], event: ['stream_id', 'number'],
  submission: ['id'], session: ['id'], packet: ['session_id', 'number'], remark: ['id'], decision: ['id'], ledger_entry: ['id'], payout: ['id'], qualification_event: ['id'], block: ['id'],
}

function inOrderOf(key: readonly string[]): (a: TransferRow, b: TransferRow) => number {
  return (a, b) => {
    for (const column of key) {
      const [left = null, right = null] = [a[column], b[column]]
      if (left !== right && left !== null && right !== null) return left < right ? -1 : 1
    }
    return 0
  }
}

function columnsOf(table: TransferTable): readonly (readonly [string, TransferType])[] {
  return Object.entries(TRANSFER_TABLES[table])
}

function listColumn(type: TransferType): ListColumn {
  const plain = type.replace('?', '')
  return plain === 'json' || plain === 'object' ? 'text' : plain as ListColumn
}

/** Names of columns may be reserved words somewhere. */
function alias(index: number): string {
  return `c${String(index)}`
}

function valueOf(row: Row, column: string, type: TransferType): string | number | boolean | null {
  if (row[column] === null || row[column] === undefined) return null
  switch (type.replace('?', '')) {
    case 'int': return integer(row, column)
    case 'bool': return Boolean(Number(row[column]))
    default: return text(row, column)
  }
}
