import { createHash } from 'node:crypto'
import type { AgentRow } from '../../ports/entity-rows.js'
import type { EventRow } from '../../ports/event-operations.js'
import type { WebhookMessage } from '../../protocol/webhook-events.js'

/** What an event is called to webhooks: a verb of the run, or of an agent. Pure. */
export function webhookEventType({ streamId, runId, type }: Pick<EventRow, 'streamId' | 'runId' | 'type'>): string {
  return `${streamId === runId ? 'run' : 'agent'}.${type}`
}

/** What of an event's body is told, and under which name. A digest could tell a short answer, and whoever decided may be named by their id. */
const TOLD: Readonly<Record<string, string>> = {
  unit: 'unitId', units: 'units', rows: 'rows', setting: 'setting', from: 'from', to: 'to',
  compensation: 'compensationId', worker: 'workerId', amount: 'amountMinor', fence: 'fence', until: 'leaseUntil', submission: 'submissionId', decision: 'decisionId', reason: 'reason',
}

/** The message that tells a webhook of an event; `agent` is whose event it is, if an agent's. Pure: the same event is always the same message. */
export function webhookMessage(webhookId: string, event: EventRow, agent: AgentRow | undefined): WebhookMessage {
  const { runId, feed, at } = event
  const body = JSON.parse(event.body) as Readonly<Record<string, string | number | null>>
  const told = Object.entries(body).flatMap(([name, value]) => {
    const as = TOLD[name]
    return as === undefined ? [] : [[as, value] as const]
  })
  const { id: agentId, unitId, assignmentId, workerId } = agent ?? {}
  return {
    id: `msg_${createHash('sha256').update(JSON.stringify([webhookId, runId, feed])).digest('hex').slice(0, 32)}`,
    type: webhookEventType(event), runId, feed, at: new Date(at).toISOString(),
    data: { ...(agent === undefined ? {} : { agentId, unitId, assignmentId, workerId }), ...Object.fromEntries(told) },
  } as WebhookMessage
}
