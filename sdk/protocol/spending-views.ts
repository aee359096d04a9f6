import * as z from 'zod'
import { LEDGER_ACCOUNTS } from '../data-model/entities.js'
import { moneyView } from './worker-views.js'

// Times are ISO 8601 in UTC.

/** Why money was moved. */
export const SPENDING_REASONS = ['work_began', 'work_ended', 'accepted', 'soft_rejected', 'rejected', 'overturned', 'taken_back', 'bonus', 'extra', 'paid', 'other'] as const
/** See {@link SPENDING_REASONS}. */
export type SpendingReason = (typeof SPENDING_REASONS)[number]

/** One movement of money between two accounts of a run. */
export const spendingEntryView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  from: z.enum(LEDGER_ACCOUNTS),
  to: z.enum(LEDGER_ACCOUNTS),
  amount: moneyView,
  run: z.object({ id: z.string(), title: z.string(), task: z.object({ id: z.string(), name: z.string() }) }),
  /** Null for money outside any unit. */
  unit: z.string().nullable(),
  /** Whose work it is for, by the name that exports show. */
  worker: z.object({ id: z.string(), pseudonym: z.string() }).nullable(),
  /**
   * `work_began`: somebody took the unit. `work_ended`: they left it without an answer that counts. `taken_back`: a decision was undone.
   * `bonus`: added to the pay of the unit by the decision. `extra`: given outside any unit. `other`: not known any more.
   */
  reason: z.enum(SPENDING_REASONS),
  /** The decision that moved it; null where none did. */
  decision: z.object({ byName: z.string(), note: z.string().nullable() }).nullable(),
})

/**
 * What all movements that a query means come to, in one currency: by how much they changed what was `spent`, what of it is `owed` and not paid
 * out yet, and what is `reserved`. Below zero where more was taken back than added.
 */
export const spendingTotalView = z.object({ spent: moneyView, owed: moneyView, paid: moneyView, reserved: moneyView })

/** A page of movements, the latest first; `nextCursor` continues it. `totals` are of all pages, one for each currency, and are read with the first alone. */
export const spendingPageView = z.object({ entries: z.array(spendingEntryView), totals: z.array(spendingTotalView).nullable(), nextCursor: z.string().nullable() })

/** See {@link spendingEntryView}. */
export type SpendingEntryView = z.infer<typeof spendingEntryView>
/** See {@link spendingTotalView}. */
export type SpendingTotalView = z.infer<typeof spendingTotalView>
/** See {@link spendingPageView}. */
export type SpendingPageView = z.infer<typeof spendingPageView>
