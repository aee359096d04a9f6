import type { LedgerOperations } from '../../sdk/ports/answer-operations.js'
import { integer, type Statements } from './statements.js'

/** The append-only ledger. */
export function ledgerOperations(db: Statements): LedgerOperations {
  const ledger = db.table('ledger_entry')
  return {
    append: entries => db.run(
      `INSERT INTO ${ledger} (id, entry_key, run_id, unit_id, worker_id, kind, debit, credit, amount_minor, currency, created_at)
       SELECT value->>'id', value->>'entryKey', value->>'runId', value->>'unitId', value->>'workerId', value->>'kind', value->>'debit', value->>'credit',
              value->>'amountMinor', value->>'currency', value->>'at' FROM json_each(?) WHERE true
       ON CONFLICT (entry_key) DO NOTHING`, JSON.stringify(entries)),
    async balances(runId) {
      const sum = (account: string): string =>
        `coalesce(sum(CASE WHEN credit = '${account}' THEN amount_minor WHEN debit = '${account}' THEN -amount_minor ELSE 0 END), 0)`
      const [row] = await db.rows(`SELECT ${sum('reserved')} AS reserved, ${sum('owed')} AS owed, ${sum('paid')} AS paid FROM ${ledger} WHERE run_id = ?`, runId)
      return row
        ? { reservedMinor: integer(row, 'reserved'), owedMinor: integer(row, 'owed'), paidMinor: integer(row, 'paid') }
        : { reservedMinor: 0, owedMinor: 0, paidMinor: 0 }
    },
  }
}
