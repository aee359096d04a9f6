import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { AgentRow } from '../../ports/entity-rows.js'
import type { EventRow } from '../../ports/event-operations.js'
import type { WebhookBehind } from '../../ports/webhook-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import { webhookEventType, webhookMessage } from './webhook-message.js'

/** The topic of deliveries in the outbox. */
export const WEBHOOK_TOPIC = 'webhook'

/** Writes what webhooks are to be told into the outbox. */
export interface FanOut {
  /** Something happened in these runs. False while nobody is told anything, as far as this process knows. */
  note(runIds: Iterable<string>): boolean
  /** There may be somebody to tell. */
  expect(): void
  /** Writes deliveries of the runs that were noted, or of all. */
  bringIn(isThorough: boolean): Promise<void>
}

/** Deliveries of a run are written ahead of their sending, while fewer than this wait. */
const REFILL_BELOW = 32
/** Events of a run that are looked at in one transaction. */
const PORTION = 64
/** Runs that are looked at in one go. */
const RUNS = 100

/**
 * The fan-out. A webhook has a place in every run's feed; moving it on and writing the deliveries of the events in between is
 * one transaction, conditional on the place. The feed has no gaps and nothing is ever added before what was read (decision
 * 0009), so no event is skipped and none written twice, whichever processes do it.
 */
export function createFanOut({ db, runtime }: { readonly db: MephistoDb; readonly runtime: Runtime }): FanOut {
  let noted = new Set<string>()
  let isAll = true
  let isAnybody = true

  async function write({ webhookId, eventTypes, runId, feed }: WebhookBehind): Promise<void> {
    await db.transaction(async tx => {
      const events = await tx.events.feed(runId, feed, PORTION)
      const last = events.at(-1)
      if (!last || !(await tx.webhooks.advance({ webhookId, runId }, feed, last.feed))) return
      const wanted = events.filter(event => eventTypes === null || eventTypes.includes(webhookEventType(event)))
      const agents = await agentsOf(tx.agents, wanted)
      const calls = wanted.map(event => ({
        id: runtime.newId(), callKey: `${WEBHOOK_TOPIC}/${webhookId}/${runId}/${String(event.feed)}`, topic: WEBHOOK_TOPIC,
        body: JSON.stringify(webhookMessage(webhookId, event, agents.get(event.streamId))), subjectId: webhookId, lane: { id: runId, position: event.feed },
      }))
      await tx.outbox.enqueue(calls, await tx.now())
    })
  }

  return {
    note(runIds) {
      if (isAnybody) for (const runId of runIds) noted.add(runId)
      return isAnybody
    },
    expect() {
      isAnybody = true
      isAll = true
    },
    async bringIn(isThorough) {
      const [everywhere, runIds] = [isThorough || isAll, [...noted]]
      if (!everywhere && runIds.length === 0) return
      noted = new Set()
      isAll = false
      try {
        if (everywhere) isAnybody = (await db.webhooks.find({ filter: { statuses: ['active'] }, limit: 1 })).rows.length > 0
        if (!isAnybody) return
        const behind = await db.webhooks.behind({ topic: WEBHOOK_TOPIC, most: REFILL_BELOW, limit: RUNS, ...(everywhere ? {} : { runIds }) })
        for (const one of behind) {
          await write(one)
          // There may be more than a portion.
          noted.add(one.runId)
        }
        isAll ||= behind.length === RUNS
      } catch (error) {
        isAll = true
        throw error
      }
    },
  }
}

async function agentsOf(agents: MephistoDb['agents'], events: readonly EventRow[]): Promise<ReadonlyMap<string, AgentRow>> {
  const ids = [...new Set(events.flatMap(({ streamId, runId }) => (streamId === runId ? [] : [streamId])))]
  if (ids.length === 0) return new Map()
  const { rows } = await agents.find({ filter: { ids }, limit: ids.length })
  return new Map(rows.map(row => [row.id, row]))
}
