import { isMephistoError, type MephistoError } from '../errors.js'
import type { EventStream } from '../ports/event-stream.js'
import { bodyTooLarge } from './body.js'
import { errorReply } from './error-reply.js'
import { rpcContext, type HandlerParts } from './handler-parts.js'
import { EVENT_HEADERS, isForEvents } from './worker-events.js'
import { answerFrontCall, frontProcedure, type FrontReply } from './worker-front.js'

/** A request of a task page, as an adapter on plain sockets read it. */
export interface HotCall {
  readonly method: string
  /** Path inside the mount, without a leading slash and without the query. */
  readonly path: string
  /** What comes after the question mark. @default '' */
  readonly query?: string
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  /** The header `x-mephisto-wire`: the version that the page speaks. @default none is said */
  readonly wire?: string | undefined
  /** Where the page that calls is from, as its browser says. */
  readonly origin: string | undefined
  /** The last event that an EventSource had, by its header. */
  readonly lastEventId?: string | undefined
  /** Reads the body, at most `maxBytes`; null when it is longer. */
  readBody(maxBytes: number): Promise<string | null>
  /** Ends when whoever called is gone: asked for by calls that wait. @default it never ends */
  signal?(): AbortSignal
}

/** The answer to a hot call: its body is there, or comes bit by bit. */
export type HotReply = FrontReply | FrontReply<EventStream>

/** What names a request. */
type Named = Pick<HotCall, 'method' | 'path' | 'query' | 'contentType'>

const EVENTS = 'events'

/** Which hot call a request is; null for any other, which the handler answers. */
export function hotNameOf({ query = '', ...request }: Named): string | null {
  if (isForEvents(request, query)) return EVENTS
  return query === '' ? frontProcedure(request) : null
}

/** Answers a hot call by its name, for an adapter: with what is said to pages of other origins. */
export async function answerHotCall(parts: HandlerParts, name: string, call: HotCall): Promise<HotReply> {
  const reply = await answerHot(parts, name, call)
  const { vary, ...allowed } = parts.crossOrigin.headersFor(call.origin) ?? {}
  return vary === undefined ? reply : { ...reply, headers: { ...reply.headers, ...allowed, vary: [reply.headers['vary'] ?? [], vary].flat().join(', ') } }
}

/** Answers a hot call by its name. */
export async function answerHot(parts: HandlerParts, name: string, { query, authorization, wire, lastEventId, readBody, signal }: Omit<HotCall, 'origin'>): Promise<HotReply> {
  const context = rpcContext(parts, { authorization, wire }, () => new Request('http://localhost/'))
  if (name === EVENTS) return { status: 200, headers: EVENT_HEADERS, body: await parts.events.answer({ query: new URLSearchParams(query), lastEventId, context }) }
  const failed = (error: MephistoError): FrontReply => ({ ...errorReply(error), headers: { 'content-type': 'application/json' } })
  let body: string | null
  try {
    body = await readBody(parts.maxBodyBytes)
  } catch (error) {
    if (isMephistoError(error)) return failed(error)
    throw error
  }
  if (body !== null) return answerFrontCall({ procedure: name, body, context, ...(signal ? { signal } : {}) })
  return failed(bodyTooLarge(parts.maxBodyBytes))
}
