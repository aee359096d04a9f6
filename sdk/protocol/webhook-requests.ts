import * as z from 'zod'
import { DELIVERY_STATUSES, WEBHOOK_SCOPES, WEBHOOK_STATUSES } from '../data-model/webhook-words.js'
import { entityId, nameText, requestIdText, writtenText } from './text.js'
import { WEBHOOK_EVENT_TYPES } from './webhook-events.js'

const DAY_MS = 86_400_000
/** The caller's own id of a request, and of which webhook it is. */
const identified = { requestId: requestIdText }
const ofWebhook = { ...identified, webhookId: entityId }
const eventType = z.string().refine(type => WEBHOOK_EVENT_TYPES.includes(type), `must be one of ${WEBHOOK_EVENT_TYPES.join(', ')}`)

/**
 * Makes a webhook. `eventTypes` null is every type; `scopeId` is the run's id, or the id or name of a task or project. It is
 * told what happens from then on.
 */
export const createWebhookRequest = z.strictObject({
  ...identified, url: z.string().trim().min(1).max(2_000), eventTypes: z.array(eventType).min(1, 'must name at least one type, or be null for all').nullable().default(null),
  scope: z.enum(WEBHOOK_SCOPES).default('all'), scopeId: nameText(200).nullable().default(null),
}).refine(({ scope, scopeId }) => (scope === 'all') === (scopeId === null), { path: ['scopeId'], message: 'must name the project, task or run, and is left out for all' })

/** Replaces a webhook's secret. Deliveries are signed with both for `overlapMs`, a day unless said otherwise, at most 30 days. */
export const rotateWebhookRequest = z.strictObject({ ...ofWebhook, overlapMs: z.int().min(0).max(30 * DAY_MS).default(DAY_MS) })

/** Stops telling a webhook; what happens meanwhile is told after it is resumed. */
export const pauseWebhookRequest = z.strictObject({ ...ofWebhook, reason: writtenText(2_000).min(1, 'must say why').nullable().default(null) })

/** Goes on where a webhook was paused. */
export const resumeWebhookRequest = z.strictObject({ ...ofWebhook })

/** Removes a webhook with its deliveries. */
export const deleteWebhookRequest = z.strictObject({ ...ofWebhook })

/** Tells a webhook again: a run from a number of its feed on, or deliveries that were taken or given up. Their ids stay the same. */
export const replayWebhookRequest = z.strictObject({
  ...ofWebhook, runId: entityId.optional(), fromFeed: z.int().min(1, 'counts from 1').optional(), deliveryIds: z.array(entityId).min(1, 'must name at least one delivery').max(500).optional(),
}).refine(({ runId, fromFeed }) => (runId === undefined) === (fromFeed === undefined), { path: ['fromFeed'], message: 'and runId are given together' })
  .refine(({ runId, deliveryIds }) => (runId === undefined) !== (deliveryIds === undefined), { path: ['deliveryIds'], message: 'or runId with fromFeed must be given, and not both' })

const page = { cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(200).default(50) }

/** Webhooks, the first made first. */
export const webhooksQuery = z.strictObject({ status: z.enum(WEBHOOK_STATUSES).optional(), ...page })

/** One webhook. */
export const webhookQuery = z.strictObject({ webhookId: entityId })

/** A webhook's deliveries, the latest first. */
export const deliveriesQuery = z.strictObject({
  webhookId: entityId, runId: entityId.optional(), status: z.enum(DELIVERY_STATUSES).optional(), ...page,
})

/** See {@link createWebhookRequest}. */
export type CreateWebhookRequest = z.input<typeof createWebhookRequest>
/** See {@link rotateWebhookRequest}. */
export type RotateWebhookRequest = z.input<typeof rotateWebhookRequest>
/** See {@link pauseWebhookRequest}. */
export type PauseWebhookRequest = z.input<typeof pauseWebhookRequest>
/** See {@link resumeWebhookRequest}. */
export type ResumeWebhookRequest = z.input<typeof resumeWebhookRequest>
/** See {@link deleteWebhookRequest}. */
export type DeleteWebhookRequest = z.input<typeof deleteWebhookRequest>
/** See {@link replayWebhookRequest}. */
export type ReplayWebhookRequest = z.input<typeof replayWebhookRequest>
/** See {@link webhooksQuery}. */
export type WebhooksQuery = z.input<typeof webhooksQuery>
/** See {@link deliveriesQuery}. */
export type DeliveriesQuery = z.input<typeof deliveriesQuery>
