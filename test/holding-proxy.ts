import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { forwardUpgrade } from './raw-upgrade.js'

/** What a proxy does with streams of events: hands them on, cuts each after so many ms, or keeps what is said until the stream is over. */
export type StreamWay = 'pass' | 'hold' | { readonly cutAfterMs: number }

/** A proxy before a server, as bad as a test wants it. */
export interface HoldingProxy {
  /** With a slash at the end. */
  readonly url: string
  streams: StreamWay
  /** What is done with upgrades to sockets. @default 'refuse' */
  upgrades: 'refuse' | 'ignore' | 'pass'
  /** Requests so far, upgrades among them, as `GET agent.packets` without the query. */
  readonly asked: string[]
  /** Streams and sockets that are open. */
  open(): number
  /** Cuts all that is open. */
  cut(): void
  close(): Promise<void>
}

/** Makes a {@link HoldingProxy} before the server at `origin`. */
export async function holdingProxy(origin: string): Promise<HoldingProxy> {
  const { port } = new URL(origin)
  const lines = new Set<Duplex | ServerResponse>()
  const track = (line: Duplex | ServerResponse): void => { lines.add(line.once('close', () => { lines.delete(line) })) }
  const note = ({ method = '', url = '' }: IncomingMessage): void => { proxy.asked.push(`${method} ${new URL(url, origin).pathname.split('/').at(-1) ?? ''}`) }
  const server: Server = createServer((request, response) => {
    note(request)
    const upstream = ask({ port, host: '127.0.0.1', method: request.method, path: request.url, headers: request.headers }, answer => { hand(answer, response, () => upstream.destroy()) })
    upstream.on('error', () => response.destroy())
    request.pipe(upstream)
  })

  function hand(answer: IncomingMessage, response: ServerResponse, stop: () => void): void {
    const { statusCode = 502, headers } = answer
    const way = headers['content-type']?.startsWith('text/event-stream') ? proxy.streams : 'pass'
    response.once('close', stop)
    answer.on('error', () => response.destroy())
    if (headers['content-type']?.startsWith('text/event-stream')) track(response)
    if (way === 'hold') {
      const held: Buffer[] = []
      answer.on('data', (bytes: Buffer) => { held.push(bytes) }).on('end', () => { response.writeHead(statusCode, headers).end(Buffer.concat(held)) })
      return
    }
    response.writeHead(statusCode, headers)
    answer.pipe(response)
    if (typeof way === 'object') setTimeout(() => response.destroy(), way.cutAfterMs)
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    note(request)
    track(socket.on('error', () => socket.destroy()))
    if (proxy.upgrades === 'refuse') socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    if (proxy.upgrades === 'ignore') socket.on('end', () => socket.destroy()).resume()
    if (proxy.upgrades !== 'pass') return
    const upstream = forwardUpgrade(request, head, Number(port))
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.pipe(socket).pipe(upstream)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const proxy: HoldingProxy = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, streams: 'pass', upgrades: 'refuse', asked: [],
    open: () => lines.size,
    cut: () => { for (const line of lines) line.destroy() },
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      server.closeAllConnections()
      proxy.cut()
    }),
  }
  return proxy
}
