import { createHash } from 'node:crypto'
import { numberAt, textAt, type PlainRow } from './plain-rows.js'
import type { LoggedEvent, RunLog } from './run-log.js'
import type { Report } from './violation.js'

/** Whether a run's log is whole: feed and streams numbered without gaps, each event chained to the one before, up to the heads. */
export function checkChains({ id, run, agents, events }: RunLog, report: Report): void {
  const gap = events.findIndex((event, index) => event.feed !== index + 1)
  if (gap >= 0) report('P9', `run ${id}: its feed lacks or repeats number ${String(gap + 1)}`)
  else if (events.length !== numberAt(run, 'feed')) report('P9', `run ${id}: its feed ends at ${String(events.length)}, and its row says ${textAt(run, 'feed')}`)
  const streams = new Map<string, LoggedEvent[]>()
  for (const event of events) streams.set(event.stream, [...streams.get(event.stream) ?? [], event])
  for (const [owner, row] of [...agents, [id, run] as const]) checkStream({ owner, row, runId: id, events: streams.get(owner) ?? [] }, report)
  for (const stream of streams.keys()) if (stream !== id && !agents.has(stream)) report('P9', `stream ${stream}: it is of no agent and no run`)
}

function checkStream({ owner, row, runId, events }: { owner: string; row: PlainRow; runId: string; events: readonly LoggedEvent[] }, report: Report): void {
  const inOrder = [...events].sort((a, b) => a.number - b.number)
  let before = ''
  for (const [index, { stream, number, feed, type, bodyText, hash, at }] of inOrder.entries()) {
    if (number !== index + 1) {
      report('P9', `stream ${owner}: event ${String(index + 1)} is missing`)
      return
    }
    if (createHash('sha256').update(JSON.stringify([before, stream, number, runId, feed, type, bodyText, at])).digest('hex') !== hash) {
      report('P9', `stream ${owner}: event ${String(number)} (${type}) is not what was written`)
      return
    }
    before = hash
  }
  if (inOrder.length !== numberAt(row, 'event_count') || before !== textAt(row, 'event_hash')) report('P9', `stream ${owner}: its head is not its last event`)
  if (inOrder.some((event, index) => index > 0 && event.feed <= (inOrder[index - 1]?.feed ?? 0))) report('P9', `stream ${owner}: its events are not in the order of the feed`)
}
