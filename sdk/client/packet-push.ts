import type { PacketView } from '../protocol/packet-views.js'
import type { SignalView } from '../protocol/signal-views.js'
import type { SessionClock } from './session-clock.js'

/** What one connection over which packets come by themselves is opened with. */
export interface PushOptions {
  /** With a slash at the end. */
  readonly baseUrl: string
  readonly agentToken: string
  /** Has the token renewed, when it is refused; the next connection has the new one. */
  renewToken(): Promise<unknown>
  readonly clock: SessionClock
  /** Packets after this number are wanted. */
  readonly after: number
  /** The server said that it follows. */
  onAlive(): void
  /** Called for each packet in order; the first of them may be known. */
  onPacket(packet: PacketView): void
  /** Called with what others let this page know for the moment; asked for where it is there. */
  onSignal?(signal: SignalView): void
  /** It is over, for whatever reason: refused, cut, silent or closed. Called once, with how long it gave signs of life, ms, and whether the server asked for the next one. */
  onEnd(livedMs: number, isToGoOn?: boolean): void
}

/** Opens such a connection, and calls nothing before it returns. The returned function closes it, and may be called again and again. */
export type OpenPush = (options: PushOptions) => () => void

/** After so long without a sign of life the server is taken for gone, ms. */
export const GONE_MS = 10_000
