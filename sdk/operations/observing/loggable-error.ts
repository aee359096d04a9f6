import { ERROR_TABLE, isMephistoError } from '../../errors.js'
import { isTimeLimit } from '../time-limit.js'

/** What stands for a message that may quote an answer or a name. */
const LEFT_OUT = '(message left out: it may quote an answer or a name; logErrorMessages shows it)'
const WORD = /^[\w.-]{1,64}$/
/** A line of a stack that says where in the code. */
const FRAME = /^\s+at (?:[^\n]*:\d+:\d+\)?|[^\n]*\(index \d+\)|[^\n]*<anonymous>\)?)$/
const DEEPEST = 5

/**
 * An error as it may be logged: its class, its code, where in the code it came from, and the same of its causes. The message
 * stays only where we have written it ourselves about the server, not about somebody's input: what hooks, drivers and parsers
 * throw may quote what they were given.
 */
export function loggableError(error: unknown, depth = 0): Error {
  const safe = new Error(isAboutServer(error) ? error.message : LEFT_OUT)
  const parts = partsOf(error)
  const name = wordOf(parts.name) ?? wordOf(parts.kind) ?? 'Error'
  const code = wordOf(parts.code) ?? wordOf(parts.originalCode)
  const cause = parts.cause ?? parts.meta?.driverAdapterError
  return Object.assign(safe, {
    name, stack: [`${name}: ${safe.message}`, ...framesOf(parts)].join('\n'),
    ...(code === undefined ? {} : { code }), ...(cause === undefined || depth >= DEEPEST ? {} : { cause: loggableError(cause, depth + 1) }),
  })
}

function isAboutServer(error: unknown): error is Error {
  return isTimeLimit(error) || (isMephistoError(error) && ERROR_TABLE[error.code].http >= 500)
}

/** What errors have, those of databases too: their cause says what kind of failure it was and the database's own code, Prisma's have it under `meta`. */
interface ErrorParts {
  readonly name?: unknown
  readonly message?: unknown
  readonly stack?: unknown
  readonly code?: unknown
  readonly cause?: unknown
  readonly kind?: unknown
  readonly originalCode?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown }
}

function partsOf(error: unknown): ErrorParts {
  return typeof error === 'object' && error !== null ? error : {}
}

function wordOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && WORD.test(text) ? text : undefined
}

function framesOf({ message, stack }: ErrorParts): string[] {
  if (typeof stack !== 'string') return []
  // A message may have lines that look like frames.
  const from = typeof message === 'string' && message !== '' && stack.includes(message) ? stack.indexOf(message) + message.length : 0
  return stack.slice(from).split('\n').filter(line => FRAME.test(line))
}
