import { createHash } from 'node:crypto'
import type { EventRow } from '../ports/event-operations.js'

/** How an event is chained to the one before it: SHA-256 over the earlier hash and everything the event says. */
export function eventHash(before: string, event: Omit<EventRow, 'hash'>): string {
  const { streamId, number, runId, feed, type, body, at } = event
  return createHash('sha256').update(JSON.stringify([before, streamId, number, runId, feed, type, body, at])).digest('hex')
}

/** SHA-256 of an answer's stored text, hexadecimal: what the log keeps of it. */
export function answerDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
