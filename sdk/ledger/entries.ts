import type { LedgerAccount, LedgerEntry, LedgerKind } from '../data-model/entities.js'

/** What money is moved for: the unit, if it is for one, whose it is, how much. */
export interface Subject {
  readonly runId: string
  readonly unitId: string | null
  readonly workerId: string
  readonly payMinor: number
  readonly currency: string
}

const ROUTES = {
  /** A lease begins: free money is held for it. */
  reserve: { kind: 'reserve', debit: 'budget', credit: 'reserved' },
  /** A lease ends without an answer, or an answer is rejected: held money is free again. */
  release: { kind: 'release', debit: 'reserved', credit: 'budget' },
  /** An answer is accepted or soft-rejected: held money is earned. */
  owe: { kind: 'owe', debit: 'reserved', credit: 'owed' },
  /** A rejection is overturned: free money is earned. */
  owe_overturned: { kind: 'owe', debit: 'budget', credit: 'owed' },
  /** A worker is paid outside any unit: free money is earned. */
  compensate: { kind: 'owe', debit: 'budget', credit: 'owed' },
  /** A reviewer adds to the pay of a unit: free money is earned. Booked outside any unit, whose pay is one amount. */
  bonus: { kind: 'owe', debit: 'budget', credit: 'owed' },
  /** A bonus is taken back: earned money is free again. */
  unbonus: { kind: 'unowe', debit: 'owed', credit: 'budget' },
  /** An acceptance is taken back: earned money is held again. */
  unowe: { kind: 'unowe', debit: 'owed', credit: 'reserved' },
} as const satisfies Record<string, { kind: LedgerKind; debit: LedgerAccount; credit: LedgerAccount }>

/** A way for money to move between the accounts of a run. */
export type Movement = keyof typeof ROUTES

/** The movement and its cause that an entry's key was made of; null for another key. Pure. */
export function causeOf(entryKey: string): { readonly movement: Movement | 'pay'; readonly cause: string } | null {
  const [name = '', ...rest] = entryKey.split(':')
  return name === 'pay' || name in ROUTES ? { movement: name as Movement | 'pay', cause: rest.join(':') } : null
}

/** The entry for a movement. `cause` is the id of the lease or decision that moves it: the same cause books once. */
export function ledgerEntry(movement: Movement, cause: string, subject: Subject): LedgerEntry {
  return {
    ...ROUTES[movement],
    entryKey: `${movement}:${cause}`,
    runId: subject.runId,
    unitId: subject.unitId,
    workerId: subject.workerId,
    amountMinor: subject.payMinor,
    currency: subject.currency,
  }
}

/** By how much entries change the totals kept on their run, minor units. */
export function totalsOf(entries: readonly LedgerEntry[]): { reservedMinor: number; owedMinor: number; paidMinor: number } {
  const sum = (account: LedgerAccount): number => entries.reduce((total, entry) =>
    total + (entry.credit === account ? entry.amountMinor : 0) - (entry.debit === account ? entry.amountMinor : 0), 0)
  return { reservedMinor: sum('reserved'), owedMinor: sum('owed'), paidMinor: sum('paid') }
}
