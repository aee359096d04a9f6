import type { LedgerEntry } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { DbOperations, TotalsChange } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { totalsOf } from './entries.js'

/** Entries to book on a run, with what else changes in its totals by the same event. */
export interface Booking {
  readonly runId: string
  readonly entries: readonly LedgerEntry[]
  readonly unitsOpen?: number
  readonly unitsAnswered?: number
  readonly at: number
}

/**
 * Books entries and the totals they change, in the caller's transaction; the run whose last open unit this was completes.
 * @throws MephistoError `budget_exhausted` when spent plus reserved would pass the run's cap (promise P7)
 */
export async function book(tx: DbOperations, runtime: Runtime, booking: Booking): Promise<void> {
  const { runId, entries, at } = booking
  const entriesWithMoney = entries.filter(entry => entry.amountMinor !== 0)
  const change: TotalsChange = { ...totalsOf(entriesWithMoney), unitsOpen: booking.unitsOpen ?? 0, unitsAnswered: booking.unitsAnswered ?? 0 }
  if (Object.values(change).every(amount => amount === 0) && entriesWithMoney.length === 0) return
  const totals = await tx.runs.addTotals(runId, change, at)
  if (!totals) {
    throw new MephistoError('budget_exhausted', `The budget of run ${runId} does not cover this: spent plus reserved money would pass the cap.`)
  }
  if (totals.unitsOpen === 0 && booking.unitsOpen) await tx.runs.move(runId, 'complete', at)
  if (entriesWithMoney.length > 0) await tx.ledger.append(entriesWithMoney.map(entry => ({ ...entry, id: runtime.newId(), at })))
}
