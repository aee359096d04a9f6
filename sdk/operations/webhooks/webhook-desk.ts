import type {
  CreateWebhookRequest, DeleteWebhookRequest, DeliveriesQuery, PauseWebhookRequest, ReplayWebhookRequest, ResumeWebhookRequest, RotateWebhookRequest, WebhooksQuery,
} from '../../protocol/webhook-requests.js'
import type { DeliveryListView, ReplayReply, WebhookListView, WebhookReply, WebhookSecretReply, WebhookView } from '../../protocol/webhook-views.js'
import type { Principal } from '../../review/principal.js'

/**
 * Where it is decided who is told what happens. Deliveries are POST requests with JSON that names what happened by ids,
 * signed as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com).
 *
 * What is promised: each event of a run is delivered at least once, always under the same `webhook-id`, and the events of one
 * run to one webhook one after the other in the order of their feed numbers, the next when the one before was taken or given
 * up. Replays may overlap with what is on its way. Receivers answer 2xx, and know by the id what they have had.
 *
 * Each act is one transaction with one row in the audit trail, done once for each `requestId`. All of them throw MephistoError
 * `invalid_input` for a field that is wrong, `not_found` for what there is not, and `conflict` when the request id was used
 * for another request.
 */
export interface WebhookDesk {
  /** The reply has the secret that deliveries are signed with; it is told in no other. @throws MephistoError `invalid_input` for an address that is not public */
  create(principal: Principal, request: CreateWebhookRequest): Promise<WebhookSecretReply>
  /** Replaces the secret. Deliveries are signed with the one before as well for a while. @default overlapMs a day */
  rotate(principal: Principal, request: RotateWebhookRequest): Promise<WebhookSecretReply>
  pause(principal: Principal, request: PauseWebhookRequest): Promise<WebhookReply>
  resume(principal: Principal, request: ResumeWebhookRequest): Promise<WebhookReply>
  delete(principal: Principal, request: DeleteWebhookRequest): Promise<WebhookReply>
  /** Tells it again. @throws MephistoError `invalid_input` for a feed number that the run has not come to */
  replay(principal: Principal, request: ReplayWebhookRequest): Promise<ReplayReply>

  list(query?: WebhooksQuery): Promise<WebhookListView>
  get(webhookId: string): Promise<WebhookView>
  /** What was told and what came of it, the latest first. */
  deliveries(query: DeliveriesQuery): Promise<DeliveryListView>
}
