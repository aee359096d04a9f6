import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mockCrowd, type MockCall, type MockCrowd, type MockCrowdState, type MockOperation } from '../sdk/providers/mock.js'

/** A mock crowd that several processes reach, over HTTP on this machine. */
export interface CrowdServer {
  readonly url: string
  readonly crowd: MockCrowdState
  close(): Promise<void>
}

/** What the crowd replies: whoever gets `isDeadly` is to be killed before it does anything with it. */
interface Reply {
  readonly listing: string | null
  readonly isDeadly: boolean
}

/** Starts a mock crowd, whose reply to so many calls of a kind kills whoever asked. */
export async function startCrowd(deadly?: { readonly on: MockOperation; readonly at: number }): Promise<CrowdServer> {
  const crowd = mockCrowd()
  let asked = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const call = JSON.parse(Buffer.concat(chunks).toString('utf8')) as MockCall
      const reply: Reply = { listing: crowd.handle(call), isDeadly: call.operation === deadly?.on && (asked += 1) === deadly.at }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(reply))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, crowd,
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

/** The mock crowd at an address. */
export function crowdAt(url: string): MockCrowd {
  return {
    async handle(call) {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(call) })
      const { listing, isDeadly } = await response.json() as Reply
      if (isDeadly) process.kill(process.pid, 'SIGKILL')
      return listing
    },
  }
}
