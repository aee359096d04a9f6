import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookMessage } from '../sdk/index.js'

/** A delivery as it came in. */
export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  readonly message: WebhookMessage
}

/** A receiver of webhooks on this machine. */
export interface Receiver {
  readonly url: string
  /** Its host and port, for `allowPrivate`. */
  readonly host: string
  readonly received: readonly Received[]
  /** Most requests that were there at the same time. */
  mostAtOnce(): number
  close(): Promise<void>
}

/** Answers a delivery; `index` counts from 0. */
export type Answer = (response: ServerResponse, delivery: Received, index: number) => void

/** Answers with a status. */
export const answering = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => response => response.writeHead(status, headers).end('thank you')

/** Starts a receiver. @default answer 200 */
export async function startReceiver(answer: Answer = answering(200), port = 0): Promise<Receiver> {
  const received: Received[] = []
  let [now, most] = [0, 0]
  const server = createServer((request, response) => {
    most = Math.max(most, (now += 1))
    response.once('close', () => { now -= 1 })
    void textOf(request).then(body => {
      const delivery = { path: request.url ?? '', headers: request.headers as Record<string, string>, body, message: JSON.parse(body) as WebhookMessage }
      answer(response, delivery, received.push(delivery) - 1)
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url: `http://${host}/hooks`, host, received, mostAtOnce: () => most,
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** What a receiver does to trust a delivery: a few lines, without our code. */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(`${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`).digest('base64')
  return (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${expected}`)
}
