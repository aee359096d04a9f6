import type { CallStatus } from '../../data-model/call-status.js'
import { deliveriesQuery, webhookQuery, webhooksQuery } from '../../protocol/webhook-requests.js'
import { checkedRequest } from '../../review/act-once.js'
import { WEBHOOK_TOPIC } from './fan-out.js'
import type { WebhookDesk } from './webhook-desk.js'
import { requireWebhook, type WebhookParts } from './webhook-parts.js'
import { DELIVERY_STATUS, toDeliveryView, toWebhookView } from './webhook-rows.js'

/** Looking up webhooks and what they were told. */
export function findingWebhooks({ db }: WebhookParts): Pick<WebhookDesk, 'list' | 'get' | 'deliveries'> {
  return {
    async list(query = {}) {
      const { status, cursor, limit } = checkedRequest(webhooksQuery, query)
      const { rows, nextCursor } = await db.webhooks.find({ limit, ...(cursor === undefined ? {} : { after: cursor }), ...(status === undefined ? {} : { filter: { statuses: [status] } }) })
      return { webhooks: rows.map(toWebhookView), nextCursor }
    },

    async get(webhookId) {
      return toWebhookView(await requireWebhook(db, checkedRequest(webhookQuery, { webhookId }).webhookId))
    },

    async deliveries(query) {
      const { webhookId, runId, status, cursor, limit } = checkedRequest(deliveriesQuery, query)
      await requireWebhook(db, webhookId)
      const statuses = (Object.keys(DELIVERY_STATUS) as CallStatus[]).filter(one => DELIVERY_STATUS[one] === status)
      const { rows, nextCursor } = await db.outbox.find({
        limit, direction: 'descending', ...(cursor === undefined ? {} : { after: cursor }),
        filter: { topic: WEBHOOK_TOPIC, subjectId: webhookId, ...(runId === undefined ? {} : { lane: runId }), ...(status === undefined ? {} : { statuses }) },
      })
      return { deliveries: rows.map(toDeliveryView), nextCursor }
    },
  }
}
