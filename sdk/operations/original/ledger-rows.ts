import type { LedgerEntry } from '../../data-model/entities.js'
import type { TransferRow } from '../../ports/transfer-operations.js'
import { idFor } from './original-values.js'

/** What was owed has been paid; `cause` as of the entry that owed it. Pure. */
export function paid(owed: LedgerEntry, cause: string): LedgerEntry {
  return { ...owed, entryKey: `pay:${cause}`, kind: 'pay', debit: 'owed', credit: 'paid' }
}

/** An entry of the ledger as a row. Pure. */
export function ledgerRow({ entryKey, runId, unitId, workerId, kind, debit, credit, amountMinor, currency }: LedgerEntry, at: number): TransferRow {
  return { id: idFor(at, runId, 'ledger', entryKey), entry_key: entryKey, run_id: runId, unit_id: unitId, worker_id: workerId, kind, debit, credit, amount_minor: amountMinor, currency, created_at: at }
}
