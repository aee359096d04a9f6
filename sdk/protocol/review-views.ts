import * as z from 'zod'
import { ATTEMPT_EVENTS } from '../data-model/event-types.js'
import { OPINIONS } from '../data-model/decision-effects.js'
import { DECIDING_VERDICTS, VERDICTS } from '../data-model/entities.js'
import { RETURN_REASONS } from '../data-model/return-reason.js'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { UNIT_KINDS } from '../data-model/unit-kind.js'
import { jsonView, moneyView } from './worker-views.js'

/** The verdicts a reviewer can give: three on a unit that waits, `overturn` on one that was rejected. */
export const verdictSchema = z.enum(DECIDING_VERDICTS)

/** A decision that was made. */
export const decisionView = z.object({
  verdict: z.enum(VERDICTS),
  /** What its reviewer would decide, of one that decides nothing yet; null for others, and for whom it is kept from. Left out by earlier versions. */
  opinion: z.enum(OPINIONS).nullable().default(null),
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
  /** Nobody read the answer: it was approved with the rest, after the check of a random sample. */
  isUnread: z.boolean().default(false),
  by: z.string(),
  byName: z.string(),
  at: z.iso.datetime(),
})

/** Somebody reviews a unit, and others leave it to them until then. */
export const claimView = z.object({ by: z.string(), byName: z.string(), until: z.iso.datetime() })

/** Reply of `review.claim`: which of the units is the caller's now, null for none, and who has which of them. */
export const claimReply = z.object({ claimed: z.string().nullable(), claims: z.array(claimView.extend({ unit: z.string() })) })

/** What a reviewer would decide: `verdict` and `note` are null for those who have not said yet themselves what they think. */
export const opinionView = z.object({ by: z.string(), byName: z.string(), verdict: z.enum(OPINIONS).nullable(), note: z.string().nullable(), at: z.iso.datetime() })

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
  /** As their provider knows them, and by the random name that exports have; null for both where the run is reviewed blind: see `isReviewedBlind` at the launch. */
  worker: z.string().nullable(),
  pseudonym: z.string().nullable(),
  input: jsonView,
  answer: jsonView,
  /** What the blueprint derives from the answer; null for nothing. Left out by earlier versions. */
  derived: jsonView.nullable().default(null),
  schemaHash: z.string(),
  /** Asked or answered under other schemas than those that the blueprint has now. Told in the queue alone. Left out by earlier versions. */
  isOlder: z.boolean().default(false),
  /** Characters of JSON of item and answer together, where they are shortened here; null where they are whole. Left out by earlier versions. */
  shortenedFrom: z.int().nullable().default(null),
  submittedAt: z.iso.datetime(),
  /** From handing out to submission, ms. */
  durationMs: z.int(),
  pay: moneyView,
  decision: decisionView.nullable(),
  /** Who reviews it just now; null for nobody. Left out by earlier versions, and outside the queue. */
  claim: claimView.nullable().default(null),
  /** Two reviewers judge it before it is decided: told in the queue, and elsewhere once somebody has judged it. Left out by earlier versions, as what follows. */
  isReadTwice: z.boolean().default(false),
  /** People do not agree about its item. Told in the queue alone. */
  isDisputed: z.boolean().default(false),
  /** What was said of it so far, the first first. */
  opinions: z.array(opinionView).default([]),
})

/** A page of the queue; `nextCursor` continues it, and `startCursor` is the place after which it begins: both are null at the ends of the list. */
export const reviewQueueView = z.object({
  units: z.array(reviewUnitView),
  /** Units that were looked at for it: where many are looked through, a page may hold few or none, and there are more. Left out by earlier versions. */
  looked: z.int().default(0),
  nextCursor: z.string().nullable(),
  startCursor: z.string().nullable().default(null),
  /** Units of the list before this page, and from it on; `isMore` where they are only counted so far. Null where it was not asked for, or cannot be told. */
  counted: z.object({ before: z.int(), after: z.int(), isMore: z.boolean() }).nullable().default(null),
})

/** Units with their answers as they stand now; those without an answer are left out. */
export const reviewUnitsView = z.object({ units: z.array(reviewUnitView) })

/** What happened at a unit, attempt by attempt, in the order in which it did; `decision` is that of a verdict, and `pseudonym` null as in a unit. `reason` is why it was given back, null where nobody said, and left out by earlier versions. */
export const unitHistoryView = z.object({
  events: z.array(z.object({ at: z.iso.datetime(), what: z.enum(ATTEMPT_EVENTS), agent: z.string(), pseudonym: z.string().nullable(), decision: decisionView.nullable(), reason: z.enum(RETURN_REASONS).nullable().default(null) })),
})

/** What became of one unit of a decision: decided now, or left as it is and why. */
export const decideOutcomeView = z.object({
  unitId: z.string(),
  decided: z.boolean(),
  status: z.enum(UNIT_STATUSES),
  /** Why it was not decided: who decided it before, or what it is waiting for; of one that was, what could not be taken back with it. */
  message: z.string().nullable(),
  /** Of a verdict that decides nothing yet: it `waits` for a second one, it `differs` from the first one, or it was `taken_back`; null for others. Left out by earlier versions. */
  opinion: z.enum(['waits', 'differs', 'taken_back']).nullable().default(null),
})

/** Reply of `review.decide` and `review.undo`: one outcome for each unit, in the order asked. */
export const decideReply = z.object({ outcomes: z.array(decideOutcomeView) })

/**
 * How the check of a run's random sample stands: so many answers of it were decided, so many of these are not used. `verdict` says what that shows of all
 * answers: the error is `below` the goal, `above` it, or neither yet (`open`). `moreIfRight` more would show that it is below if all of them were right; 0 when
 * it is shown, null when they would be more than 10,000. `isWhole`: every answer was checked. `at`: of answers before that instant, which `review.approveRest` takes; left out by earlier versions.
 */
export const samplingView = z.object({ checked: z.int(), wrong: z.int(), verdict: z.enum(['below', 'above', 'open']), moreIfRight: z.int().nullable(), isWhole: z.boolean(), at: z.iso.datetime().optional() })

/** Reply of `review.approveRest`: how many it approved, how many it left to others, and where it goes on; null at the end. */
export const approveRestReply = z.object({ approved: z.int(), left: z.int(), nextCursor: z.string().nullable() })

/** How often two who judged the same answer said the same. */
const agreedView = z.object({ pairs: z.int(), same: z.int() })

/**
 * What a reviewer did: verdicts by kind, opinions that decided nothing by themselves, what was taken back by the reviewer, and what of it somebody else took back or approved after all
 * (`overruled`). `msPerAct`: the mean time from one act to the next, breaks of more than five minutes left out, null for none; deciding many units at once is one act. `agreed`: with others who judged the same answers.
 */
export const reviewerView = z.object({
  id: z.string(), name: z.string(),
  verdicts: z.object({ approve: z.int(), soft_reject: z.int(), reject: z.int(), overturn: z.int() }),
  opinions: z.int(), takenBack: z.int(), overruled: z.int(), msPerAct: z.number().nullable(), agreed: agreedView,
})

/** Reply of `review.reviewers`; `alpha`: Krippendorff's of all pairs, null where all said one thing, or nobody judged the same. */
export const reviewersView = z.object({ reviewers: z.array(reviewerView), agreed: agreedView.extend({ alpha: z.number().nullable() }) })

/** See {@link reviewersView}. */
export type ReviewersView = z.infer<typeof reviewersView>
/** See {@link reviewerView}. */
export type ReviewerView = z.infer<typeof reviewerView>
/** See {@link approveRestReply}. */
export type ApproveRestReply = z.infer<typeof approveRestReply>
/** See {@link samplingView}. */
export type SamplingView = z.infer<typeof samplingView>
/** See {@link claimView}. */
export type ClaimView = z.infer<typeof claimView>
/** See {@link opinionView}. */
export type OpinionView = z.infer<typeof opinionView>
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
