import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Network } from '../../ports/network.js'
import type { Runtime } from '../../ports/runtime.js'
import { systemNetwork } from '../../ports/system-network.js'
import { createWebhookDesk } from './create-webhook-desk.js'
import { createFanOut } from './fan-out.js'
import type { OutboxHandler } from '../outbox-handler.js'
import { createSecretBox } from './secret-box.js'
import type { WebhookDesk } from './webhook-desk.js'
import { webhookHandler } from './webhook-handler.js'

/** How webhooks are told. */
export interface WebhookOptions {
  /**
   * Hosts that may be told although they are not public, as `host` or `host:port`, such as `127.0.0.1:1234`; these may also be
   * told without https. @default none
   */
  readonly allowPrivate?: readonly string[]
  /** How long a receiver has to answer, ms. @default 15000 */
  readonly timeoutMs?: number
  /** How receivers are found and reached. @default the system's resolver and Node's client */
  readonly network?: Partial<Network>
}

/** The parts of webhooks that an instance puts together. */
export interface Webhooks {
  readonly desk: WebhookDesk
  readonly handler: OutboxHandler
  /** Something happened in these runs. False while nobody is told anything, as far as this process knows. */
  note(runIds: Iterable<string>): boolean
}

/** Webhooks over a database. `key` keeps their secrets; `onDue` is called when there may be something to deliver. */
export function createWebhooks(
  parts: { readonly db: MephistoDb; readonly runtime: Runtime; readonly key: Uint8Array; readonly onDue: () => void }, { allowPrivate = [], timeoutMs = 15_000, network }: WebhookOptions = {},
): Webhooks {
  const { db, runtime } = parts
  const secrets = createSecretBox(parts.key)
  const fanOut = createFanOut({ db, runtime })
  const onDue = (): void => {
    fanOut.expect()
    parts.onDue()
  }
  return {
    desk: createWebhookDesk({ db, runtime, secrets, allowPrivate, onDue }),
    handler: webhookHandler({ db, runtime, fanOut, secrets, network: { ...systemNetwork, ...network }, allowPrivate, timeoutMs }),
    note: runIds => fanOut.note(runIds),
  }
}
