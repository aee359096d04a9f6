import type { CallRequest, PacketView } from '../protocol/packet-views.js'
import type { WorkView } from '../protocol/worker-views.js'
import { RefusedCall } from './call-errors.js'
import { linkPackets, type PacketLinkOptions } from './packet-link.js'
import type { Scene, SessionContext } from './session-context.js'

/** What a page and the server tell each other of an attempt, for as long as its scene lasts. */
export interface AttemptPackets {
  /** Hears of packets, in the way of `linkPackets`. */
  follow(options: Pick<PacketLinkOptions, 'onPacket'> & Partial<PacketLinkOptions>): void
  /** The next packets after a number. @throws RefusedCall */
  read(after: number): Promise<readonly PacketView[]>
  /** Sends it until the server has it. @throws RefusedCall, whatever kept it from being sent */
  send(request: CallRequest): Promise<void>
}

/** Makes {@link AttemptPackets} of a unit in hand. */
export function attemptPackets({ api, clock, signals, link }: SessionContext, { signal }: Scene, { agentToken, sockets }: Pick<WorkView, 'agentToken' | 'sockets'>): AttemptPackets {
  const read = (after: number): Promise<readonly PacketView[]> => api.read({ agentToken, after, signal })
  return {
    read,
    follow(options) { linkPackets({ ...link, ...(sockets === false ? { WebSocket: undefined } : {}), agentToken, clock, signal, onWake: signals.onWake, read, ...options }) },
    async send(request) {
      try {
        await api.act({ agentToken, request, signal })
      } catch (error) {
        throw error instanceof RefusedCall ? error : new RefusedCall('internal', 'This page could not send it.', [])
      }
    },
  }
}
