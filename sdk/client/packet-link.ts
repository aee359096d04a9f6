import type { PacketView } from '../protocol/packet-views.js'
import type { SignalView } from '../protocol/signal-views.js'
import { eventPush } from './event-push.js'
import { GONE_MS, type OpenPush } from './packet-push.js'
import { retryDelay } from './retry.js'
import type { SessionClock } from './session-clock.js'
import { socketPush } from './socket-push.js'

/** How a page hears of the packets of its attempt. */
export interface PacketLinkOptions {
  /** With a slash at the end. */
  readonly baseUrl: string
  /** The newest token of the attempt. */
  tokenNow(): string
  /** Has it renewed, after a connection was refused for it. @throws RefusedCall and others */
  renewToken(): Promise<unknown>
  /** The browser's; left out where there is none, none is wanted, or the host takes none. */
  readonly WebSocket?: typeof WebSocket | undefined
  /** Reads server-sent events; left out where none are wanted. */
  readonly fetch?: typeof fetch | undefined
  readonly clock: SessionClock
  readonly onWake: (listener: () => void) => () => void
  /** Ends it. */
  readonly signal: AbortSignal
  /** The next packets after a number, waited for a while; repeated until it is answered. @throws RefusedCall */
  read(after: number): Promise<readonly PacketView[]>
  /** Called for each packet once, in order. */
  onPacket(packet: PacketView): void
  /** Called with what others let this page know for the moment; while packets are only asked for there is nothing of it. @default it is not asked for */
  onSignal?(signal: SignalView): void
  /** Called with true when the connection is lost and with false when it is back. */
  onTrouble(isInTrouble: boolean): void
}

/** So many connections in a row that did not open, or not for long: the next way is taken then. Where none of the kind was ever open while packets could be asked for, this network or host lets none through. */
const MOST_FAILURES = 2
/** How long packets are only asked for before what may open is tried again, ms. */
const ASK_FOR_MS = 30_000
/** After so long without a connection that lives, packets are asked for meanwhile, ms. */
const SOON_MS = 3_000
/** Between reads that give nothing though they were to wait, ms. */
const PAUSE_MS = 1_000

/**
 * Hears of packets over a socket, as server-sent events where none opens, and by asking again and again where neither does, or until one does.
 * Nothing is lost when it changes or is lost: each way goes on from the last number.
 */
export function linkPackets(options: PacketLinkOptions): void {
  const { clock, onWake, onTrouble, onPacket } = options
  const ways: OpenPush[] = [...(options.WebSocket ? [socketPush(options.WebSocket)] : []), ...(options.fetch ? [eventPush(options.fetch)] : [])]
  const opened = new Set<OpenPush>()
  let [seen, isLost, isAsking, isReached, isOver] = [0, false, false, false, false]
  let isLiving = false
  let [close, cancelAsking, cancelNext] = [(): void => undefined, (): void => undefined, (): void => undefined]

  function take(packet: PacketView): void {
    if (packet.number <= seen || isOver) return
    seen = packet.number
    onPacket(packet)
  }

  function lost(isNow: boolean): void {
    if (isNow !== isLost) onTrouble(isNow)
    isLost = isNow
  }

  function connect(way: OpenPush, failed: number): void {
    let [failures, isAlive] = [failed, false]
    const onEnd = (livedMs: number, isToGoOn = false): void => {
      if (isOver) return
      // A stream that the server ends to see that this page is still there; one that asks again and again is a failure like others.
      if (isToGoOn && livedMs >= SOON_MS) {
        connect(way, 0)
        return
      }
      if (isLiving) askSoon()
      isLiving = false
      failures = isAlive && livedMs >= GONE_MS ? 1 : failures + 1
      again(way, failures)
    }
    try {
      close = way({
        ...options, agentToken: options.tokenNow(), after: seen, onEnd,
        onAlive() {
          isAlive = true
          isLiving = true
          cancelAsking()
          opened.add(way)
          lost(false)
        },
        onPacket(packet) {
          failures = 0
          take(packet)
        },
      })
    } catch {
      // The page may open none at all: its rules, or a frame's, forbid it.
      onEnd(0)
    }
  }

  function again(way: OpenPush, failures: number): void {
    lost(!isAsking)
    if (failures < MOST_FAILURES || (failures === MOST_FAILURES && opened.has(way))) {
      later(retryDelay(failures, clock.random()), () => { connect(way, failures) })
      return
    }
    const next = ways[ways.indexOf(way) + 1]
    // While nothing comes through at all, that says nothing of the way.
    if (isReached && !opened.has(way)) ways.splice(ways.indexOf(way), 1)
    if (next) connect(next, 0)
    else rest()
  }

  /** Packets are only asked for; what may open is tried again after a while. */
  function rest(): void {
    void ask()
    const [first] = ways
    if (first) cancelNext = clock.after(ASK_FOR_MS, () => { connect(first, 0) })
  }

  /** After a while, or as soon as trying makes sense. */
  function later(delayMs: number, run: () => void): void {
    const go = (): void => {
      cancelNext()
      run()
    }
    const [cancel, stopListening] = [clock.after(delayMs, go), onWake(go)]
    cancelNext = () => {
      cancel()
      stopListening()
    }
  }

  /** Something in between may hold back what comes by itself: that costs a moment, and not all the tries. */
  function askSoon(): void {
    cancelAsking = clock.after(SOON_MS, () => void ask())
  }

  const isAskingOn = (): boolean => !isLiving && !isOver

  /** Asks again and again, until something comes by itself. */
  async function ask(): Promise<void> {
    if (isAsking || isOver) return
    isAsking = true
    lost(false)
    try {
      while (isAskingOn()) {
        const begunAt = clock.now()
        const packets = await options.read(seen)
        isReached = true
        packets.forEach(take)
        if (packets.length === 0 && clock.now() - begunAt < PAUSE_MS) await new Promise<void>(resolve => { clock.after(PAUSE_MS, resolve) })
      }
    } catch {
      // The attempt is over, or not this page's: whoever calls is told.
      end()
    }
    isAsking = false
  }

  function end(): void {
    isOver = true
    cancelAsking()
    cancelNext()
    close()
    lost(false)
  }

  options.signal.addEventListener('abort', end)
  const [first] = ways
  if (first) {
    askSoon()
    connect(first, 0)
  } else {
    void ask()
  }
}
