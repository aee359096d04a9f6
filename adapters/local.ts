import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import serveStatic from 'serve-static'
import type { Architect } from '../sdk/architects/architect.js'
import type { Mephisto } from '../sdk/create-mephisto.js'
import { MephistoError } from '../sdk/errors.js'
import { nodeArchitect } from './node.js'

/** A server of its own, for a team without one: on a laptop, in a laboratory, behind a tunnel. */
export interface LocalOptions {
  /** 0 for any that is free. @default 3000 */
  readonly port?: number
  /** Who can reach it: `0.0.0.0` for everybody in the network, who need a `baseUrl` to come by. @default '127.0.0.1', this machine alone */
  readonly host?: string
  /** The address of `/mephisto/` as browsers reach it, for a server in a network or behind a tunnel: `http://192.168.1.20:3000/mephisto/`. @default the server's own */
  readonly baseUrl?: string
  /** A folder of built pages, served at `/` without what begins with a dot, such as `./dist`. @default none */
  readonly pages?: string
  /** The page where workers do the task. @default `/` where there are `pages`; else every blueprint brings its own */
  readonly taskUrl?: string
  /** Answers what is neither below the mount nor a page. @default 404 */
  answer?(request: IncomingMessage, response: ServerResponse): void
}

/** An own server as the architect: it listens before there is an instance, and answers when it has one. */
export interface LocalArchitect extends Architect {
  /** The server, for what else it should do. */
  readonly server: Server
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly origin: string
  /** Serves an instance at `/mephisto/`, with sockets where `ws` is installed. */
  serve(mephisto: Pick<Mephisto, 'handler' | 'answerHotCall' | 'openSocket' | 'takeSockets' | 'origins'> & { readonly architect: Architect }): void
  /** Stops listening; resolves when requests under way are answered. Close the instance first: it ends what is streamed. */
  close(): Promise<void>
}

/**
 * Listens on a port of its own.
 * @throws MephistoError `unavailable` for a port that is taken or not to be had, `invalid_options` for a wrong address, and for a `host` that is no address without a `baseUrl`
 */
export async function localArchitect(options: LocalOptions = {}): Promise<LocalArchitect> {
  const { port = 3000, host = '127.0.0.1', pages, taskUrl = pages === undefined ? undefined : '/' } = options
  if (['0.0.0.0', '::'].includes(host) && options.baseUrl === undefined) throw new MephistoError('invalid_options', `localArchitect: baseUrl: must say how browsers reach this machine, such as http://192.168.1.20:${String(port)}/mephisto/, because ${host} leads nobody here.`)
  let answer = (_request: IncomingMessage, response: ServerResponse): void => { response.writeHead(503, { 'retry-after': '1' }).end('Starting') }
  const server = createServer((request, response) => { answer(request, response) })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, host, resolve) }).catch((cause: unknown) => {
    throw new MephistoError('unavailable', `localArchitect: port ${String(port)} of ${host} is not to be had; free it or name another: ${cause instanceof Error ? cause.message : ''}`, { cause })
  })
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${String((server.address() as AddressInfo).port)}`
  let detach = (): void => undefined
  const close = async (): Promise<void> => {
    detach()
    // Browsers keep connections open for more.
    const idle = setInterval(() => { server.closeIdleConnections() }, 50)
    await new Promise(resolve => server.close(resolve))
    clearInterval(idle)
  }
  try {
    const { answer: answerMount, ...architect } = nodeArchitect({ baseUrl: options.baseUrl ?? `${origin}/mephisto/`, path: '/mephisto', ...(taskUrl === undefined ? {} : { taskUrl }) })
    const sockets = await import('./ws.js').catch(withoutWs)
    const page = pages === undefined ? null : serveStatic(pages)
    const said = (response: ServerResponse, status: number, text: string): void => void response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
    const others = options.answer ?? ((_request, response) => { said(response, 404, 'Not Found') })
    return {
      ...architect, type: 'local', server, origin, close,
      serve(mephisto) {
        detach = sockets?.attachWebSocket(server, mephisto, { path: '/mephisto/trpc' }) ?? detach
        answer = (request, response) => {
          if (answerMount(mephisto, { request, response })) return
          const failed = (): void => {
            if (response.headersSent) response.destroy()
            else said(response, 500, 'Internal Server Error')
          }
          const rest = (error?: { readonly status?: number }): void => {
            try {
              if (error === undefined) others(request, response)
              else if (error.status !== undefined && error.status < 500) said(response, error.status, 'Not served')
              else failed()
            } catch {
              failed()
            }
          }
          if (page) page(request, response, rest)
          else rest()
        }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Pages do without sockets where the package for them is not installed. */
function withoutWs(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null
  throw error
}
