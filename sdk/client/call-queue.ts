import type { CallRequest } from '../protocol/packet-views.js'
import type { CallStore } from './call-store.js'
import type { SessionClock } from './session-clock.js'

/** What a queue is made of. */
export interface CallQueueOptions {
  readonly store: CallStore
  readonly clock: SessionClock
  /** Sends one until the server has it. @throws RefusedCall */
  deliver(request: CallRequest): Promise<unknown>
}

/** Calls on their way to the server, one after the other in the order in which they were made, and kept on the device until it has them. */
export interface CallQueue {
  /** Sends it after those before it. @throws whatever `deliver` throws, and TypeError for what is no JSON */
  send(request: CallRequest): Promise<void>
  /** Sends what was kept before this page was loaded, before anything else. `take` is called for each, with what becomes of it. */
  resend(take: (request: CallRequest, sent: Promise<void>) => void): void
  /** What the server has not acknowledged, in order. */
  unsent(): readonly CallRequest[]
  /** The attempt is over: nothing is kept any more. */
  clear(): void
}

/** A database that does not open in that time is not waited for, ms: what it holds is sent when it does. */
const OPEN_MS = 1_000

/** Makes a {@link CallQueue}. */
export function callQueue({ store, clock, deliver }: CallQueueOptions): CallQueue {
  let last: Promise<unknown> = Promise.resolve()
  let ready: Promise<unknown> = last
  // What was kept comes first, also when it is found after this page has made its own.
  const [kept, made] = [new Set<CallRequest>(), new Set<CallRequest>()]

  function enqueue(request: CallRequest): Promise<void> {
    const sent = last.then(() => deliver(request)).finally(() => {
      for (const one of [kept, made]) one.delete(request)
      store.remove(request.callId)
    })
    last = sent.catch(() => undefined)
    return sent.then(() => undefined)
  }

  return {
    async send(request) {
      store.add(request)
      made.add(request)
      await ready
      await enqueue(request)
    },
    resend(take) {
      const loaded = store.load().then(found => {
        for (const request of found) {
          kept.add(request)
          take(request, enqueue(request))
        }
      })
      ready = Promise.race([loaded, new Promise<void>(resolve => { clock.after(OPEN_MS, resolve) })])
    },
    unsent: () => [...kept, ...made],
    clear: store.clear,
  }
}
