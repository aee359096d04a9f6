import { createParser } from 'eventsource-parser'
import type { PacketView } from '../protocol/packet-views.js'
import type { SignalView } from '../protocol/signal-views.js'
import { RPC_PATH } from '../protocol/rpc-path.js'
import { REOPEN_EVENT, SIGNAL_EVENT } from '../protocol/stream-events.js'
import { pageHeaders } from './page-headers.js'
import { GONE_MS, type OpenPush } from './packet-push.js'

/**
 * Packets as tRPC's server-sent events. Read with `fetch`: an EventSource sends no token. The server says `ping` while there is nothing
 * to tell; a stream without it is held back by something in between, or dead.
 */
export function eventPush(get: typeof fetch): OpenPush {
  return ({ baseUrl, agentToken, renewToken, clock, after, onAlive, onPacket, onSignal, onEnd }) => {
    const controller = new AbortController()
    const { signal } = controller
    const openedAt = clock.now()
    let [heardAt, isToGoOn] = [openedAt, false]
    let renewing: Promise<unknown> = Promise.resolve()
    const end = (): void => {
      if (signal.aborted) return
      cancelLooking()
      controller.abort()
      onEnd(heardAt - openedAt, isToGoOn)
    }
    const look = (): void => {
      const left = heardAt + GONE_MS - clock.now()
      if (left <= 0) end()
      else cancelLooking = clock.after(left, look)
    }
    let cancelLooking = clock.after(GONE_MS, look)
    const { feed } = createParser({
      onEvent({ event, data }) {
        if (signal.aborted) return
        // All of a stream at once, when the server has ended it: something in between holds it back.
        if (event === 'connected' && heardAt - openedAt > GONE_MS / 2) end()
        else if (event === 'connected') onAlive()
        else if (event === undefined) onPacket(JSON.parse(data) as PacketView)
        // The server ends the stream now; taken for what it is only when it does.
        else if (event === REOPEN_EVENT) isToGoOn = true
        else if (event === SIGNAL_EVENT) onSignal?.(JSON.parse(data) as SignalView)
        // What else refuses a subscription refuses reading too, and says why in the reply of a call.
        else if (event === 'serialized-error' && data.includes('"unauthenticated"')) renewing = renewToken().catch(() => undefined)
        else if (event !== 'ping') end()
      },
    })

    async function read(): Promise<void> {
      const address = `${baseUrl}${RPC_PATH}/agent.packets?input=${encodeURIComponent(JSON.stringify({ after, signals: onSignal && true }))}`
      const response = await get(address, { credentials: 'omit', cache: 'no-store', signal, headers: { accept: 'text/event-stream', ...pageHeaders(agentToken) } })
      const reader = response.headers.get('content-type')?.startsWith('text/event-stream') ? response.body?.getReader() : undefined
      const decoder = new TextDecoder()
      while (reader && !signal.aborted) {
        const { done, value } = await reader.read()
        if (done) return
        heardAt = clock.now()
        feed(decoder.decode(value, { stream: true }))
      }
    }

    // The server has ended a stream that it refused: the next one comes with the new token.
    void read().catch(() => undefined).then(() => renewing).finally(end)
    return end
  }
}
