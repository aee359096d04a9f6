import * as z from 'zod'
import { jsonView } from './worker-views.js'

/** One act on the operator side. */
export const auditEntryView = z.object({
  /** The request's own id. */
  id: z.string(),
  /** ISO 8601 in UTC. */
  at: z.iso.datetime(),
  /** Who did it, by their id in the host's login. */
  actor: z.string(),
  action: z.string(),
  /** What kind of thing it was about, and which. */
  subject: z.string(),
  subjectId: z.string(),
  /** What was asked for. */
  request: jsonView,
  /** What was replied. */
  reply: jsonView,
})

/** A page of acts; `nextCursor` continues it. */
export const auditListView = z.object({ entries: z.array(auditEntryView), nextCursor: z.string().nullable() })

/** See {@link auditEntryView}. */
export type AuditEntryView = z.infer<typeof auditEntryView>
/** See {@link auditListView}. */
export type AuditListView = z.infer<typeof auditListView>
