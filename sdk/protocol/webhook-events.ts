import { AGENT_NOTES, RUN_NOTES } from '../data-model/event-types.js'
import { AGENT_MOVES, RUN_MOVES } from '../data-model/lifecycle.js'

/**
 * What webhooks can be told: the words of the event log, of an agent (one worker's attempt) or of the run itself, such as
 * `agent.complete`, `agent.approve`, `run.pause`, `run.complete`.
 */
export const WEBHOOK_EVENT_TYPES: readonly string[] = [
  ...[...Object.keys(AGENT_MOVES), ...AGENT_NOTES].map(verb => `agent.${verb}`),
  ...[...Object.keys(RUN_MOVES), ...RUN_NOTES].map(verb => `run.${verb}`),
]

/** The body of a delivery: ids, times and counts, no answers and no names. */
export interface WebhookMessage {
  /** Of this webhook and event, the same in every try and replay; also in the header `webhook-id`. */
  readonly id: string
  /** See {@link WEBHOOK_EVENT_TYPES}. */
  readonly type: string
  readonly runId: string
  /** The event's number in its run, from 1, in the order in which things happened. */
  readonly feed: number
  /** When it happened, ISO 8601 in UTC. */
  readonly at: string
  readonly data: Readonly<Record<string, string | number | null>>
}
