import type { LedgerEntry } from '../data-model/entities.js'
import type { WorkScope } from './data-operations.js'
import type { Page } from './find-query.js'

/** A movement of money as it was booked. */
export interface LedgerRow extends LedgerEntry {
  readonly id: string
  /** Epoch ms of the database's clock. */
  readonly at: number
}

/** Which movements to read: all that is given must hold. */
export interface LedgerFilter {
  /** Null for the whole installation. */
  readonly scope: WorkScope | null
  readonly workerId?: string
  /** Booked at this instant or later, epoch ms. */
  readonly from?: number
  /** Booked before this instant, epoch ms. */
  readonly before?: number
}

/** One page of movements. */
export interface LedgerPageQuery {
  readonly filter: LedgerFilter
  /** `nextCursor` of the page before. @default the first page */
  readonly after?: string
  readonly limit: number
}

/** By how much movements of one currency changed the accounts of their runs, minor units. */
export interface LedgerSum {
  readonly currency: string
  readonly reservedMinor: number
  readonly owedMinor: number
  readonly paidMinor: number
}

/** Reading the ledger, across runs. */
export interface LedgerReading {
  /**
   * Movements, those that were booked last first. What is booked meanwhile neither repeats nor hides others. However many there are, a page
   * reads one for each run and some for each of those that are on it. @throws MephistoError `invalid_input` for a cursor that was not handed out
   */
  page(query: LedgerPageQuery): Promise<Page<LedgerRow>>
  /** What movements come to, in the order of the currencies. Of whole runs it is what these keep anyway; of a time or a person each movement is read. */
  sums(filter: LedgerFilter): Promise<readonly LedgerSum[]>
}

/** The append-only ledger. */
export interface LedgerOperations extends LedgerReading {
  /** Books entries. @throws MephistoError `already_exists`, and nothing is booked, when one with the same key is booked already */
  append(entries: readonly (LedgerEntry & { id: string; at: number })[]): Promise<void>
  /** Sums over the entries of a run, by account: what the totals on the run must equal. */
  balances(runId: string): Promise<{ reservedMinor: number; owedMinor: number; paidMinor: number }>
}
