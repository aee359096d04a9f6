import type { CallRequest, PacketView } from '../protocol/packet-views.js'
import type { SignalRequest } from '../protocol/signal-views.js'
import type { WorkView } from '../protocol/worker-views.js'
import { RefusedCall } from './call-errors.js'
import { callQueue } from './call-queue.js'
import { callStore } from './call-store.js'
import { linkPackets, type PacketLinkOptions } from './packet-link.js'
import type { Scene, SessionContext } from './session-context.js'
import { shaped } from './worker-api.js'

/** What a page and the server tell each other of an attempt, for as long as its scene lasts. */
export interface AttemptPackets {
  /** Hears of packets, in the way of `linkPackets`. */
  follow(options: Pick<PacketLinkOptions, 'onPacket'> & Partial<PacketLinkOptions>): void
  /** The next packets after a number. @throws RefusedCall */
  read(after: number): Promise<readonly PacketView[]>
  /** Sends it until the server has it, after what was sent before; a page that is loaded again goes on with it. @throws RefusedCall, whatever kept it from being sent */
  send(request: CallRequest): Promise<void>
  /** Lets the others know something for the moment: once, and nobody is told whether it came through. */
  signal(input: SignalRequest): void
  /** Sends what was kept before this page was loaded. `take` is called for each, with what becomes of it. */
  resend(take: (request: CallRequest, sent: Promise<void>) => void): void
  /** What the server has not acknowledged, in order. */
  unsent(): readonly CallRequest[]
  /** The attempt is over: what was not sent is not wanted any more. */
  discard(): void
}

/** How long the server waits for packets, ms: less than a try may take. */
const WAIT_MS = 10_000

const asPackets = shaped<{ packets: readonly PacketView[] }>(reply => Array.isArray(reply.packets))
const asRead = (reply: unknown): readonly PacketView[] => asPackets(reply).packets

/** Makes {@link AttemptPackets} of a unit in hand. */
export function attemptPackets(context: SessionContext, { signal }: Scene, unit: WorkView): AttemptPackets {
  const { api, clock, signals, link, who } = context
  const { agentId, sockets, run } = unit
  const read = (after: number): Promise<readonly PacketView[]> => api.ask({ procedure: 'read', input: { after, waitMs: WAIT_MS }, pass: unit, signal }, asRead)
  const queue = callQueue({
    clock, deliver: request => api.act({ pass: unit, request, signal }).catch(unlessOutdated),
    store: callStore({ baseUrl: link.baseUrl, runId: run.id, worker: who.worker, agentId }),
  })
  /** What a page that is out of date cannot send stays kept for the one that is loaded again. */
  function unlessOutdated(error: unknown): Promise<never> {
    if (!(error instanceof RefusedCall) || error.code !== 'page_outdated') throw error
    context.go.fail(error, { hasDraft: true })
    return new Promise(() => undefined)
  }
  const refused = (error: unknown): never => { throw error instanceof RefusedCall ? error : new RefusedCall('internal', 'This page could not send it.', []) }
  return {
    read,
    follow(options) {
      const { passes } = api
      linkPackets({
        ...link, ...(sockets === false ? { WebSocket: undefined } : {}), tokenNow: () => passes.tokenOf(unit), renewToken: () => passes.renew(unit),
        clock, signal, onWake: signals.onWake, read, ...options,
      })
    },
    send: request => queue.send(request).catch(refused),
    signal(input) { api.tell({ procedure: 'signal', input, pass: unit, signal }).catch(() => undefined) },
    resend(take) { queue.resend((request, sent) => { take(request, sent.catch(refused)) }) },
    unsent: queue.unsent,
    discard: queue.clear,
  }
}
