import * as z from 'zod'
import { BLOCK_SCOPES } from '../data-model/block-scope.js'
import { moneySchema } from '../data-model/money-schema.js'
import { qualificationValue } from '../data-model/requirement.js'
import { verdictSchema } from './review-views.js'
import { decisionIdText, entityId, instantText, nameText, writtenText } from './text.js'

/** Longest note or message of a decision, characters. */
export const LONGEST_NOTE = 2_000
/** Most units of one decision. */
export const MOST_DECIDED = 500
const MOST_QUALIFICATIONS = 20
const LONGEST_MS = 10 * 365 * 86_400_000

/** A qualification, by its name or id. */
const qualification = nameText(200)

/** What goes with a verdict: of each unit, or of each person whose unit it is. All of it is done with the verdict, and taken back with it. */
const extras = {
  /** To the worker, who finds it on the task's page. */
  message: writtenText(LONGEST_NOTE).optional(),
  /** On top of the pay of each unit, in the currency of its run. */
  bonus: moneySchema.refine(({ minor }) => minor > 0, 'must be more than nothing').optional(),
  /** Qualifications that each worker gets, or keeps with another value or end; `expiresAt` null is for good. */
  grants: z.array(z.strictObject({ qualification, value: qualificationValue.default(1), expiresAt: instantText.nullable().default(null) })).max(MOST_QUALIFICATIONS).optional(),
  /** Qualifications that each worker loses. */
  revokes: z.array(qualification).max(MOST_QUALIFICATIONS).optional(),
  /** Keeps each worker from new work in the run, its task, its project or everywhere, for so long, or by `forMs` null until somebody lifts it; the note says why. */
  block: z.strictObject({ scope: z.enum(BLOCK_SCOPES), isSoft: z.boolean().default(false), forMs: z.int().min(1).max(LONGEST_MS).nullable().default(null) }).optional(),
  /** Somebody else is asked to do the work of each unit. */
  requeue: z.boolean().optional(),
}

/** A verdict on units with what goes with it. `decisionId` is the caller's own: sent again, it decides nothing new and gets the same outcomes. */
export const decideRequest = z.strictObject({
  decisionId: decisionIdText,
  unitIds: z.array(entityId).min(1).max(MOST_DECIDED),
  verdict: verdictSchema,
  /** For the record. */
  note: writtenText(LONGEST_NOTE).optional(),
  /** What you would decide, for somebody else to say the same, or else another: nothing is decided by it alone. */
  asOpinion: z.boolean().optional(),
  ...extras,
}).refine(({ bonus, verdict }) => bonus === undefined || verdict !== 'reject', { path: ['bonus'], message: 'is for work that is paid, and rejected work is not; "soft_reject" pays, and operator.compensate pays outside any unit' })
  .refine(({ requeue, verdict }) => !requeue || verdict === 'reject' || verdict === 'soft_reject', { path: ['requeue'], message: 'is for work that is rejected or soft-rejected: accepted work has its place' })
  .refine(({ asOpinion, verdict }) => !asOpinion || verdict !== 'overturn', { path: ['asOpinion'], message: 'is about work that waits for a decision; rejected work is approved after all at once' })
  .refine(({ block, note = '' }) => block === undefined || note !== '', { path: ['note'], message: 'must say why the worker is blocked' })
  .refine(({ grants = [], revokes = [] }) => new Set([...grants.map(grant => grant.qualification), ...revokes]).size === grants.length + revokes.length, { path: ['grants'], message: 'and revokes name a qualification twice' })

/** See {@link decideRequest}. */
export type DecideRequestInput = z.input<typeof decideRequest>
/** What goes with a verdict, as it was checked. */
export type DecisionExtras = z.output<z.ZodObject<typeof extras>>
