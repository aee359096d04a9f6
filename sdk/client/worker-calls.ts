import type { MephistoErrorCode, Problem } from '../errors.js'
import { ConnectionTrouble, RefusedCall } from './call-errors.js'
import { pageHeaders } from './page-headers.js'
import type { SessionClock } from './session-clock.js'

/** How long one try may take before it counts as trouble, ms. */
const TRY_TIMEOUT_MS = 15_000

/** A body below this many characters may outlive the page (browsers allow 64 KiB for all such requests together). */
const KEEPALIVE_LIMIT = 8_000

/** Sends one worker call and gives back its reply. @throws RefusedCall for a definite no, ConnectionTrouble for all else */
export type WorkerCall = (request: WorkerRequest) => Promise<unknown>

/** What calls are made with. */
export interface CallWays {
  /** With a slash at the end. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
  readonly clock: SessionClock
}

/** One try of one worker call. */
export interface WorkerRequest {
  readonly procedure: 'preview' | 'register' | 'renew' | 'submit' | 'extend' | 'return' | 'act' | 'read' | 'signal' | 'remark' | 'tips' | 'messages'
  readonly input: unknown
  /** What authorises the attempt; calls that open a unit or have a token renewed carry what authorises them in the input instead. */
  readonly agentToken?: string
  /** Ends the try, and with it the wish to know. */
  readonly signal: AbortSignal
}

interface ErrorBody {
  readonly message?: string
  readonly data?: { readonly mephistoCode?: MephistoErrorCode; readonly problems?: readonly Problem[] }
}

/** A reply as tRPC writes it. */
export interface ReplyBody {
  readonly result?: { readonly data?: unknown }
  readonly error?: ErrorBody
}

async function readBody(response: Response): Promise<ReplyBody> {
  // A page of a proxy's is no JSON; its status says what it is.
  const body: unknown = await response.json().catch((error: unknown) => { if (response.ok) throw error })
  if (typeof body === 'object' && body !== null) return body
  if (response.ok) throw new ConnectionTrouble('The server gave no reply.')
  return {}
}

/** What firewalls and proxies answer to what they will not let through. */
const BLOCKING: readonly number[] = [400, 403, 406, 413, 414, 415, 422, 431, 451]

/** What a reply brings. @throws RefusedCall for a definite no, ConnectionTrouble for all else */
export function dataOf(response: Pick<Response, 'ok' | 'status'>, body: ReplyBody): unknown {
  if (response.ok && typeof body.result?.data === 'object' && body.result.data !== null) return body.result.data
  const code = body.error?.data?.mephistoCode
  const isDefinite = response.status >= 400 && response.status < 500 && response.status !== 429 && code !== undefined
  if (!isDefinite) throw new ConnectionTrouble(`The server gave no reply (${response.status}).`, { isBlocked: BLOCKING.includes(response.status) })
  throw new RefusedCall(code, body.error?.message ?? 'The server refused this.', body.error?.data?.problems ?? [])
}

/**
 * Calls of the worker page: tRPC's wire format over plain POSTs, without cookies. Written out instead of using the
 * tRPC client because a retry must tell a definite refusal from a proxy's error page, and because the page stays small.
 */
export function workerCalls(options: CallWays): WorkerCall {
  return async request => {
    const controller = new AbortController()
    const abort = () => { controller.abort() }
    request.signal.addEventListener('abort', abort)
    if (request.signal.aborted) abort()
    const cancelTimeout = options.clock.after(TRY_TIMEOUT_MS, abort)
    try {
      const body = JSON.stringify(request.input)
      const response = await options.fetch(`${options.baseUrl}trpc/agent.${request.procedure}`, {
        method: 'POST',
        body,
        credentials: 'omit',
        cache: 'no-store',
        keepalive: body.length < KEEPALIVE_LIMIT,
        signal: controller.signal,
        headers: { 'content-type': 'application/json', ...pageHeaders(request.agentToken) },
      })
      return dataOf(response, await readBody(response))
    } catch (cause) {
      if (cause instanceof RefusedCall || cause instanceof ConnectionTrouble) throw cause
      throw new ConnectionTrouble('The server could not be reached.', { cause })
    } finally {
      cancelTimeout()
      request.signal.removeEventListener('abort', abort)
    }
  }
}
