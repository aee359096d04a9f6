import type { PacketView } from '../protocol/packet-views.js'
import { RPC_PATH } from '../protocol/rpc-path.js'
import { retryDelay } from './retry.js'
import type { SessionClock } from './session-clock.js'

/** How a page hears of the packets of its attempt. */
export interface PacketLinkOptions {
  /** With a slash at the end. */
  readonly baseUrl: string
  readonly agentToken: string
  /** The browser's; left out where there is none, or none is wanted. */
  readonly WebSocket?: typeof WebSocket | undefined
  readonly clock: SessionClock
  readonly onWake: (listener: () => void) => () => void
  /** Ends it. */
  readonly signal: AbortSignal
  /** The next packets after a number, waited for a while; repeated until it is answered. @throws RefusedCall */
  read(after: number): Promise<readonly PacketView[]>
  /** Called for each packet once, in order. */
  onPacket(packet: PacketView): void
  /** Called with true when the connection is lost and with false when it is back. */
  onTrouble(isInTrouble: boolean): void
}

/** So many sockets in a row that did not open, or not for long: packets are asked for then. Where none was ever open, this network lets none through. */
const MOST_FAILURES = 2
/** How long they are asked for where a socket was open before, ms. */
const POLL_FOR_MS = 30_000
/** How often a silent server is asked for a sign of life, and after how long without one it is taken for gone, ms. */
const [ASK_MS, GONE_MS] = [5_000, 10_000]
/** Between reads that give nothing though they were to wait, ms. */
const PAUSE_MS = 1_000
const FOLLOW = 1

/** Hears of packets over a socket, and by asking again and again where there is none. Nothing is lost when it changes or is lost: each way goes on from the last number. */
export function linkPackets(options: PacketLinkOptions): void {
  const { clock, signal, onWake, onTrouble, onPacket } = options
  let [seen, failures, isLost, wasOpen] = [0, 0, false, false]
  let close = (): void => undefined

  function take(packet: PacketView): void {
    if (packet.number <= seen || signal.aborted) return
    seen = packet.number
    onPacket(packet)
  }

  function lost(isNow: boolean): void {
    if (isNow !== isLost) onTrouble(isNow)
    isLost = isNow
  }

  function connect(Socket: typeof WebSocket): void {
    const socket = new Socket(socketUrl(options.baseUrl))
    const openedAt = clock.now()
    let [askedAt, isAnswered, isOver]: [number, boolean, boolean] = [openedAt, false, false]
    let cancelAsking = (): void => undefined
    const ask = (): void => {
      // Nothing since it was asked: timers of a page in the background are late themselves.
      if (!isAnswered && clock.now() - askedAt >= GONE_MS - ASK_MS) {
        end()
        return
      }
      if (isAnswered && socket.readyState === socket.OPEN) {
        isAnswered = false
        askedAt = clock.now()
        socket.send('PING')
      }
      cancelAsking = clock.after(ASK_MS, ask)
    }
    const end = (): void => {
      if (isOver) return
      isOver = true
      cancelAsking()
      socket.close()
      if (signal.aborted) return
      failures = clock.now() - openedAt >= GONE_MS ? 1 : failures + 1
      if (failures > MOST_FAILURES || (failures === MOST_FAILURES && !wasOpen)) void poll(Socket)
      else again(() => { connect(Socket) })
    }
    cancelAsking = clock.after(ASK_MS, ask)
    socket.onopen = () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${options.agentToken}` } }))
      socket.send(JSON.stringify({ id: FOLLOW, method: 'subscription', params: { path: 'agent.packets', input: { after: seen } } }))
    }
    socket.onmessage = ({ data }) => {
      isAnswered = true
      const { result, error, method } = said(data)
      if (result?.type === 'started') {
        wasOpen = true
        lost(false)
      }
      if (result?.type === 'data' && result.data) {
        failures = 0
        take(result.data.data)
      }
      // What refuses a subscription refuses reading too, and says why in the reply of a call.
      if (error !== undefined || method === 'reconnect') end()
    }
    socket.onclose = end
    socket.onerror = end
    close = end
  }

  function again(run: () => void): void {
    lost(true)
    const go = (): void => {
      cancel()
      stopListening()
      if (!signal.aborted) run()
    }
    const cancel = clock.after(retryDelay(failures, clock.random()), go)
    const stopListening = onWake(go)
  }

  /** Asks again and again; where sockets came through before, they are tried again after a while. */
  async function poll(Socket: typeof WebSocket | null): Promise<void> {
    lost(false)
    const until = Socket && wasOpen ? clock.now() + POLL_FOR_MS : Infinity
    while (!signal.aborted) {
      if (Socket && clock.now() > until) {
        connect(Socket)
        return
      }
      const begunAt = clock.now()
      try {
        const packets = await options.read(seen)
        packets.forEach(take)
        if (packets.length === 0 && clock.now() - begunAt < PAUSE_MS) await new Promise<void>(resolve => { clock.after(PAUSE_MS, resolve) })
      } catch {
        // The attempt is over, or not this page's: whoever calls is told.
        return
      }
    }
  }

  signal.addEventListener('abort', () => {
    close()
    lost(false)
  })
  if (options.WebSocket) connect(options.WebSocket)
  else void poll(null)
}

interface Said {
  readonly result?: { readonly type?: string; readonly data?: { readonly data: PacketView } }
  readonly error?: object
  readonly method?: string
}

function said(data: unknown): Said {
  return data === 'PONG' || typeof data !== 'string' ? {} : JSON.parse(data) as Said
}

function socketUrl(baseUrl: string): string {
  const url = new URL(`${baseUrl}${RPC_PATH}?connectionParams=1`, typeof location === 'undefined' ? undefined : location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  return url.href
}
