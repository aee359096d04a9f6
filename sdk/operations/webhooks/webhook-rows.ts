import { instant, instantOrNull } from '../../data-model/instant.js'
import type { DeliveryStatus } from '../../data-model/webhook-words.js'
import type { CallStatus } from '../../data-model/call-status.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { WebhookRow } from '../../ports/webhook-operations.js'
import type { WebhookMessage } from '../../protocol/webhook-events.js'
import type { DeliveryView, WebhookView } from '../../protocol/webhook-views.js'
import type { DeliveryResult } from './delivery-outcome.js'

/** What the log calls the statuses of a call. */
export const DELIVERY_STATUS = { pending: 'waiting', held: 'held', done: 'delivered', failed: 'failed' } as const satisfies Record<CallStatus, DeliveryStatus>

/** A webhook without its secrets. */
export function toWebhookView(webhook: WebhookRow): WebhookView {
  const { id, url, eventTypes, scope, scopeId, status, pauseReason, failingSince, secretVersion, previousUntil, actorId, createdAt } = webhook
  return {
    id, url, eventTypes: eventTypes === null ? null : [...eventTypes], scope, scopeId, status, pauseReason, failingSince: instantOrNull(failingSince), secretVersion,
    previousSecretUntil: instantOrNull(previousUntil), by: actorId, createdAt: instant(createdAt),
  }
}

/** A delivery as the log shows it. */
export function toDeliveryView(call: CallRow): DeliveryView {
  const message = JSON.parse(call.body) as WebhookMessage
  const { httpStatus = null, error = null, durationMs = null } = JSON.parse(call.result ?? '{}') as Partial<DeliveryResult>
  return {
    id: call.id, webhookId: call.subjectId ?? '', messageId: message.id, runId: message.runId, feed: message.feed, type: message.type, status: DELIVERY_STATUS[call.status],
    tries: call.tries, httpStatus, error, durationMs, nextTryAt: call.status === 'pending' && call.fence > 0 ? instantOrNull(call.nextAt) : null,
    createdAt: instant(call.createdAt), lastTriedAt: call.fence === 0 ? null : instantOrNull(call.changedAt),
  }
}
