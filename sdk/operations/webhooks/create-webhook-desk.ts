import { findingWebhooks } from './finding-webhooks.js'
import { webhookActs } from './webhook-acts.js'
import type { WebhookDesk } from './webhook-desk.js'
import type { WebhookParts } from './webhook-parts.js'
import { webhookReplay } from './webhook-replay.js'

/** The webhook desk over a database. Who may do what is for its callers to check. */
export function createWebhookDesk(parts: WebhookParts): WebhookDesk {
  return { ...webhookActs(parts), ...webhookReplay(parts), ...findingWebhooks(parts) }
}
