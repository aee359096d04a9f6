import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'

/** Sends a request for a socket on to a server, as it came; returns the line to that server. */
export function forwardUpgrade({ url = '', rawHeaders }: IncomingMessage, head: Buffer, port: number): Socket {
  const upstream = connect({ port, host: '127.0.0.1' })
  const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ${rawHeaders[index + 1] ?? ''}\r\n` : ''))
  upstream.write(`GET ${url} HTTP/1.1\r\n${headers.join('')}\r\n`)
  upstream.write(head)
  return upstream
}
