import type { CallStatus } from '../data-model/call-status.js'
import type { Reading } from './find-query.js'

/** A call to write into the outbox. */
export interface NewCall {
  /** A UUID of the caller's. */
  readonly id: string
  /** Says what the call is for, at most 200 characters: the same key is enqueued once, and made once in effect. */
  readonly callKey: string
  /** Whose call it is: the handler of this name makes it. */
  readonly topic: string
  /** JSON text. */
  readonly body: string
  /** What the call is about, an id: calls can be held, found and limited by it. */
  readonly subjectId: string | null
  /** Calls of one lane of a subject are made one after the other, the smallest position first; null for in any order. */
  readonly lane: { readonly id: string; readonly position: number } | null
  /** Until when whoever writes it makes it, epoch ms: its first try begins with it. @default nobody does yet */
  readonly leaseUntil?: number | null
  /** When it is due, epoch ms. @default at once */
  readonly dueAt?: number
}

/** A call as its row says. */
export interface CallRow extends NewCall {
  readonly status: CallStatus
  /** How often it was tried since it was enqueued, released or asked for again. */
  readonly tries: number
  /** Goes up with every lease; a result counts only with the current one. */
  readonly fence: number
  /** When it is due, epoch ms; while it is under way, the end of its lease. */
  readonly nextAt: number
  /** Null while nobody makes it. */
  readonly leaseUntil: number | null
  /** What came of the last try, JSON text; null before the first. */
  readonly result: string | null
  readonly createdAt: number
  /** When it was last tried, released or asked for again; null before. */
  readonly changedAt: number | null
}

/** Which calls to take. */
export interface DueQuery {
  readonly topic: string
  readonly at: number
  /** When the lease of those that are taken ends, epoch ms. */
  readonly until: number
  /** Most calls about one subject at a time, with those `underWay`. */
  readonly perSubject: number
  /** Calls that the caller is making, by their subject. */
  readonly underWay: ReadonlyMap<string, number>
  readonly limit: number
}

/** How a try ended. `pending` tries again at `nextAt`. */
export interface CallEnd {
  readonly status: 'done' | 'failed' | 'pending'
  readonly nextAt: number
  /** JSON text. */
  readonly result: string
  readonly at: number
}

/** Which calls to find. */
export interface CallFilter {
  readonly topic?: string
  readonly subjectId?: string
  readonly lane?: string
  readonly statuses?: readonly CallStatus[]
}

/** Calls to the outside world: rows first, made by whoever holds their lease, and their results are rows again. */
export interface OutboxOperations extends Reading<CallRow, CallFilter, 'createdAt'> {
  /** Writes calls. Those whose key is there already are left as they are. */
  enqueue(calls: readonly NewCall[], at: number): Promise<void>
  /**
   * Leases calls that are due, the longest due first: pending ones whose lease, if any, has run out, and the first pending
   * one of each lane alone. A call is taken by one process at a time; each is returned as it is under its new lease.
   */
  take(query: DueQuery): Promise<readonly CallRow[]>
  /** Records how a try ended. False, and nothing is changed, when somebody else has had the call since. A held call stays held unless it is done or failed. */
  finish(call: Pick<CallRow, 'id' | 'fence'>, end: CallEnd): Promise<boolean>
  /** Pending → held, for all calls about a subject. One that is under way may still end. */
  hold(topic: string, subjectId: string): Promise<void>
  /** Held → pending, due now and with as many tries as a new one. */
  release(topic: string, subjectId: string, at: number): Promise<void>
  /** Done or failed → pending, due now. Returns the ids of those that are made again. */
  again(ids: readonly string[], at: number): Promise<ReadonlySet<string>>
  /** Removes calls about a subject, those of one lane from a position on, or all; one that is under way in a lane stays. */
  remove(which: { readonly topic: string; readonly subjectId: string; readonly lane?: string; readonly fromPosition?: number; readonly at: number }): Promise<void>
}
