import * as z from 'zod'
import { CALL_STATUSES } from '../data-model/call-status.js'
import { entityId, instantText, nameText, requestIdText } from './text.js'

const page = { cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(50) }

/** What was done on the operator side, the latest first: all that is given must hold. `subjectId` is the id of what it was about. */
export const auditQuery = z.strictObject({
  actor: nameText(200).optional(), action: nameText(64).optional(), subject: nameText(64).optional(), subjectId: entityId.optional(),
  from: instantText.optional(), before: instantText.optional(), ...page,
})

/** Calls to the outside world, the latest first: all that is given must hold. */
export const callsQuery = z.strictObject({
  topic: nameText(64).optional(), subjectId: entityId.optional(), lane: entityId.optional(), statuses: z.array(z.enum(CALL_STATUSES)).min(1).optional(), from: instantText.optional(), before: instantText.optional(), ...page,
})

/** Has calls that are done or have failed made again. */
export const replayCallsRequest = z.strictObject({ requestId: requestIdText, callIds: z.array(entityId).min(1, 'must name at least one call').max(500) })

/** See {@link auditQuery}. */
export type AuditQuery = z.input<typeof auditQuery>
/** See {@link replayCallsRequest}. */
export type ReplayCallsRequest = z.input<typeof replayCallsRequest>
/** See {@link callsQuery}. */
export type CallsQuery = z.input<typeof callsQuery>
