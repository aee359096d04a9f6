import type { ExtendReply, LeaseView } from '../protocol/worker-views.js'
import type { PageSignals } from './page-signals.js'
import type { SessionClock } from './session-clock.js'

/** The lease of the unit in hand, counted down by the page's own clock from the moment of the last reply. */
export interface LeaseKeeper {
  /** Time left, ms, never below 0. */
  remainingMs(): number
  /** Length of a fresh lease, ms. */
  lengthMs(): number
  /** Asks for a fresh lease now. */
  extend(): Promise<void>
  /** The person is at it, though nothing was pressed: a file of theirs is on its way. */
  noticeActivity(): void
  /** Looks whether something is due; call it when a hold ended. */
  look(): void
  stop(): void
}

/** What {@link keepLease} needs. */
export interface LeaseOptions {
  readonly clock: SessionClock
  readonly signals: PageSignals
  readonly request: () => Promise<ExtendReply>
  /** True while nothing should happen by itself: an answer is on its way, and the server decides. */
  readonly isHeld: () => boolean
  readonly onRenewed: () => void
  /** The server confirmed that the unit is no longer this worker's. */
  readonly onLost: (message: string) => void
  readonly onError: (error: unknown) => void
}

/**
 * Keeps the lease of someone who is working and lets go of the lease of someone who is not: it extends by itself when
 * at most half is left and the person did something since the last extension, never while the page is in the background.
 */
export function keepLease(first: LeaseView, options: LeaseOptions): LeaseKeeper {
  const { clock, signals } = options
  let lease = first
  let countedFrom = clock.now()
  let wasActive = false
  let asking: Promise<void> | null = null
  let cancelTimer = () => { /* no timer yet */ }

  const remainingMs = () => Math.max(0, lease.remainingMs - (clock.now() - countedFrom))

  function arm(): void {
    cancelTimer()
    const left = remainingMs()
    const untilHalf = left - lease.lengthMs / 2
    if (left > 0) cancelTimer = clock.after(untilHalf > 0 ? untilHalf : left, look)
  }

  async function ask(): Promise<void> {
    wasActive = false
    try {
      const reply = await options.request()
      if (reply.lease === null) {
        options.onLost(reply.message)
        return
      }
      lease = reply.lease
      countedFrom = clock.now()
      arm()
      options.onRenewed()
    } catch (error) {
      options.onError(error)
    }
  }

  function extend(): Promise<void> {
    asking ??= ask().finally(() => { asking = null })
    return asking
  }

  function look(): void {
    if (asking !== null || options.isHeld() || !signals.isVisible()) return
    const left = remainingMs()
    const isDue = left === 0 || (wasActive && left <= lease.lengthMs / 2)
    if (isDue) void extend()
    else arm()
  }

  function noticeActivity(): void {
    if (!signals.isVisible()) return
    wasActive = true
    if (remainingMs() <= lease.lengthMs / 2) look()
  }

  const stopListening = [signals.onActivity(noticeActivity), signals.onWake(look)]
  arm()
  return {
    remainingMs,
    lengthMs: () => lease.lengthMs,
    extend,
    noticeActivity,
    look,
    stop() {
      cancelTimer()
      for (const stop of stopListening) stop()
    },
  }
}
