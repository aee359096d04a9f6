import * as z from 'zod'
import { TOO_FEW_POLICIES } from '../data-model/live.js'
import { REFUSALS, SET_ASIDE_TEXTS, type RefusalReason } from './refusals.js'

const REASONS = Object.keys(REFUSALS) as [RefusalReason, ...RefusalReason[]]
const SET_ASIDE_REASONS = Object.keys(SET_ASIDE_TEXTS) as [keyof typeof SET_ASIDE_TEXTS, ...(keyof typeof SET_ASIDE_TEXTS)[]]

/** A payload on the wire: any JSON value. It regains its type at the edge, through a blueprint. */
export type JsonPayload = NonNullable<unknown> | null

/** See {@link JsonPayload}. */
export const jsonView = z.custom<JsonPayload>(value => value !== undefined, 'must be a JSON value')

/** Money on the wire: whole minor units of a currency. */
export const moneyView = z.object({ minor: z.int(), currency: z.string() })

/** What a worker sees of a run. Times in ms. */
export const runInfoView = z.object({
  /** The largest file that can be sent, bytes; left out where none can be. */
  maxFileBytes: z.int().optional(),
  id: z.string(),
  title: z.string(),
  description: z.string(),
  blueprintType: z.string(),
  schemaHash: z.string(),
  /** What the run was set up with beside its data. Left out by earlier versions. */
  args: z.record(z.string(), z.unknown()).default({}),
  pay: moneyView,
  leaseMs: z.int(),
  /** How many people work at an item together, where they do; what becomes of those who wait when too few have come in that time, ms. Earlier versions say nothing of that. */
  live: z.object({ seats: z.int(), lobbyMs: z.int().optional(), whenTooFew: z.enum(TOO_FEW_POLICIES).optional() }).optional(),
})

/** How far a worker and the run are: the worker's completed units; all units and how many have an answer. */
export const progressView = z.object({
  completedByYou: z.int(),
  unitsTotal: z.int(),
  unitsAnswered: z.int(),
})

/** No unit, and the true reason. `retryAfterMs` is null when waiting cannot help. */
export const refusalView = z.object({
  status: z.literal('refused'),
  reason: z.enum(REASONS),
  message: z.string(),
  retryAfterMs: z.int().nullable(),
  progress: progressView,
})

/** A lease as the page counts it down: by its own monotonic timer from the moment of the reply. */
export const leaseView = z.object({ remainingMs: z.int(), lengthMs: z.int() })

/** Authorises everything that concerns an attempt: `agentToken` for some minutes, and for much longer `renewal`, which new ones are had for. Earlier versions send a token that lives as long, and none. */
const passView = z.object({ agentToken: z.string(), renewal: z.string().optional() })

/** A unit to work on. */
export const workView = z.object({
  status: z.literal('working'),
  ...passView.shape,
  agentId: z.string(),
  unitId: z.string(),
  input: jsonView,
  lease: leaseView,
  resumed: z.boolean(),
  run: runInfoView,
  progress: progressView,
  /** Whether browsers can open sockets at this mount: where they cannot, pages do not try. Left out by earlier versions. */
  sockets: z.boolean().optional(),
})

/** What comes before any unit, once: an introduction with a page of its own. */
export const onboardingView = z.object({
  status: z.literal('onboarding'),
  ...passView.shape,
  agentId: z.string(),
  input: jsonView,
  resumed: z.boolean(),
  run: runInfoView,
  progress: progressView,
})

/** Reply of `agent.register`. */
export const registerReply = z.discriminatedUnion('status', [workView, onboardingView, refusalView])

/** Reply of `agent.renew`. */
export const renewReply = passView.pick({ agentToken: true })

/** Reply of `agent.preview`: the run, a sample of its input, and whether work can be had; nothing is leased. */
export const previewReply = z.object({
  run: runInfoView,
  worker: z.string(),
  sample: jsonView,
  progress: progressView,
  refusal: refusalView.nullable(),
  /** The worker holds a unit already: accepting gives the same one back. */
  hasUnitUnderWay: z.boolean(),
})

/** Reply of `agent.submit`: stored for good, either as the unit's answer or set aside with the reason. */
export const submitReply = z.object({
  outcome: z.enum(['completed', 'set_aside']),
  reason: z.enum(SET_ASIDE_REASONS).nullable(),
  message: z.string(),
  submissionId: z.string(),
  receivedAt: z.iso.datetime(),
  pay: moneyView.nullable(),
  /** After a training item: whether the answer was right, and what is known of a right one. Left out by earlier versions. */
  feedback: z.object({ isRight: z.boolean(), expected: jsonView }).nullable().default(null),
})

/** Reply of `agent.extend`; `lease` is null when the unit is no longer this worker's. */
export const extendReply = z.object({ lease: leaseView.nullable(), message: z.string() })

/** Reply of `agent.return`; false when there was nothing to give back any more. */
export const returnReply = z.object({ returned: z.boolean() })

/** See {@link runInfoView}. */
export type RunInfoView = z.infer<typeof runInfoView>
/** See {@link progressView}. */
export type ProgressView = z.infer<typeof progressView>
/** See {@link refusalView}. */
export type RefusalView = z.infer<typeof refusalView>
/** See {@link leaseView}. */
export type LeaseView = z.infer<typeof leaseView>
/** See {@link workView}. */
export type WorkView = z.infer<typeof workView>
/** See {@link onboardingView}. */
export type OnboardingView = z.infer<typeof onboardingView>
/** See {@link passView}. */
export type PassView = z.infer<typeof passView>
/** See {@link registerReply}. */
export type RegisterReply = z.infer<typeof registerReply>
/** See {@link renewReply}. */
export type RenewReply = z.infer<typeof renewReply>
/** See {@link previewReply}. */
export type PreviewReply = z.infer<typeof previewReply>
/** See {@link submitReply}. */
export type SubmitReply = z.infer<typeof submitReply>
/** See {@link extendReply}. */
export type ExtendReply = z.infer<typeof extendReply>
