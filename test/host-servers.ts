import { fork } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import fastifyCompress from '@fastify/compress'
import express, { type Express } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { WebSocketServer } from 'ws'
import { expressArchitect } from '../adapters/express.js'
import { fastifyArchitect } from '../adapters/fastify.js'
import { fetchArchitect } from '../adapters/fetch.js'
import { localArchitect } from '../adapters/local.js'
import { nodeArchitect } from '../adapters/node.js'
import { attachWebSocket } from '../adapters/ws.js'
import type { HostStage, OpenHost } from '../sdk/testing/index.js'
import { freePort } from './free-port.js'
import type { BundledProgram } from './scenarios/promise-fork.js'

// The hosts of the contract, each the real framework on a real port.

/** Opens a host. */
export type Open = (stage: HostStage) => Promise<OpenHost>

const optionsAt = (origin: string) => ({ baseUrl: `${origin}/mephisto/`, taskUrl: `${origin}/work` })
const own = { text: 'the host itself', cookie: 'own=1' } as const

/** Listens on a free port. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

/** Ends a server when what is under way is answered; connections that are kept open for more are not waited for. */
const closed = (server: Server) => async (): Promise<void> => {
  const idle = setInterval(() => { server.closeIdleConnections() }, 20)
  await new Promise(resolve => server.close(resolve))
  clearInterval(idle)
}

/** A socket of the host's own, which says what it is told. */
function echoSocket(server: Server): void {
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/own-socket') sockets.handleUpgrade(request, socket, head, accepted => accepted.on('message', data => { accepted.send((data as Buffer).toString('utf8')) }))
    // What nobody knows a host answers itself.
    else if (request.url?.startsWith('/mephisto/trpc') !== true) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
  })
}

/** Serves what is made when the port is known. */
async function serving(server: Server, build: (origin: string) => void): Promise<OpenHost> {
  const origin = await listening(server)
  build(origin)
  return { origin, close: closed(server) }
}

/** Express, with what the app has before the mount. */
export const inExpress = (before: (app: Express) => void = () => undefined, make: () => Express = express): Open => ({ create }) => {
  const app = make()
  const server = createServer(app as RequestListener)
  return serving(server, origin => {
    const architect = expressArchitect(optionsAt(origin))
    const mephisto = create(architect)
    before(app)
    app.use('/mephisto', architect.middleware(mephisto))
    app.get('/own', (_request, response) => { response.cookie('own', '1').send(own.text) })
    app.post('/own', express.json(), (request, response) => { response.json(request.body) })
    echoSocket(server)
    attachWebSocket(server, mephisto)
  })
}

/** Fastify with a hook and a parser of the host's own, which the mount must not meet, and replies that it compresses. */
export const inFastify: Open = async ({ create }) => {
  const app = fastify({ bodyLimit: 1_000 })
  const port = await freePort()
  const origin = `http://127.0.0.1:${String(port)}`
  const architect = fastifyArchitect(optionsAt(origin))
  const mephisto = create(architect)
  await app.register(fastifyCompress)
  app.addHook('onRequest', (_request, reply, done) => { reply.header('x-host', 'fastify'); done() })
  app.get('/own', (_request, reply) => reply.header('set-cookie', own.cookie).send(own.text))
  app.post('/own', request => request.body)
  await app.register(architect.plugin(mephisto))
  await app.listen({ port, host: '127.0.0.1' })
  echoSocket(app.server)
  attachWebSocket(app.server, mephisto)
  return { origin, close: () => app.close() }
}

/** Hono, and what it compresses. */
export const inHono: Open = ({ create }) => {
  const app = new Hono()
  const server = createServer(getRequestListener(app.fetch) as RequestListener)
  return serving(server, origin => {
    const architect = fetchArchitect(optionsAt(origin))
    const mephisto = create(architect)
    const answer = architect.answer(mephisto)
    app.use(compress())
    app.get('/own', c => c.text(own.text, 200, { 'set-cookie': own.cookie }))
    app.post('/own', async c => c.json(await c.req.json<object>()))
    app.all('/mephisto/*', c => answer(c.req.raw))
    echoSocket(server)
    attachWebSocket(server, mephisto)
  })
}

/** Routes of a host that has nothing but Node. */
const ownRoutes: RequestListener = (request, response) => {
  if (request.url !== '/own') response.writeHead(404).end()
  else if (request.method === 'POST') request.pipe(response.setHeader('content-type', 'application/json'))
  else response.setHeader('set-cookie', own.cookie).end(own.text)
}

/** Node's own server. */
export const inNode: Open = ({ create }) => {
  const server = createServer()
  return serving(server, origin => {
    const architect = nodeArchitect(optionsAt(origin))
    const mephisto = create(architect)
    server.on('request', (request, response) => {
      if (!architect.answer(mephisto, { request, response })) ownRoutes(request, response)
    })
    echoSocket(server)
    attachWebSocket(server, mephisto)
  })
}

/** Our own server. */
export const inLocal: Open = async ({ create }) => {
  const architect = await localArchitect({ port: 0, taskUrl: '/work', answer: ownRoutes })
  echoSocket(architect.server)
  architect.serve(create(architect))
  return architect
}

/** The program of {@link inFourProcesses}. */
export const CLUSTER = new URL('host-cluster.ts', import.meta.url)

/** Express in four processes on one port, whose program is bundled. */
export const inFourProcesses = (program: () => BundledProgram): Open => async ({ create, folder }) => {
  const primary = fork(program().path, [folder], { execArgv: [] })
  const ended = new Promise<void>(resolve => primary.once('exit', () => { resolve() }))
  const origin = await new Promise<string>((resolve, reject) => {
    primary.once('message', message => { resolve(message as string) })
    void ended.then(() => { reject(new Error('the processes ended before they served')) })
  })
  create(expressArchitect(optionsAt(origin)))
  return { origin, async close() {
    primary.kill('SIGTERM')
    await ended
  } }
}
