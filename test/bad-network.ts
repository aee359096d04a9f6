import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { forwardUpgrade } from './raw-upgrade.js'

/** A network between pages and several servers on which everything goes wrong now and then. */
export interface BadNetwork {
  /** Where pages find the servers, with a slash at the end. */
  readonly url: string
  /** How often what has happened. */
  readonly counts: Readonly<Record<Fault, number>>
  /** From now on nothing goes wrong. */
  calm(): void
  close(): Promise<void>
}

/** What goes wrong: lost on the way there or back, sent twice, late, a socket that is not let through, a line that is cut. */
type Fault = 'lost_there' | 'lost_back' | 'doubled' | 'late' | 'refused' | 'cut'

/** Of a hundred requests, sockets and streams. */
const CHANCES: Readonly<Record<Fault, number>> = { lost_there: 6, lost_back: 6, doubled: 12, late: 30, refused: 30, cut: 60 }
const [LATE_MS, LINE_MS] = [120, 1_500]

interface Reply { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: IncomingMessage }

/** Makes a {@link BadNetwork} before the servers that `origins` tells at the moment: each request goes to any of them. */
export async function badNetwork({ origins, random }: { origins(): readonly string[]; readonly random: () => number }): Promise<BadNetwork> {
  const counts: Record<Fault, number> = { lost_there: 0, lost_back: 0, doubled: 0, late: 0, refused: 0, cut: 0 }
  const lines = new Set<Socket>()
  let isBad = true
  const strikes = (fault: Fault): boolean => {
    if (!isBad || random() * 100 >= CHANCES[fault]) return false
    counts[fault] += 1
    return true
  }
  const late = async (): Promise<void> => { if (strikes('late')) await pause(random() * LATE_MS) }
  const anyPort = (): number => Number(new URL(origins()[Math.floor(random() * origins().length)] ?? 'http://127.0.0.1:1').port)

  function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const upstream = ask({ port: anyPort(), host: '127.0.0.1', method, path: url, headers, agent: false }, answer => { resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: answer }) })
      upstream.once('error', reject).end(body)
    })
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const body = Buffer.concat(parts)
    await late()
    if (strikes('lost_there')) return void response.destroy()
    // The second may come to another server, before the first or long after it.
    if (request.method === 'POST' && strikes('doubled')) void late().then(() => forward(request, body)).then(reply => reply.body.resume(), () => undefined)
    const reply = await forward(request, body)
    await late()
    if (strikes('lost_back')) {
      reply.body.resume()
      return void response.destroy()
    }
    response.writeHead(reply.status, reply.headers)
    response.once('close', () => reply.body.destroy())
    reply.body.once('error', () => response.destroy()).pipe(response)
    if (reply.headers['content-type']?.startsWith('text/event-stream') && strikes('cut')) setTimeout(() => response.destroy(), random() * LINE_MS)
  }

  const server = createServer((request, response) => { serve(request, response).catch(() => response.destroy()) })
  server.on('connection', socket => { lines.add(socket.on('error', () => undefined).once('close', () => { lines.delete(socket) })) })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (strikes('refused')) return void socket.destroy()
    const upstream = forwardUpgrade(request, head, anyPort())
    for (const [one, other] of [[socket, upstream], [upstream, socket]] as const) one.on('error', () => other.destroy()).once('close', () => other.destroy())
    // Bytes come late, and in order: that is what TCP sees to.
    void relay(upstream, socket)
    void relay(socket, upstream)
    if (strikes('cut')) setTimeout(() => socket.destroy(), random() * LINE_MS)
  })

  async function relay(from: Duplex, to: Duplex): Promise<void> {
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        await late()
        to.write(bytes)
      }
      to.end()
    } catch {
      to.destroy()
    }
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, counts,
    calm() { isBad = false },
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      for (const line of lines) line.destroy()
    }),
  }
}
