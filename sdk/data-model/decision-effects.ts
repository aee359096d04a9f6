import * as z from 'zod'
import { moneySchema } from './money-schema.js'

const grantStep = z.object({
  /** The row in the history of grants that it made. */
  eventId: z.string(),
  qualificationId: z.string(),
  /** As it was called then. */
  name: z.string(),
  /** What the worker has since; null for nothing. */
  value: z.int().nullable(),
  /** What they had before; null for nothing. */
  before: z.object({ value: z.int(), expiresAt: z.int().nullable() }).nullable(),
})

/** What a reviewer can say of an answer that waits. */
export const OPINIONS = ['approve', 'soft_reject', 'reject'] as const
/** See {@link OPINIONS}. */
export type OpinionVerdict = (typeof OPINIONS)[number]

/** What a decision did beside its verdict, so that it can be told and taken back: kept as JSON in its row. */
export const decisionEffects = z.object({
  /** Added to the pay of the unit. */
  bonus: moneySchema.optional(),
  /** Qualifications of the worker that it gave or took. */
  grants: z.array(grantStep).optional(),
  /** The block of the worker that it wrote. */
  blockId: z.string().optional(),
  /** Others are asked to do the unit's work. */
  isRequeued: z.literal(true).optional(),
  /** Nobody read the answer: it was approved with the rest, after the check of a random sample. */
  isUnread: z.literal(true).optional(),
  /** Of a row that decides nothing yet (`opine`): what its reviewer would decide. */
  opinion: z.enum(OPINIONS).optional(),
})

/** See {@link decisionEffects}. */
export type DecisionEffects = z.infer<typeof decisionEffects>

/** The effects in a row; none where nothing is kept. Pure. */
export function effectsOf(kept: string | null): DecisionEffects {
  return kept === null ? {} : decisionEffects.parse(JSON.parse(kept))
}
