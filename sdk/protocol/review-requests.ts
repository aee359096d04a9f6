import * as z from 'zod'
import { given } from '../data-model/given.js'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { UNIT_KINDS } from '../data-model/unit-kind.js'
import { personSchema } from './people-requests.js'
import { decisionIdText, entityId, instantText, nameText, writtenText } from './text.js'

/** Longest text that is looked for, characters. */
export const LONGEST_SOUGHT = 200

/** Units of a list that are counted at most: an index is read as far as that, for which a reviewer waits some tens of milliseconds. */
export const MOST_COUNTED = 200_000

const milliseconds = z.int().min(0)
const cursorText = z.string().max(128)

/** Which units with an answer are looked at: all that is given must hold. A page looks through so many units at most, and its cursor goes on from there. */
export const queueQuery = z.strictObject({
  run: entityId,
  statuses: z.array(z.enum(UNIT_STATUSES)).min(1).default(['completed']),
  /** By when they were answered. */
  order: z.enum(['oldest', 'newest']).default('oldest'),
  worker: personSchema.optional(),
  /** Units of this item alone. */
  assignment: entityId.optional(),
  kinds: z.array(z.enum(UNIT_KINDS)).min(1).optional(),
  /** Answered from an instant on, before another. */
  from: instantText.optional(),
  before: instantText.optional(),
  /** How long it took from handing out to answer, ms, ends included. */
  leastMs: milliseconds.optional(),
  mostMs: milliseconds.optional(),
  /** What the item or the answer has in one of its texts, in small or large letters. */
  text: z.string().trim().min(1).max(LONGEST_SOUGHT).optional(),
  /** What the answer has in a field, or, of a list there, as one of its entries; null for the answer as a whole. */
  answer: z.strictObject({ field: z.string().max(LONGEST_SOUGHT).nullable(), value: z.union([z.string().max(10_000), z.number(), z.boolean()]) }).optional(),
  /** Items whose answers differ in a field with choices. */
  isDisputed: z.literal(true).optional(),
  /** Of those that wait, what waits for what the caller thinks (`wanted`), or that about which reviewers differ (`differ`). */
  opinions: z.enum(['wanted', 'differ']).optional(),
  /** The next answers of the run's random sample that wait, in its order, instead of all else: nothing beside `run`, `opinions` and `limit` is looked at, and there is one page. */
  isSampled: z.literal(true).optional(),
  /** About so many characters of JSON an item and an answer may have; longer ones are shortened, and whole in `review.units`. @default any */
  longest: z.int().min(200).max(1_000_000).optional(),
  cursor: cursorText.optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The page ends here at the latest: the cursor of a place that was read. */
  until: cursorText.optional(),
  /** Units that are passed over from the cursor on. As `isBackwards`, for what an index finds in one status alone: anything else is read page by page. */
  skip: z.int().min(0).max(MOST_COUNTED).default(0),
  /** The page that ends at the cursor, or at the end of the list, still in the list's order; `until` is where it begins at the earliest. */
  isBackwards: z.literal(true).optional(),
  /** Tells how many units there are, where that can be counted. */
  isCounted: z.literal(true).optional(),
}).transform(given)

/** Most units that one claim names. */
const MOST_CLAIMED = 50

/** Claims the first of these units of a run that waits for a decision and nobody else reviews; with `takeOver` the first one in any case. `instead` gives others back. */
export const claimRequest = z.strictObject({
  run: entityId,
  units: z.array(entityId).max(MOST_CLAIMED),
  instead: z.array(entityId).max(MOST_CLAIMED).default([]),
  takeOver: z.boolean().default(false),
})

/** What a random sample is to show: that fewer than `mostError` of the answers are not used, with so much confidence. */
export const samplingQuery = z.strictObject({ run: entityId, mostError: z.number().min(0.001).max(0.5).default(0.05), confidence: z.number().min(0.5).max(0.999).default(0.95) })

/**
 * Approves answers of before an instant that nobody has read, as far as they wait for one reviewer alone, some at a time: `cursor` goes on. The run's random sample has to show the goal for answers of before then.
 * `decisionId` is the caller's own id: sent again, it approves nothing new and gets the same reply.
 */
export const approveRestRequest = samplingQuery.extend({ decisionId: decisionIdText, before: instantText, note: writtenText(2_000).default(''), cursor: z.string().max(128).optional() }).transform(given)

/** Whose reviewers: those of a run, a task or a project, by its id or name, and what they did from an instant to before another. */
export const reviewersQuery = z.strictObject({ scope: z.enum(['run', 'task', 'project']), place: nameText(200), from: instantText.optional(), before: instantText.optional() }).transform(given)

/** See {@link claimRequest}. */
export type ClaimRequest = z.output<typeof claimRequest>
/** See {@link samplingQuery}. */
export type SamplingQuery = z.input<typeof samplingQuery>
/** See {@link queueQuery}. */
export type QueueQuery = z.input<typeof queueQuery>
/** See {@link reviewersQuery}. */
export type ReviewersQuery = z.output<typeof reviewersQuery>
/** A query that was checked. */
export type ParsedQueueQuery = z.output<typeof queueQuery>
