import * as z from 'zod'
import { CALL_STATUSES } from '../data-model/call-status.js'
import { jsonView } from './worker-views.js'

// Times are ISO 8601 in UTC.

/** A call to the outside world. */
export const callView = z.object({
  id: z.string(),
  topic: z.string(),
  /** What it is for: made once in effect. */
  callKey: z.string(),
  status: z.enum(CALL_STATUSES),
  /** How often it was tried since it was written, released or asked for again. */
  tries: z.int(),
  subjectId: z.string().nullable(),
  /** Whose calls are made one after the other, and its place there; null for in any order. */
  lane: z.object({ id: z.string(), position: z.int() }).nullable(),
  body: jsonView,
  /** What came of the last try; null before the first. */
  result: jsonView,
  createdAt: z.iso.datetime(),
  /** When it is tried next; null for one that is not, as it is now. */
  nextTryAt: z.iso.datetime().nullable(),
  /** Until when somebody is at it; null while nobody is. */
  underWayUntil: z.iso.datetime().nullable(),
  changedAt: z.iso.datetime().nullable(),
})

/** A page of calls; `nextCursor` continues it. */
export const callListView = z.object({ calls: z.array(callView), nextCursor: z.string().nullable() })

/** Reply of `outbox.replay`: how many are made again. */
export const replayedView = z.object({ replayed: z.int() })

/** See {@link callView}. */
export type CallView = z.infer<typeof callView>
/** See {@link callListView}. */
export type CallListView = z.infer<typeof callListView>
