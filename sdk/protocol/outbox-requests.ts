import * as z from 'zod'
import { CALL_STATUSES } from '../data-model/call-status.js'
import { entityId, instantText, nameText, requestIdText } from './text.js'

/** Calls to the outside world, the latest first: all that is given must hold. */
export const callsQuery = z.strictObject({
  topic: nameText(64).optional(), subjectId: entityId.optional(), lane: entityId.optional(), statuses: z.array(z.enum(CALL_STATUSES)).min(1).optional(),
  from: instantText.optional(), before: instantText.optional(), cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(50),
})

/** Has calls that are done or have failed made again. */
export const replayCallsRequest = z.strictObject({ requestId: requestIdText, callIds: z.array(entityId).min(1, 'must name at least one call').max(500) })

/** See {@link callsQuery}. */
export type CallsQuery = z.input<typeof callsQuery>
/** See {@link replayCallsRequest}. */
export type ReplayCallsRequest = z.input<typeof replayCallsRequest>
