import * as z from 'zod'
import { ATTEMPT_EVENTS } from '../data-model/event-types.js'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { UNIT_KINDS } from '../data-model/unit-kind.js'
import { jsonView, moneyView } from './worker-views.js'

/** The verdicts a reviewer can give: three on a unit that waits, `overturn` on one that was rejected. */
export const verdictSchema = z.enum(['approve', 'soft_reject', 'reject', 'overturn'])

/** A decision that was made. */
export const decisionView = z.object({
  verdict: z.enum(['approve', 'soft_reject', 'reject', 'overturn', 'undo']),
  /** For the record. */
  note: z.string().nullable(),
  /** To the worker. Left out by earlier versions, as all that follows up to `by`. */
  message: z.string().nullable().default(null),
  /** Added to the pay. */
  bonus: moneyView.nullable().default(null),
  /** Qualifications that the worker was given, with their value, or lost: null. */
  grants: z.array(z.object({ qualification: z.string(), value: z.int().nullable() })).default([]),
  /** The worker was blocked with it. */
  isBlocked: z.boolean().default(false),
  /** Others were asked to do the work. */
  isRequeued: z.boolean().default(false),
  by: z.string(),
  byName: z.string(),
  at: z.iso.datetime(),
})

/** Somebody reviews a unit, and others leave it to them until then. */
export const claimView = z.object({ by: z.string(), byName: z.string(), until: z.iso.datetime() })

/** Reply of `review.claim`: which of the units is the caller's now, null for none, and who has which of them. */
export const claimReply = z.object({ claimed: z.string().nullable(), claims: z.array(claimView.extend({ unit: z.string() })) })

/** A unit as a reviewer sees it: the item, the answer, who, how long, what was decided. */
export const reviewUnitView = z.object({
  unitId: z.string(),
  runId: z.string(),
  assignmentId: z.string(),
  position: z.int(),
  unitIndex: z.int(),
  /** Left out by earlier versions. */
  kind: z.enum(UNIT_KINDS).default('standard'),
  status: z.enum(UNIT_STATUSES),
  worker: z.string(),
  pseudonym: z.string(),
  input: jsonView,
  answer: jsonView,
  /** What the blueprint derives from the answer; null for nothing. Left out by earlier versions. */
  derived: jsonView.nullable().default(null),
  schemaHash: z.string(),
  submittedAt: z.iso.datetime(),
  /** From handing out to submission, ms. */
  durationMs: z.int(),
  pay: moneyView,
  decision: decisionView.nullable(),
  /** Who reviews it just now; null for nobody. Left out by earlier versions, and outside the queue. */
  claim: claimView.nullable().default(null),
})

/** A page of the queue; `nextCursor` continues it. */
export const reviewQueueView = z.object({
  units: z.array(reviewUnitView),
  /** Units that were looked at for it: where many are looked through, a page may hold few or none, and there are more. Left out by earlier versions. */
  looked: z.int().default(0),
  nextCursor: z.string().nullable(),
})

/** Units with their answers as they stand now; those without an answer are left out. */
export const reviewUnitsView = z.object({ units: z.array(reviewUnitView) })

/** What happened at a unit, attempt by attempt, in the order in which it did; `decision` is that of a verdict. */
export const unitHistoryView = z.object({
  events: z.array(z.object({ at: z.iso.datetime(), what: z.enum(ATTEMPT_EVENTS), agent: z.string(), pseudonym: z.string(), decision: decisionView.nullable() })),
})

/** What became of one unit of a decision: decided now, or left as it is and why. */
export const decideOutcomeView = z.object({
  unitId: z.string(),
  decided: z.boolean(),
  status: z.enum(UNIT_STATUSES),
  /** Why it was not decided: who decided it before, or what it is waiting for; of one that was, what could not be taken back with it. */
  message: z.string().nullable(),
})

/** Reply of `review.decide` and `review.undo`: one outcome for each unit, in the order asked. */
export const decideReply = z.object({ outcomes: z.array(decideOutcomeView) })

/**
 * How the check of a run's random sample stands: so many answers of it were decided, so many of these are not used. `verdict` says what that shows of all
 * answers: the error is `below` the goal, `above` it, or neither yet (`open`). `moreIfRight` more would show that it is below if all of them were right; 0 when
 * it is shown, null when they would be more than 10,000. `isWhole`: every answer was checked.
 */
export const samplingView = z.object({ checked: z.int(), wrong: z.int(), verdict: z.enum(['below', 'above', 'open']), moreIfRight: z.int().nullable(), isWhole: z.boolean() })

/** See {@link samplingView}. */
export type SamplingView = z.infer<typeof samplingView>
/** See {@link claimView}. */
export type ClaimView = z.infer<typeof claimView>
/** See {@link claimReply}. */
export type ClaimReply = z.infer<typeof claimReply>
/** See {@link reviewUnitView}. */
export type ReviewUnitView = z.infer<typeof reviewUnitView>
/** See {@link reviewQueueView}. */
export type ReviewQueueView = z.infer<typeof reviewQueueView>
/** See {@link unitHistoryView}. */
export type UnitHistoryView = z.infer<typeof unitHistoryView>
/** See {@link decideReply}. */
export type DecideReply = z.infer<typeof decideReply>
/** See {@link decisionView}. */
export type DecisionView = z.infer<typeof decisionView>
/** See {@link verdictSchema}. */
export type VerdictInput = z.infer<typeof verdictSchema>
