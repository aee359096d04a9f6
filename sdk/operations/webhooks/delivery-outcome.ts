import type { PinnedReply } from '../../ports/network.js'
import type { CallOutcome } from '../outbox-handler.js'

/** What is kept of a try to deliver. */
export interface DeliveryResult {
  /** Null when the receiver did not answer. */
  readonly httpStatus: number | null
  /** Null when it was taken. */
  readonly error: string | null
  readonly durationMs: number
}

/** So often a delivery is sent that the receiver understands and refuses: then those behind it are more likely to be wanted. */
const MOST_REFUSALS = 8
const LONGEST_RETRY_AFTER_MS = 6 * 3_600_000
/** What a receiver says that means: later. */
const LATER: ReadonlySet<number> = new Set([408, 410, 425, 429])

/**
 * What a reply means for a delivery, after so many tries. `at` is now, epoch ms. Pure.
 *
 * 2xx takes it; all else fails, redirects too: they are not followed. A receiver that refuses it (another 4xx) is asked for
 * some minutes, all else as long as the backoff goes; Retry-After is heeded up to 6 hours.
 */
export function deliveryOutcome(reply: PinnedReply, { tries, durationMs, at }: { readonly tries: number; readonly durationMs: number; readonly at: number }): CallOutcome {
  const { status, retryAfter } = reply
  if (status >= 200 && status < 300) return { kind: 'done', result: { httpStatus: status, error: null, durationMs } satisfies DeliveryResult }
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''
  const result: DeliveryResult = { httpStatus: status, error: `The receiver answered ${String(status)}${redirect}.`, durationMs }
  if (status >= 400 && status < 500 && !LATER.has(status) && tries >= MOST_REFUSALS) return { kind: 'failed', result }
  return { kind: 'retry', result, afterMs: Math.min(LONGEST_RETRY_AFTER_MS, retryAfterMs(retryAfter, at)) }
}

/** The header Retry-After (RFC 9110) as a time to wait, ms; 0 for none or one that says nothing. */
function retryAfterMs(header: string | null, at: number): number {
  if (header === null) return 0
  const waitMs = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - at
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : 0
}
