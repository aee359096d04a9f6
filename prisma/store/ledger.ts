import type { LedgerOperations } from '../../sdk/ports/answer-operations.js'
import { sql, verbatim } from './sql.js'
import { integer, type Statements } from './statements.js'

/** The append-only ledger. */
export function ledgerOperations(db: Statements): LedgerOperations {
  const ledger = db.table('ledger_entry')
  return {
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
      const sum = (account: string) => verbatim(`coalesce(sum(CASE WHEN credit = '${account}' THEN amount_minor WHEN debit = '${account}' THEN -amount_minor ELSE 0 END), 0)`)
      const [row] = await db.rows(sql`SELECT ${sum('reserved')} AS reserved, ${sum('owed')} AS owed, ${sum('paid')} AS paid FROM ${ledger} WHERE run_id = ${runId}`)
      return row
        ? { reservedMinor: integer(row, 'reserved'), owedMinor: integer(row, 'owed'), paidMinor: integer(row, 'paid') }
        : { reservedMinor: 0, owedMinor: 0, paidMinor: 0 }
    },
  }
}
