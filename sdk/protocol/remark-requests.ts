import * as z from 'zod'
import { FEEDBACK_TOPICS, LONGEST_REMARK, REMARK_KINDS, REMARK_STATUSES } from '../data-model/remark.js'
import { RETURN_REASONS } from '../data-model/return-reason.js'
import { personSchema } from './people-requests.js'
import { entityId, instantText, nameText, requestIdText, writtenText } from './text.js'

/** Text of a machine: what cannot be kept or is too long is left out rather than refused. */
const machineText = (max: number) => z.string().transform(text => text.replace(/[\0\p{Cs}]/gu, '\u{FFFD}').slice(0, max).replace(/\p{Cs}$/u, ''))

/** A file that was sent before, as its upload gave it. */
const file = z.object({ $file: entityId }).loose()

const opinion = z.object({
  kind: z.literal('opinion'),
  /** What was asked and said, in order; a question that was left out has none. `id` tells the same question apart from run to run. */
  answers: z.array(z.object({ id: nameText(64).optional(), question: nameText(LONGEST_REMARK.question), answer: writtenText(LONGEST_REMARK.answer) })).min(1, 'must answer at least one question').max(50),
  /** Files that go with it, which were sent before the answer was handed in. */
  files: z.array(file).max(10).optional(),
})
const feedback = z.object({ kind: z.literal('feedback'), text: writtenText(LONGEST_REMARK.feedback).min(1, 'must say something'), about: z.enum(FEEDBACK_TOPICS).default('other') })
/** What others are to read. */
const tip = z.object({ kind: z.literal('tip'), title: nameText(LONGEST_REMARK.title).optional(), text: writtenText(LONGEST_REMARK.tip).min(1, 'must say something') })
const error = z.object({ kind: z.literal('error'), message: machineText(LONGEST_REMARK.message), stack: machineText(LONGEST_REMARK.stack).optional(), at: machineText(LONGEST_REMARK.address).optional() })

/** What a worker says, without the page's own id of it. */
export const remarkBody = z.discriminatedUnion('kind', [opinion, feedback, tip, error])
/** See {@link remarkBody}. */
export type RemarkBody = z.output<typeof remarkBody>
/** What a page gives: see {@link remarkBody}. */
export type Remark = z.input<typeof remarkBody>

/** What is kept of a remark: feedback that came with a unit that was given back also has the reason of that. */
export const keptRemarkBody = z.discriminatedUnion('kind', [opinion, feedback.extend({ givenBack: z.enum(RETURN_REASONS).optional() }), tip, error])
/** See {@link keptRemarkBody}. */
export type KeptRemarkBody = z.output<typeof keptRemarkBody>

/** Request of `agent.remark`; sent again under the same id it is left once. */
export const remarkRequest = z.object({ remarkId: requestIdText, remark: remarkBody })

const name = nameText(200)

/** Remarks, the latest first: all that is given must hold. Projects and tasks are named by name or id. */
export const remarksQuery = z.strictObject({
  project: name.optional(), task: name.optional(), run: entityId.optional(), unit: entityId.optional(), agent: entityId.optional(), worker: personSchema.optional(),
  kinds: z.array(z.enum(REMARK_KINDS)).min(1).optional(), statuses: z.array(z.enum(REMARK_STATUSES)).min(1).optional(),
  from: instantText.optional(), before: instantText.optional(), cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(50),
})
/** See {@link remarksQuery}. */
export type RemarksQuery = z.input<typeof remarksQuery>

/** What others read of a tip. */
export const shownTipSchema = tip.omit({ kind: true }).strict()

/** Most remarks that one request decides about. */
export const MOST_DECIDED = 100

/**
 * Decides about remarks: `reviewed` for those that somebody has looked at, of a tip `approved` or `declined`, `new` to take that back. `shown` is
 * what others read of an approved tip instead of what the worker wrote.
 */
export const decideRemarksRequest = z.strictObject({
  requestId: requestIdText, remarkIds: z.array(entityId).min(1, 'must name at least one remark').max(MOST_DECIDED), status: z.enum(REMARK_STATUSES),
  shown: shownTipSchema.optional(),
}).refine(({ shown, status, remarkIds }) => shown === undefined || (status === 'approved' && remarkIds.length === 1), { path: ['shown'], message: 'is for approving one tip: it says what others read of it' })
/** See {@link decideRemarksRequest}. */
export type DecideRemarksRequest = z.input<typeof decideRemarksRequest>
