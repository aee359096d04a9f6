import * as z from 'zod'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { decisionView } from './review-views.js'
import { jsonView, moneyView } from './worker-views.js'

/** One exported answer with its provenance. Times are ISO 8601 in UTC. */
export const exportRowView = z.object({
  run: z.string(),
  task: z.string(),
  assignment: z.string(),
  position: z.int(),
  unit: z.string(),
  unitIndex: z.int(),
  status: z.enum(UNIT_STATUSES),
  /** `completed`: the unit's answer. `set_aside`: kept, does not count; `setAsideReason` says why. */
  outcome: z.enum(['completed', 'set_aside']),
  setAsideReason: z.string().nullable(),
  input: jsonView,
  answer: jsonView,
  /** A random name that stays the same for one worker; nothing personal. */
  worker: z.string(),
  agent: z.string(),
  /** Which lease of the unit the answer was given under. */
  fence: z.int(),
  acceptedAt: z.iso.datetime(),
  submittedAt: z.iso.datetime(),
  durationMs: z.int(),
  schemaHash: z.string(),
  pageBuild: z.string().nullable(),
  pay: moneyView,
  decision: decisionView.nullable(),
  /** What the blueprint derives from the answer; null for nothing. Left out by earlier versions. */
  derived: jsonView.nullable().default(null),
  /** The accepted answer of another run that the item was made of; left out for other items. */
  source: z.object({ run: z.string(), unit: z.string(), agent: z.string() }).optional(),
})

/** A page of an export; `nextCursor` continues it. */
export const exportPageView = z.object({ rows: z.array(exportRowView), nextCursor: z.string().nullable() })

/** See {@link exportRowView}. */
export type ExportRow = z.infer<typeof exportRowView>
