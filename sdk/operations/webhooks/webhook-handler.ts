import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { Network } from '../../ports/network.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import type { WebhookRow } from '../../ports/webhook-operations.js'
import type { WebhookMessage } from '../../protocol/webhook-events.js'
import type { CallOutcome, CallRecord, OutboxHandler } from '../outbox-handler.js'
import { deliveryOutcome, type DeliveryResult } from './delivery-outcome.js'
import { WEBHOOK_TOPIC, type FanOut } from './fan-out.js'
import type { SecretBox } from './secret-box.js'
import { signedHeaders } from './signature.js'
import { publicAddressesOf, type AllowedHosts } from './webhook-address.js'

/** What deliveries are made with. */
export interface DeliveryParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly fanOut: FanOut
  readonly secrets: SecretBox
  readonly network: Network
  readonly allowPrivate: AllowedHosts
  /** How long a receiver has to answer, ms. */
  readonly timeoutMs: number
}

/** From 5 s, doubled up to 6 hours: 22 tries take two to three days. */
const BACKOFF = { firstMs: 5_000, mostMs: 6 * 3_600_000 }
const MOST_TRIES = 22
/** A webhook that took nothing for so long is paused, ms. */
const LONGEST_FAILURE_MS = 86_400_000
const FEWEST_TRIES = 5
const WHILE_PAUSED_MS = 60_000

/** Delivers to webhooks: signed, to public addresses alone, one run's events to one webhook in their order. */
export function webhookHandler({ db, runtime, fanOut, secrets, network, allowPrivate, timeoutMs }: DeliveryParts): OutboxHandler {
  async function deliver(webhook: WebhookRow, call: CallRow, signal: AbortSignal): Promise<CallOutcome> {
    const started = runtime.now()
    const durationMs = (): number => Math.max(0, runtime.now() - started)
    try {
      const url = new URL(webhook.url)
      const addresses = await publicAddressesOf(url, network, allowPrivate)
      const { id } = JSON.parse(call.body) as WebhookMessage
      const signature = signedHeaders({ id, at: runtime.now(), body: call.body }, secretsOf(webhook, await db.now()))
      const headers = { 'content-type': 'application/json', 'user-agent': 'mephisto-sdk', ...signature }
      const reply = await network.post({ url, addresses, headers, body: call.body, signal })
      return deliveryOutcome(reply, { tries: call.tries, durationMs: durationMs(), at: runtime.now() })
    } catch (error) {
      const what = signal.aborted ? `The receiver did not answer within ${String(timeoutMs)} ms.` : error instanceof Error ? error.message : String(error)
      return { kind: 'retry', result: { httpStatus: null, error: what, durationMs: durationMs() } satisfies DeliveryResult }
    }
  }

  function secretsOf({ id, secret, previousSecret, previousUntil }: WebhookRow, at: number): readonly string[] {
    const isOverlapping = previousSecret !== null && previousUntil !== null && previousUntil > at
    return [secret, ...(isOverlapping ? [previousSecret] : [])].map(sealed => secrets.open(sealed, id))
  }

  async function recordFailure(tx: DbOperations, { webhook, tries }: { readonly webhook: WebhookRow; readonly tries: number }, { result, at }: CallRecord): Promise<void> {
    const failingSince = webhook.failingSince ?? at
    const why = reasonToPause(result as DeliveryResult, { failingMs: at - failingSince, tries })
    if (why === null) {
      if (webhook.failingSince === null) await tx.webhooks.update(webhook.id, { failingSince })
      return
    }
    await tx.webhooks.update(webhook.id, { failingSince, status: 'paused', pauseReason: why })
    await tx.outbox.hold(WEBHOOK_TOPIC, webhook.id)
    await tx.audit.insert({ id: runtime.newId(), actorId: 'mephisto', action: 'pause_webhook', subject: 'webhook', subjectId: webhook.id, body: JSON.stringify({ reason: why }), at })
  }

  return {
    specVersion: 1, topic: WEBHOOK_TOPIC, backoff: BACKOFF, maxTries: MOST_TRIES,
    // The receiver's own limit comes first, so that the log says what it was.
    timeoutMs: timeoutMs + 5_000,
    bringIn: isThorough => fanOut.bringIn(isThorough),
    async call(call, signal) {
      const webhook = await db.webhooks.get(call.subjectId ?? '')
      if (!webhook) return { kind: 'failed', result: { httpStatus: null, error: 'The webhook was deleted.', durationMs: 0 } satisfies DeliveryResult }
      // Written while it was being paused: recording this holds it.
      if (webhook.status !== 'active') return { kind: 'retry', result: { httpStatus: null, error: 'The webhook is paused.', durationMs: 0 } satisfies DeliveryResult, afterMs: WHILE_PAUSED_MS }
      return deliver(webhook, call, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    },
    async record(tx, call, record) {
      const webhook = await tx.webhooks.get(call.subjectId ?? '')
      if (!webhook) return
      if (record.status !== 'pending' && call.lane) fanOut.note([call.lane.id])
      if (record.status === 'done') {
        if (webhook.failingSince !== null) await tx.webhooks.update(webhook.id, { failingSince: null })
        return
      }
      if (webhook.status === 'paused') await tx.outbox.hold(WEBHOOK_TOPIC, webhook.id)
      else await recordFailure(tx, { webhook, tries: call.tries }, record)
    },
  }
}

/** Why a webhook that failed for so long is to be paused; null to go on. A day on which little happened is no outage. */
function reasonToPause({ httpStatus, error }: DeliveryResult, { failingMs, tries }: { readonly failingMs: number; readonly tries: number }): string | null {
  if (httpStatus === 410) return 'The receiver answered 410: it wants to be told nothing more.'
  if (failingMs < LONGEST_FAILURE_MS || tries < FEWEST_TRIES) return null
  return `No delivery was taken for ${String(Math.floor(failingMs / 3_600_000))} hours. ${error ?? ''}`.trim()
}
