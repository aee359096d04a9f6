import type { AskAttempt } from '../../sdk/client/task-state.js'
import { leaveRemark } from './leave-remark.js'

/** Errors that one attempt tells of. */
const MOST_REPORTS = 10

const told = new WeakMap<AskAttempt, Set<string>>()

/** Tells the team of an error, each message once; nothing while there is nothing in hand. */
export function reportError(ask: AskAttempt | undefined, error: unknown, at = window.location.origin + window.location.pathname): void {
  if (ask === undefined) return
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const known = told.get(ask) ?? new Set()
  told.set(ask, known)
  if (known.has(message) || known.size >= MOST_REPORTS) return
  known.add(message)
  const stack = error instanceof Error ? error.stack : undefined
  // It is no fault of the worker's that a report is refused, nor anything for them to see.
  leaveRemark({ ask }, { kind: 'error', message, at, ...(stack === undefined ? {} : { stack }) }).catch(() => undefined)
}
