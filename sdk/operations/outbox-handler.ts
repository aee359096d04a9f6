import type { DbOperations } from '../ports/mephisto-db.js'
import type { CallRow } from '../ports/outbox-operations.js'
import type { Backoff } from './backoff.js'

/** How a try to make a call ended. `result` is kept with the call as JSON: small, without answers, names or tokens. */
export type CallOutcome =
  /** Whoever asks for it again waits `restMs`: it stands in `nextAt`. `write` is done in the transaction that records it. @default restMs 0 */
  | { readonly kind: 'done'; readonly result: object; readonly restMs?: number; write?(tx: DbOperations, at: number): Promise<void> }
  /** Tried again, not before `afterMs`. @default afterMs what the backoff says */
  | { readonly kind: 'retry'; readonly result: object; readonly afterMs?: number }
  /** Not tried again by itself. */
  | { readonly kind: 'failed'; readonly result: object }

/** How a try was recorded. */
export interface CallRecord {
  /** `pending` is tried again. */
  readonly status: 'done' | 'failed' | 'pending'
  readonly result: object
  /** The database's clock, epoch ms. */
  readonly at: number
}

/**
 * Makes the calls of one topic. A call may be made more than once (a process is killed between the call and the record of
 * its result), always under the same `callKey`: hand it on as the idempotency key.
 */
export interface OutboxHandler {
  readonly specVersion: 1
  readonly topic: string
  /** How long one try may take, ms. @default 30000 */
  readonly timeoutMs?: number
  /**
   * A process whose call has taken so much longer than `timeoutMs` is taken for gone, and another makes the call, ms. @default 30000
   */
  readonly leaseMarginMs?: number
  /** After so many tries the call has failed. @default 15 */
  readonly maxTries?: number
  /** Waiting between tries. @default from 2 s, doubled up to an hour */
  readonly backoff?: Backoff
  /** Most calls of the topic that one process makes at a time. @default 16 */
  readonly concurrency?: number
  /** Most of them about one subject, so that a slow one leaves room for others. @default 4 */
  readonly concurrencyPerSubject?: number
  /** Makes the call, outside any transaction. What it throws is a try that failed. `signal` ends with the time limit. */
  call(call: CallRow, signal: AbortSignal): Promise<CallOutcome>
  /** Writes what follows from a result, in the transaction that records it. */
  record?(tx: DbOperations, call: CallRow, record: CallRecord): Promise<void>
  /** Called before each look for due calls: enqueues those that are wanted by now. `isThorough` looks for all of them. */
  bringIn?(isThorough: boolean): Promise<void>
}
