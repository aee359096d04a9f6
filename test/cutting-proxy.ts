import { once } from 'node:events'
import { createServer, connect, type Server, type Socket } from 'node:net'

/** The bytes of `COMMIT` as each driver sends it: a simple query of PostgreSQL, a `COM_QUERY` of MySQL. */
const COMMITS = [Buffer.from('Q\0\0\0\x0bCOMMIT\0'), Buffer.from('\x07\0\0\0\x03COMMIT')] as const

/** What happens to the next `COMMIT`: it is lost before the server sees it, or after the server did it and before its answer arrives. */
export type LostCommit = 'request' | 'answer'

/** A server's address on loopback whose line can be cut. */
export interface CuttingProxy {
  /** The server's address, with the proxy's port in its place. */
  readonly url: string
  /** Cuts all connections; new ones are refused until {@link resume}. */
  cut(): Promise<void>
  /** Cuts all connections at once; new ones are let through. */
  cutOnce(): void
  /** Lets nothing through in either direction and cuts nothing, as a dead network does, until {@link resume}. */
  freeze(): void
  resume(): Promise<void>
  /** Loses the next `COMMIT` and cuts its connection. Resolves when that has happened. */
  loseCommit(what: LostCommit): Promise<void>
  /** Resolves when a `COMMIT` goes by. */
  seeCommit(): Promise<void>
  /** Cuts everything for good. */
  close(): Promise<void>
}

/** Makes a {@link CuttingProxy} in front of the server in `url`. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url)
  const lines = new Set<Socket>()
  const frozen = { is: false }
  let awaited: { readonly what: LostCommit | 'nothing'; seen(): void } | null = null
  const serve = (inner: Socket): void => {
    const outer = connect({ host: hostname, port: Number(port) })
    const cutLine = (): void => { for (const socket of [inner, outer]) socket.destroy() }
    /** Called instead of handing on what the server says. */
    let onAnswer: (() => void) | null = null
    for (const socket of [inner, outer]) {
      lines.add(socket)
      socket.on('error', () => undefined).on('close', () => {
        lines.delete(socket)
        cutLine()
      })
      if (frozen.is) socket.pause()
    }
    inner.on('data', bytes => {
      if (awaited === null || !COMMITS.some(commit => bytes.includes(commit))) {
        outer.write(bytes)
        return
      }
      const { what, seen } = awaited
      awaited = null
      const lose = (): void => {
        cutLine()
        seen()
      }
      if (what === 'request') {
        lose()
        return
      }
      if (what === 'answer') onAnswer = lose
      else seen()
      outer.write(bytes)
    })
    outer.on('data', bytes => {
      if (onAnswer === null) inner.write(bytes)
      else onAnswer()
    })
  }
  let server = await listen(serve)
  const own = portOf(server)
  const cutOnce = (): void => { for (const socket of lines) socket.resetAndDestroy() }
  const address = new URL(url)
  address.hostname = '127.0.0.1'
  address.port = String(own)
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : null
    server.close()
    cutOnce()
    await closed
  }
  return {
    url: address.href,
    cut,
    cutOnce,
    freeze: () => {
      frozen.is = true
      for (const socket of lines) socket.pause()
    },
    resume: async () => {
      frozen.is = false
      for (const socket of lines) socket.resume()
      if (!server.listening) server = await listen(serve, own)
    },
    loseCommit: what => new Promise(resolve => { awaited = { what, seen: resolve } }),
    seeCommit: () => new Promise(resolve => { awaited = { what: 'nothing', seen: resolve } }),
    close: cut,
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Below the ports that the system gives away, so that nobody takes it while the proxy refuses connections. */
const PORTS = { first: 20_000, count: 12_000 } as const

async function listen(serve: (inner: Socket) => void, port?: number): Promise<Server> {
  for (let left = 20; ; left -= 1) {
    const server = createServer(serve)
    try {
      server.listen(port ?? PORTS.first + Math.floor(Math.random() * PORTS.count), '127.0.0.1')
      await once(server, 'listening')
      return server
    } catch (error) {
      if (left === 0 || port !== undefined) throw error
    }
  }
}
