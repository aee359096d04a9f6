import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'

/** What a signature is over. */
export interface SignedMessage {
  readonly id: string
  /** When it is sent, epoch ms. */
  readonly at: number
  /** The body, byte for byte as it is sent. */
  readonly body: string
}

/** A new secret: 32 random bytes, `whsec_` and base64. From the system's generator, not the runtime's: nobody may guess it from a seed. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`
}

/**
 * The headers of a delivery, as Standard Webhooks 1.0.0 has them (https://www.standardwebhooks.com): HMAC-SHA256 over
 * `id.timestamp.body`, one signature for each secret, so that a receiver can change from one to the next in between. Pure.
 */
export function signedHeaders({ id, at, body }: SignedMessage, secrets: readonly string[]): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000))
  const signatures = secrets.map(secret => {
    const key = Buffer.from(secret.slice(secret.startsWith(PREFIX) ? PREFIX.length : 0), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
