import * as z from 'zod'
import { DELIVERY_STATUSES, WEBHOOK_SCOPES, WEBHOOK_STATUSES } from '../data-model/webhook-words.js'

// Times are ISO 8601 in UTC. `by` is the id of the principal who made it.

/** An address that is told what happens, without its secret. */
export const webhookView = z.object({
  id: z.string(),
  url: z.string(),
  /** Null for every type. */
  eventTypes: z.array(z.string()).nullable(),
  scope: z.enum(WEBHOOK_SCOPES),
  /** The id of the project, task or run; null for all. */
  scopeId: z.string().nullable(),
  status: z.enum(WEBHOOK_STATUSES),
  /** Why it is paused, where somebody said or it paused by itself. */
  pauseReason: z.string().nullable(),
  /** Since when no delivery has been taken; null while deliveries are taken. */
  failingSince: z.iso.datetime().nullable(),
  /** From 1; goes up when the secret is replaced. */
  secretVersion: z.int(),
  /** Until when deliveries are signed with the secret before as well. */
  previousSecretUntil: z.iso.datetime().nullable(),
  by: z.string(),
  createdAt: z.iso.datetime(),
})

/** A message to a webhook and what came of it. */
export const deliveryView = z.object({
  id: z.string(),
  webhookId: z.string(),
  /** The message's own id, as in the header `webhook-id`. */
  messageId: z.string(),
  runId: z.string(),
  feed: z.int(),
  type: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  tries: z.int(),
  /** What the receiver answered last; null when it did not answer. */
  httpStatus: z.int().nullable(),
  /** Why the last try failed. */
  error: z.string().nullable(),
  /** How long the last try took. */
  durationMs: z.int().nullable(),
  /** When it is tried again; null when it is not, or waits for its first try. */
  nextTryAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastTriedAt: z.iso.datetime().nullable(),
})

/** A page of webhooks; `nextCursor` continues it. */
export const webhookListView = z.object({ webhooks: z.array(webhookView), nextCursor: z.string().nullable() })
/** A page of deliveries. */
export const deliveryListView = z.object({ deliveries: z.array(deliveryView), nextCursor: z.string().nullable() })
/** Reply of `webhooks.create` and `webhooks.rotate`. The secret is told in the reply to this request alone; null once it was replaced. */
export const webhookSecretReply = z.object({ webhook: webhookView, secret: z.string().nullable() })
/** Reply of `webhooks.pause`, `resume` and `delete`: the webhook as it is now, or was. */
export const webhookReply = z.object({ webhook: webhookView })
/** Reply of `webhooks.replay`: how many events or deliveries are told again. */
export const replayReply = z.object({ webhookId: z.string(), replayed: z.int() })

/** See {@link webhookView}. */
export type WebhookView = z.infer<typeof webhookView>
/** See {@link deliveryView}. */
export type DeliveryView = z.infer<typeof deliveryView>
/** See {@link webhookListView}. */
export type WebhookListView = z.infer<typeof webhookListView>
/** See {@link deliveryListView}. */
export type DeliveryListView = z.infer<typeof deliveryListView>
/** See {@link webhookSecretReply}. */
export type WebhookSecretReply = z.infer<typeof webhookSecretReply>
/** See {@link webhookReply}. */
export type WebhookReply = z.infer<typeof webhookReply>
/** See {@link replayReply}. */
export type ReplayReply = z.infer<typeof replayReply>
