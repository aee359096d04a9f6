import * as z from 'zod'
import { moneyView, jsonView } from './worker-views.js'

/** Somebody at an item, as the others see them. */
export const livePersonView = z.object({
  /** Their place, from 0. */
  seat: z.int(),
  name: z.string(),
  /** Says which of them the page's own worker is. */
  agentId: z.string(),
  /** `away`: their page is not connected at this moment. `bot`: a program has the place. */
  status: z.enum(['here', 'away', 'left', 'bot']),
})
/** See {@link livePersonView}. */
export type LivePersonView = z.infer<typeof livePersonView>

/** Where a session is: people are waited for, at work, or through with it. */
export const LIVE_PHASES = ['lobby', 'live', 'over'] as const
/** See {@link LIVE_PHASES}. */
export type LivePhase = (typeof LIVE_PHASES)[number]

/** Why a session is over: the work is done, somebody left without whom it cannot go on, or it was erased. */
export const OVER_REASONS = ['done', 'partner_left', 'erased'] as const
/** See {@link OVER_REASONS}. */
export type OverReason = (typeof OVER_REASONS)[number]

/** How things stand in a session: the body of a packet of kind `state`. */
export const liveView = z.object({
  phase: z.enum(LIVE_PHASES),
  /** Null until it is over. */
  reason: z.enum(OVER_REASONS).nullable(),
  /** How many people the work is for. */
  seats: z.int(),
  people: z.array(livePersonView),
  /** What they share; null before it began. */
  state: jsonView,
})
/** See {@link liveView}. */
export type LiveView = z.infer<typeof liveView>

/** Somebody need not wait any longer: the body of a packet of kind `released`. */
export const releasedView = z.object({
  /** For the worker. */
  message: z.string(),
  /** What they get for waiting; null for nothing. */
  pay: moneyView.nullable(),
})
/** See {@link releasedView}. */
export type ReleasedView = z.infer<typeof releasedView>
