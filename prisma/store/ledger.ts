import type { LedgerAccount, LedgerKind } from '../../sdk/data-model/entities.js'
import type { WorkScope } from '../../sdk/ports/data-operations.js'
import type { LedgerFilter, LedgerOperations, LedgerRow } from '../../sdk/ports/ledger-operations.js'
import { readCursor, writeCursor, type PageOrder, type PagePosition } from './page-cursor.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

const ORDER: PageOrder = { of: 'ledger_entry', sort: 'at', direction: 'descending' }
const LATEST_FIRST = verbatim('created_at DESC, id DESC')

/** The append-only ledger. */
export function ledgerOperations(db: Statements): LedgerOperations {
  const { grammar } = db
  const ledger = db.table('ledger_entry')

  /** The runs of a scope that have something in it, those whose latest movement is the latest first: no others are on a page of so many. */
  async function runsOfPage(filter: LedgerFilter, { at, most }: { readonly at: PagePosition | null; readonly most: number }): Promise<readonly string[]> {
    if (filter.scope?.of === 'run') return [filter.scope.id]
    const newest = sql`SELECT l.id FROM ${ledger} l WHERE l.run_id = r.id${bookedWhen(filter, at)} ORDER BY l.created_at DESC, l.id DESC ${grammar.limit(1)}`
    const all = sql`SELECT (${newest}) AS newest FROM ${runsIn(db, filter.scope)}`
    const rows = await db.rows(
      sql`SELECT e.run_id FROM (${all}) n ${grammar.lookUp} ${ledger} e ON e.id = n.newest${grammar.narrowed('e.id', all)}
           ORDER BY e.created_at DESC, e.id DESC ${grammar.limit(most)}`)
    return rows.map(row => text(row, 'run_id'))
  }

  /** The latest movements that a condition holds of. */
  const latest = (where: Sql, most: number): Sql =>
    sql`SELECT l.id, l.entry_key, l.run_id, l.unit_id, l.worker_id, l.kind, l.debit, l.credit, l.amount_minor, l.currency, l.created_at
          FROM ${ledger} l WHERE ${where} ORDER BY l.created_at DESC, l.id DESC ${grammar.limit(most)}`

  async function pageOf(filter: LedgerFilter, { at, most }: { readonly at: PagePosition | null; readonly most: number }): Promise<readonly Row[]> {
    if (filter.workerId !== undefined) return db.rows(latest(sql`${ofWorker(db, filter)}${bookedWhen(filter, at)}`, most))
    const parts = (await runsOfPage(filter, { at, most })).map((runId, index) => sql`SELECT * FROM (${latest(sql`l.run_id = ${runId}${bookedWhen(filter, at)}`, most)}) ${verbatim(`p${String(index)}`)}`)
    return parts.length === 0 ? [] : db.rows(sql`SELECT * FROM (${joined(parts, ' UNION ALL ')}) f ORDER BY ${LATEST_FIRST} ${grammar.limit(most)}`)
  }

  /** What a filter comes to, a row for each currency. */
  function summed(filter: LedgerFilter): Sql {
    const { scope, workerId, from, before } = filter
    // Nobody's and no time's: what runs keep is what all their movements come to.
    if (workerId === undefined && from === undefined && before === undefined) {
      return sql`SELECT r.currency, sum(r.reserved_minor) AS reserved, sum(r.owed_minor) AS owed, sum(r.paid_minor) AS paid FROM ${runsIn(db, scope)} GROUP BY r.currency`
    }
    const [booked, runs] = [bookedWhen(filter, null), sql`SELECT r.id FROM ${runsIn(db, scope)}`]
    const those = workerId !== undefined ? sql`${ledger} l WHERE ${ofWorker(db, filter)}${booked}`
      : scope?.of === 'run' ? sql`${ledger} l WHERE l.run_id = ${scope.id}${booked}`
        : sql`(${runs}) x ${grammar.lookUp} ${ledger} l ON l.run_id = x.id${grammar.narrowed('l.run_id', runs)}${booked}`
    return sql`SELECT l.currency, ${verbatim(SUMMED.map(account => `${sumOf(account, 'l.')} AS ${account}`).join(', '))} FROM ${those} GROUP BY l.currency`
  }

  return {
    async page({ filter, after, limit }) {
      const at = after === undefined ? null : readCursor(after, { ...ORDER, holds: 'integer' })
      const found = (await pageOf(filter, { at, most: limit + 1 })).map(ledgerRow)
      const last = found.length > limit ? found[limit - 1] : undefined
      return { rows: found.slice(0, limit), nextCursor: last ? writeCursor(ORDER, { key: last.at, id: last.id }) : null }
    },

    async sums(filter) {
      const rows = await db.rows(sql`${summed(filter)} ORDER BY currency`)
      return rows.map(row => ({ currency: text(row, 'currency'), reservedMinor: integer(row, 'reserved'), owedMinor: integer(row, 'owed'), paidMinor: integer(row, 'paid') }))
    },

    async append(entries) {
      if (entries.length === 0) return
      const rows = entries.map(row => ({
        i: row.id, y: row.entryKey, r: row.runId, u: row.unitId, w: row.workerId, x: row.kind, d: row.debit, c: row.credit, m: row.amountMinor, z: row.currency, t: row.at,
      }))
      await db.run(
        sql`INSERT INTO ${ledger} (id, entry_key, run_id, unit_id, worker_id, kind, debit, credit, amount_minor, currency, created_at)
            SELECT j.i, j.y, j.r, j.u, j.w, j.x, j.d, j.c, j.m, j.z, j.t FROM ${db.list(rows, {
              i: 'id', y: 'name', r: 'id', u: 'id', w: 'id', x: 'key', d: 'key', c: 'key', m: 'int', z: 'key', t: 'int',
            })}`)
    },
    async balances(runId) {
      const sum = (account: LedgerAccount) => verbatim(sumOf(account))
      const [row] = await db.rows(sql`SELECT ${sum('reserved')} AS reserved, ${sum('owed')} AS owed, ${sum('paid')} AS paid FROM ${ledger} WHERE run_id = ${runId}`)
      return row
        ? { reservedMinor: integer(row, 'reserved'), owedMinor: integer(row, 'owed'), paidMinor: integer(row, 'paid') }
        : { reservedMinor: 0, owedMinor: 0, paidMinor: 0 }
    },
  }
}

const SUMMED = ['reserved', 'owed', 'paid'] as const satisfies readonly LedgerAccount[]

/** By how much movements change an account. */
function sumOf(account: LedgerAccount, of: '' | 'l.' = ''): string {
  return `coalesce(sum(CASE WHEN ${of}credit = '${account}' THEN ${of}amount_minor WHEN ${of}debit = '${account}' THEN -${of}amount_minor ELSE 0 END), 0)`
}

/** When a movement `l` was booked, and that it comes after a position; the first comparison is what an index is read by. */
function bookedWhen({ from, before }: Pick<LedgerFilter, 'from' | 'before'>, at: PagePosition | null): Sql {
  return joined([
    ...(from === undefined ? [] : [sql` AND l.created_at >= ${from}`]), ...(before === undefined ? [] : [sql` AND l.created_at < ${before}`]),
    ...(at === null ? [] : [sql` AND l.created_at <= ${at.key} AND (l.created_at < ${at.key} OR l.id < ${at.id})`]),
  ], '')
}

/** A person's movements `l`: they are few, so no planner is to read those of a run instead. */
function ofWorker(db: Statements, { scope, workerId }: LedgerFilter): Sql {
  const run = db.grammar.unindexed('l.run_id')
  const within = scope === null ? verbatim('') : scope.of === 'run' ? sql` AND ${run} = ${scope.id}` : sql` AND ${run} IN (SELECT r.id FROM ${runsIn(db, scope)})`
  return sql`l.worker_id = ${workerId ?? ''}${within}`
}

/** The runs `r` of a scope, with their condition. */
function runsIn(db: Statements, scope: WorkScope | null): Sql {
  const run = db.table('task_run')
  if (scope === null) return sql`${run} r`
  if (scope.of === 'project') return sql`${db.table('task')} t JOIN ${run} r ON r.task_id = t.id WHERE t.project_id = ${scope.id}`
  return scope.of === 'task' ? sql`${run} r WHERE r.task_id = ${scope.id}` : sql`${run} r WHERE r.id = ${scope.id}`
}

function ledgerRow(row: Row): LedgerRow {
  return {
    id: text(row, 'id'), entryKey: text(row, 'entry_key'), runId: text(row, 'run_id'), unitId: textOrNull(row, 'unit_id'), workerId: textOrNull(row, 'worker_id'), kind: text(row, 'kind') as LedgerKind,
    debit: text(row, 'debit') as LedgerAccount, credit: text(row, 'credit') as LedgerAccount, amountMinor: integer(row, 'amount_minor'), currency: text(row, 'currency'), at: integer(row, 'created_at'),
  }
}
