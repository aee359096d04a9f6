import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerNodeRequest } from '../adapters/node-request.js'
import type { TestMephisto } from '../sdk/testing/index.js'

/** An app on this machine. */
export interface AppServer {
  /** Where it has Mephisto. */
  readonly url: string
  readonly origin: string
  readonly server: Server
  close(): Promise<void>
}

/** An app whose every request is answered so. */
export async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<AppServer> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    server, origin, url: `${origin}/mephisto/`,
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }
}

/** An app that has mounted an instance. */
export function serveApp(mephisto: TestMephisto): Promise<AppServer> {
  return startServer((request, response) => {
    void answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl: mephisto.architect.baseUrl })
  })
}
