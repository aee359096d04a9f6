import { MephistoError } from '../../errors.js'
import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { WebhookRow } from '../../ports/webhook-operations.js'
import type { SecretBox } from './secret-box.js'
import type { AllowedHosts } from './webhook-address.js'

/** What the webhook desk works with. */
export interface WebhookParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly secrets: SecretBox
  readonly allowPrivate: AllowedHosts
  /** Called after an act that may have made something due. */
  readonly onDue: () => void
}

/** The webhook of this id. @throws MephistoError `not_found` */
export async function requireWebhook(db: DbOperations, webhookId: string): Promise<WebhookRow> {
  const webhook = await db.webhooks.get(webhookId)
  if (webhook) return webhook
  throw new MephistoError('not_found', `There is no webhook ${webhookId}. List the webhooks to see which there are.`)
}
