import { leaveRemark } from './leave-remark.js'
import type { AskAttempt } from './task-state.js'

/** Errors that one attempt tells of. */
const MOST_REPORTS = 10

const told = new WeakMap<AskAttempt, Set<string>>()

/** Tells the team of an error, each message once; nothing while there is nothing in hand. */
export function reportError(ask: AskAttempt | undefined, error: unknown, at = window.location.origin + window.location.pathname): void {
  if (ask === undefined) return
  const message = withoutLinks(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  const known = told.get(ask) ?? new Set()
  told.set(ask, known)
  if (known.has(message) || known.size >= MOST_REPORTS) return
  known.add(message)
  const stack = error instanceof Error && error.stack !== undefined ? withoutLinks(error.stack) : undefined
  // It is no fault of the worker's that a report is refused, nor anything for them to see.
  leaveRemark({ ask }, { kind: 'error', message, at: withoutLinks(at), ...(stack === undefined ? {} : { stack }) }).catch(() => undefined)
}

/** Addresses without what comes after their path: the worker's personal link is there. Places in a script, such as `:12:5` at the end, stay. */
function withoutLinks(text: string): string {
  return text.replace(/(\bhttps?:\/\/[^\s?#)]*)[?#][^\s)]*?((?::\d+){0,2})(?=[\s)]|$)/g, '$1$2')
}

/** Tells the team of the page's errors that nobody caught, and of promises that nobody looked at, by what is in hand at that moment. The returned function ends it. */
export function reportPageErrors(askNow: () => AskAttempt | undefined): () => void {
  const onError = ({ error, message, filename, lineno }: ErrorEvent): void => { reportError(askNow(), error ?? message, `${filename}:${String(lineno)}`) }
  const onRejection = ({ reason }: PromiseRejectionEvent): void => { reportError(askNow(), reason) }
  window.addEventListener('error', onError)
  window.addEventListener('unhandledrejection', onRejection)
  return () => {
    window.removeEventListener('error', onError)
    window.removeEventListener('unhandledrejection', onRejection)
  }
}
