import { randomUUID } from 'node:crypto'
import { Agent, get } from 'node:http'
import { WebSocket } from 'ws'
import { post, type Target } from './load.js'

const TEXT = 'a'.repeat(100)

/** What packets come over. */
export type Way = 'sockets' | 'events' | 'asking'

/** Somebody's page: `say` sends something, and whoever hears calls the listener with its id. */
export interface Page {
  readonly begun: Promise<void>
  say(id: string): void
  onHeard(listener: (id: string) => void): void
  close(): void
}

interface Packet { readonly number: number; readonly kind: string; readonly body: { readonly phase?: string; readonly id?: string } }

/** Opens what packets of the attempt come over, from the first on; returns what ends that. */
const OPENED: Readonly<Record<Way, (server: Target, token: string, onPacket: (packet: Packet) => void) => Promise<() => void>>> = {
  async sockets({ port }, token, onPacket) {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/mephisto/trpc?connectionParams=1`, { perMessageDeflate: false })
    await new Promise(resolve => socket.once('open', resolve))
    socket.on('message', (data: Buffer) => {
      const { result } = JSON.parse(data.toString('utf8')) as { result?: { data?: { data: Packet } } }
      if (result?.data) onPacket(result.data.data)
    })
    socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}` } }))
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input: {} } }))
    return () => { socket.close() }
  },
  async events({ port }, token, onPacket) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let [after, isOver, end] = [0, false, (): void => undefined]
    // Each stream ends after a while, and the page opens the next one over the same connection.
    const open = (): Promise<unknown> => {
      const query = encodeURIComponent(JSON.stringify({ after }))
      const request = get({ port, host: '127.0.0.1', agent, path: `/mephisto/trpc/agent.packets?input=${query}`, headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` } }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          const blocks = (text += part).split('\n\n')
          text = blocks.pop() ?? ''
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1]
            if (data === undefined || /^event: /m.test(block)) continue
            const packet = JSON.parse(data) as Packet
            after = packet.number
            onPacket(packet)
          }
        }).on('error', () => undefined).on('end', () => { if (!isOver) void open() })
      })
      end = () => { request.destroy() }
      request.on('error', () => undefined)
      return new Promise(resolve => request.once('response', resolve))
    }
    await open()
    return () => {
      isOver = true
      end()
    }
  },
  asking(server, token, onPacket) {
    let isOver = false
    const ask = async (): Promise<void> => {
      for (let after = 0; !isOver;) {
        const { packets } = await post<{ packets: Packet[] }>(server, 'read', { after, waitMs: 10_000 }, token)
        packets.forEach(onPacket)
        after = packets.at(-1)?.number ?? after
      }
    }
    ask().catch(() => undefined)
    return Promise.resolve(() => { isOver = true })
  },
}

/** The page of somebody at work. */
export async function openPage(server: Target, token: string, way: Way = 'sockets'): Promise<Page> {
  const own = new Set<string>()
  let heard = (_id: string): void => undefined
  let begin = (): void => undefined
  const begun = new Promise<void>(resolve => { begin = resolve })
  const close = await OPENED[way](server, token, ({ kind, body }) => {
    if (kind === 'state' && body.phase === 'live') begin()
    if (kind === 'message' && body.id !== undefined && !own.has(body.id)) heard(body.id)
  })
  return {
    begun, close, onHeard(listener) { heard = listener },
    say(id) {
      own.add(id)
      post(server, 'act', { callId: randomUUID(), name: 'say', input: { id, text: TEXT } }, token).catch((error: unknown) => { console.error(error) })
    },
  }
}

/** A plain socket: in a pair (`relay`), or with all others at once (`fan`). */
export async function openPlain(port: number, path: 'relay' | 'fan'): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/${path}`, { perMessageDeflate: false })
  let heard = (_id: string): void => undefined
  const begun = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8')
      if (text === 'begun') resolve()
      else heard((JSON.parse(text) as { id: string }).id)
    })
  })
  await new Promise(resolve => socket.once('open', resolve))
  return { begun, onHeard(listener) { heard = listener }, close: () => { socket.close() }, say: id => { socket.send(JSON.stringify({ id, text: TEXT })) } }
}
