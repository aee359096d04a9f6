import type { PacketView } from '../protocol/packet-views.js'
import type { SignalView } from '../protocol/signal-views.js'
import { RPC_PATH } from '../protocol/rpc-path.js'
import { pageHeaders } from './page-headers.js'
import { GONE_MS, type OpenPush } from './packet-push.js'

/** How often a silent server is asked for a sign of life, ms. */
const ASK_MS = GONE_MS / 2
const FOLLOW = 1

/** Packets over a socket, in tRPC's WebSocket format. */
export function socketPush(Socket: typeof WebSocket): OpenPush {
  return ({ baseUrl, agentToken, renewToken, clock, after, onAlive, onPacket, onSignal, onEnd }) => {
    const socket = new Socket(socketUrl(baseUrl))
    const openedAt = clock.now()
    let [askedAt, heardAt, isAnswered, isOver] = [openedAt, openedAt, false, false]
    const end = (): void => {
      if (isOver) return
      isOver = true
      cancelAsking()
      socket.close()
      onEnd(heardAt - openedAt)
    }
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
    let cancelAsking = clock.after(ASK_MS, ask)
    socket.onopen = () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: pageHeaders(agentToken) }))
      socket.send(JSON.stringify({ id: FOLLOW, method: 'subscription', params: { path: 'agent.packets', input: { after, signals: onSignal && true } } }))
    }
    socket.onmessage = ({ data }) => {
      isAnswered = true
      heardAt = clock.now()
      const { result, error, method } = said(data)
      if (result?.type === 'started') onAlive()
      if (result?.data?.signal) onSignal?.(result.data.signal)
      else if (result?.type === 'data' && result.data?.data) onPacket(result.data.data)
      // What else refuses a subscription refuses reading too, and says why in the reply of a call.
      if (error?.data?.mephistoCode === 'unauthenticated') void renewToken().then(end, end)
      else if (error !== undefined || method === 'reconnect') end()
    }
    socket.onclose = end
    socket.onerror = end
    return end
  }
}

interface Said {
  readonly result?: { readonly type?: string; readonly data?: { readonly data?: PacketView; readonly signal?: SignalView } }
  readonly error?: { readonly data?: { readonly mephistoCode?: string } }
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
