import * as z from 'zod'
import { entityId, instantText, nameText } from './text.js'

/** What was done on the operator side, the latest first: all that is given must hold. `subjectId` is the id of what it was about. */
export const auditQuery = z.strictObject({
  actor: nameText(200).optional(), action: nameText(64).optional(), subject: nameText(64).optional(), subjectId: entityId.optional(),
  from: instantText.optional(), before: instantText.optional(), cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(50),
})

/** See {@link auditQuery}. */
export type AuditQuery = z.input<typeof auditQuery>
