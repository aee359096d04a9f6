import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Architect } from '../sdk/architects/architect.js'
import type { Mephisto } from '../sdk/create-mephisto.js'
import { MephistoError } from '../sdk/errors.js'
import { RPC_PATH } from '../sdk/protocol/rpc-path.js'

/** How sockets are taken. */
export interface WebSocketOptions {
  /** Where sockets are opened as your server sees it, for one behind a proxy that takes a part of the path away: `/mephisto/trpc`. @default `trpc` below the mount's public path */
  readonly path?: string
  /** After so long at most a peer that does not answer is taken for dead, ms, at least 100. @default 10000 */
  readonly deadAfterMs?: number
  /** Bytes of one message. @default 1048576 */
  readonly maxMessageBytes?: number
}

/**
 * Takes sockets of task pages at `trpc` below the mount, on the host's own server, and has pages told so; upgrades to any other path are left to the
 * host. Pages of `mephisto.origins` may open them, and programs that name no origin. Returns what ends it; `mephisto.close()` closes the sockets.
 * @throws MephistoError `invalid_options` for a time or a size that is none
 */
export function attachWebSocket(server: Server, mephisto: Pick<Mephisto, 'openSocket' | 'takeSockets' | 'origins'> & { readonly architect: Architect }, options: WebSocketOptions = {}): () => void {
  const { deadAfterMs = 10_000, maxMessageBytes = 1_048_576 } = options
  const { path = `${mephisto.architect.basePath}${RPC_PATH}` } = options
  if (!(deadAfterMs >= 100 && deadAfterMs <= 3_600_000)) throw new MephistoError('invalid_options', `attachWebSocket: deadAfterMs: must be from 100 to 3600000 ms, not ${String(deadAfterMs)}.`)
  if (!Number.isInteger(maxMessageBytes) || maxMessageBytes < 1) throw new MephistoError('invalid_options', `attachWebSocket: maxMessageBytes: must be a whole number of bytes, at least 1, not ${String(maxMessageBytes)}.`)
  const allowed = new Set(mephisto.origins)
  // Compressing each packet for each reader costs twice the processor and 300 KB a socket.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  const silent = new WeakSet<WebSocket>()

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isOurs = (request.url ?? '').split('?', 1)[0] === path
    // Where nobody else listens, nobody else would answer.
    if (!isOurs && server.listenerCount('upgrade') > 1) return
    // Node has taken its own listener away: an error that nobody hears ends the process.
    socket.on('error', () => { socket.destroy() })
    if (!isOurs) {
      refuse(socket, '404 Not Found')
      return
    }
    const { origin } = request.headers
    if (origin !== undefined && !allowed.has(origin)) {
      refuse(socket, '403 Forbidden')
      return
    }
    sockets.handleUpgrade(request, socket, head, accepted => { serve(accepted) })
  }

  function serve(socket: WebSocket): void {
    const worker = mephisto.openSocket({
      send: (text, done) => { socket.send(text, () => { done() }) },
      close: (code, reason) => { socket.close(code, reason) },
    })
    const isAlive = (): void => { silent.delete(socket) }
    socket.on('message', (data: Buffer, isBinary) => {
      isAlive()
      if (isBinary) socket.close(1003, 'text only')
      else worker.receive(data.toString('utf8'))
    })
    socket.on('pong', isAlive)
    socket.on('error', () => { socket.terminate() })
    socket.on('close', () => { worker.closed() })
  }

  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.ping()
      }
    }
  }, deadAfterMs / 2)
  heartbeat.unref()
  server.on('upgrade', onUpgrade)
  const stopTaking = mephisto.takeSockets()
  return () => {
    stopTaking()
    server.off('upgrade', onUpgrade)
    clearInterval(heartbeat)
    sockets.close()
  }
}

function refuse(socket: Duplex, status: string): void {
  // A peer that keeps its half open keeps nothing here.
  socket.once('finish', () => { socket.destroy() })
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
