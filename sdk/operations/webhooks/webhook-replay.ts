import { MephistoError } from '../../errors.js'
import type { WebhookRow } from '../../ports/webhook-operations.js'
import type { ActGround } from '../../review/done-once.js'
import { actOf } from '../../review/act-once.js'
import { replayWebhookRequest } from '../../protocol/webhook-requests.js'
import { WEBHOOK_TOPIC } from './fan-out.js'
import type { WebhookDesk } from './webhook-desk.js'
import { requireWebhook, type WebhookParts } from './webhook-parts.js'

/** Telling a webhook again what it was told. */
export function webhookReplay(parts: WebhookParts): Pick<WebhookDesk, 'replay'> {
  const replay = actOf(parts, { action: 'replay_webhook', schema: replayWebhookRequest }, async (ground, { request: { webhookId, runId, fromFeed, deliveryIds } }) => {
    const webhook = await requireWebhook(ground.tx, webhookId)
    const replayed = runId !== undefined && fromFeed !== undefined
      ? await fromNumber(ground, { webhookId, runId }, fromFeed)
      : await deliveries(ground, webhook, deliveryIds ?? [])
    return { subject: 'webhook', subjectId: webhookId, reply: { webhookId, replayed } }
  })
  return {
    async replay(principal, request) {
      const reply = await replay(principal, request)
      parts.onDue()
      return reply
    },
  }
}

/** Puts the webhook's place in the feed back. The deliveries after it are written anew, with the same keys and ids. */
async function fromNumber({ tx, at }: ActGround, of: { readonly webhookId: string; readonly runId: string }, fromFeed: number): Promise<number> {
  const { last } = await tx.events.feedBounds(of.runId)
  if (fromFeed > last) {
    throw new MephistoError('invalid_input', last === 0 ? `runId: nothing has happened in a run ${of.runId}.` : `fromFeed: the feed of run ${of.runId} has come to ${String(last)}.`)
  }
  const place = await tx.webhooks.position(of) ?? 0
  if (fromFeed > place) return 0
  await tx.outbox.remove({ topic: WEBHOOK_TOPIC, subjectId: of.webhookId, lane: of.runId, fromPosition: fromFeed, at })
  await tx.webhooks.advance(of, place, fromFeed - 1)
  return place - fromFeed + 1
}

async function deliveries({ tx, at }: ActGround, { id: webhookId, status }: WebhookRow, ids: readonly string[]): Promise<number> {
  const { rows } = await tx.outbox.find({ filter: { ids, subjectId: webhookId, topic: WEBHOOK_TOPIC }, limit: ids.length })
  const missing = ids.find(id => !rows.some(row => row.id === id))
  if (missing !== undefined) throw new MephistoError('not_found', `deliveryIds: webhook ${webhookId} has no delivery ${missing}. List its deliveries to see which there are.`)
  const again = await tx.outbox.again(ids, at)
  if (status === 'paused') await tx.outbox.hold(WEBHOOK_TOPIC, webhookId)
  return again.size
}
