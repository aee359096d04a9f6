import type { DbOperations } from '../../ports/mephisto-db.js'
import { createWebhookRequest, deleteWebhookRequest, pauseWebhookRequest, resumeWebhookRequest, rotateWebhookRequest } from '../../protocol/webhook-requests.js'
import type { WebhookReply, WebhookSecretReply } from '../../protocol/webhook-views.js'
import type { Done } from '../../review/done-once.js'
import { actOf } from '../../review/act-once.js'
import { namedPlace } from '../named-place.js'
import { WEBHOOK_TOPIC } from './fan-out.js'
import { newWebhookSecret } from './signature.js'
import { checkedWebhookUrl } from './webhook-address.js'
import type { WebhookDesk } from './webhook-desk.js'
import { requireWebhook, type WebhookParts } from './webhook-parts.js'
import { toWebhookView } from './webhook-rows.js'

/** Making, changing and removing webhooks. */
export function webhookActs(parts: WebhookParts): Pick<WebhookDesk, 'create' | 'rotate' | 'pause' | 'resume' | 'delete'> {
  const { runtime, secrets, allowPrivate, onDue } = parts
  const create = actOf(parts, { action: 'create_webhook', schema: createWebhookRequest }, async ({ tx, at }, { principal, request: { url, eventTypes, scope, scopeId } }) => {
    const id = runtime.newId()
    const { href } = checkedWebhookUrl(url, allowPrivate)
    const place = scope === 'all' ? null : await namedPlace(tx, { scope, named: scopeId ?? '', purpose: 'to tell anybody of' })
    await tx.webhooks.create({ id, url: href, eventTypes, scope, scopeId: place, secret: secrets.seal(newWebhookSecret(), id), actorId: principal.id, createdAt: at })
    return about(tx, id)
  })
  const rotate = actOf(parts, { action: 'rotate_webhook', schema: rotateWebhookRequest }, async ({ tx, at }, { request: { webhookId, overlapMs } }) => {
    const { secret, secretVersion } = await requireWebhook(tx, webhookId)
    await tx.webhooks.update(webhookId, {
      secret: secrets.seal(newWebhookSecret(), webhookId), secretVersion: secretVersion + 1, previousSecret: overlapMs === 0 ? null : secret, previousUntil: overlapMs === 0 ? null : at + overlapMs,
    })
    return about(tx, webhookId)
  })
  const resume = actOf(parts, { action: 'resume_webhook', schema: resumeWebhookRequest }, async ({ tx, at }, { request: { webhookId } }) => {
    await requireWebhook(tx, webhookId)
    await tx.webhooks.update(webhookId, { status: 'active', pauseReason: null, failingSince: null })
    await tx.outbox.release(WEBHOOK_TOPIC, webhookId, at)
    return about(tx, webhookId)
  })

  /** The audit trail keeps the reply without the secret. A repeat of the request is told it again, until it is replaced. */
  async function withSecret({ webhook }: WebhookReply): Promise<WebhookSecretReply> {
    const row = await parts.db.webhooks.get(webhook.id)
    return { webhook, secret: row?.secretVersion === webhook.secretVersion ? secrets.open(row.secret, row.id) : null }
  }

  return {
    async create(principal, request) {
      const reply = await withSecret(await create(principal, request))
      onDue()
      return reply
    },
    rotate: async (principal, request) => withSecret(await rotate(principal, request)),

    pause: actOf(parts, { action: 'pause_webhook', schema: pauseWebhookRequest }, async ({ tx }, { request: { webhookId, reason } }) => {
      await requireWebhook(tx, webhookId)
      await tx.webhooks.update(webhookId, { status: 'paused', pauseReason: reason })
      await tx.outbox.hold(WEBHOOK_TOPIC, webhookId)
      return about(tx, webhookId)
    }),

    async resume(principal, request) {
      const reply = await resume(principal, request)
      onDue()
      return reply
    },

    delete: actOf(parts, { action: 'delete_webhook', schema: deleteWebhookRequest }, async ({ tx, at }, { request: { webhookId } }) => {
      const done = await about(tx, webhookId)
      await tx.webhooks.delete(webhookId)
      await tx.outbox.remove({ topic: WEBHOOK_TOPIC, subjectId: webhookId, at })
      return done
    }),
  }
}

async function about(tx: DbOperations, webhookId: string): Promise<Done<WebhookReply>> {
  return { subject: 'webhook', subjectId: webhookId, reply: { webhook: toWebhookView(await requireWebhook(tx, webhookId)) } }
}
