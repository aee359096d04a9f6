import type { MessagesReply, MessageView } from '../protocol/message-views.js'
import { monotonicClock } from './session-clock.js'
import type { TaskEntry } from './worker-api.js'
import { workerCalls } from './worker-calls.js'

/** Whose messages, and where Mephisto is mounted, with a slash at the end. */
export interface MessagesPlace {
  readonly baseUrl: string
  readonly entry: TaskEntry
}

/** What reviewers wrote to the person about their work in this run, the latest first, at most 20. Rejects when the server cannot be reached or refuses. */
export async function readMessages({ baseUrl, entry }: MessagesPlace, signal: AbortSignal): Promise<readonly MessageView[]> {
  const call = workerCalls({ baseUrl, fetch: globalThis.fetch.bind(globalThis), clock: monotonicClock })
  return (await call({ procedure: 'messages', input: entry, signal }) as MessagesReply).messages
}
