import type { EventRow } from '../../ports/event-operations.js'
import type { Logger } from '../../ports/runtime.js'
import type { Notice } from '../noticing-db.js'
import type { Observer } from './observer.js'

/** How an event of a run reads in the log of the process that did it. */
const RUN_LINES: Readonly<Record<string, { readonly level: 'info' | 'warn'; readonly text: string }>> = {
  run: { level: 'info', text: 'a run was launched' },
  pause: { level: 'info', text: 'a run was paused' },
  resume: { level: 'info', text: 'a run goes on' },
  drain: { level: 'info', text: 'a run is draining: nothing of it is handed out any more' },
  complete: { level: 'info', text: 'a run is complete' },
  expire: { level: 'info', text: 'a run was ended before it was complete' },
  reopen: { level: 'info', text: 'a run was reopened' },
  fail: { level: 'warn', text: 'a launch has failed whose process is gone' },
}

/** Logs what an operator wants to read of a transaction that has committed: how runs moved, leases that ran out, and webhooks that take nothing any more. */
export function logEvents(logger: Logger, { events, blueprints, ownActs }: Notice): void {
  const timedOut = new Map<string, number>()
  for (const { runId, streamId, type } of events) {
    if (type === 'time_out') timedOut.set(runId, (timedOut.get(runId) ?? 0) + 1)
    const line = streamId === runId ? RUN_LINES[type] : undefined
    if (line) logger[line.level]({ runId, blueprint: blueprints.get(runId) }, line.text)
  }
  for (const [runId, leases] of timedOut) logger.info({ runId, blueprint: blueprints.get(runId), leases }, 'leases ran out and were taken back')
  for (const { action, subjectId } of ownActs) if (action === 'pause_webhook') logger.warn({ webhookId: subjectId }, 'a webhook was paused because its receiver takes nothing; nothing is lost, and it can be resumed')
}

/** Counts the events of a transaction that has committed, and takes the time of the answers among them. */
export function countEvents(observer: Observer, { events, blueprints, accepted }: Notice): void {
  if (!observer.isOn) return
  const counts = new Map<string, { readonly attributes: Readonly<Record<string, string>>; count: number }>()
  for (const event of events) {
    const blueprint = blueprints.get(event.runId) ?? 'unknown'
    const reason = event.type === 'set_aside' ? reasonOf(event) : undefined
    const key = `${event.type}/${blueprint}/${reason ?? ''}`
    const known = counts.get(key)
    if (known) known.count += 1
    else counts.set(key, { attributes: { event: event.type, blueprint, ...(reason === undefined ? {} : { reason }) }, count: 1 })
    const acceptedAt = event.type === 'complete' ? accepted.get(event.streamId) : undefined
    if (acceptedAt !== undefined) observer.record('mephisto.answer.duration', Math.max(0, event.at - acceptedAt) / 1000, { blueprint })
  }
  for (const { attributes, count } of counts.values()) observer.record('mephisto.events', count, attributes)
}

function reasonOf({ body }: EventRow): string {
  const { reason } = JSON.parse(body) as { readonly reason?: unknown }
  return typeof reason === 'string' ? reason : 'unknown'
}
