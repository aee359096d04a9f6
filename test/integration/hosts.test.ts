// One contract on every kind of host, each the real framework on a real port.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type Express } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, test } from 'vitest'
import { expressArchitect } from '../../adapters/express.js'
import { fastifyArchitect } from '../../adapters/fastify.js'
import { fetchArchitect } from '../../adapters/fetch.js'
import { nodeArchitect } from '../../adapters/node.js'
import { hostContract, type HostContractOptions, type OpenHost } from '../../sdk/testing/index.js'

type Create = Parameters<HostContractOptions['open']>[0]
type Open = HostContractOptions['open']

const optionsAt = (origin: string) => ({ baseUrl: `${origin}/mephisto/`, taskUrl: `${origin}/work` })
const own = { text: 'the host itself', cookie: 'own=1' } as const

/** Serves what is made when the port is known. */
async function serving(server: Server, build: (origin: string) => void): Promise<OpenHost> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  build(origin)
  return { origin, close: async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  } }
}

const inExpress = (before: (app: Express) => void): Open => create => {
  const app = express()
  return serving(createServer(app), origin => {
    const architect = expressArchitect(optionsAt(origin))
    before(app)
    app.use('/mephisto', architect.middleware(create(architect)))
    app.get('/own', (_request, response) => { response.cookie('own', '1').send(own.text) })
    app.post('/own', express.json(), (request, response) => { response.json(request.body) })
  })
}

/** With a hook and a parser of the host's own, which the mount must not meet. */
async function inFastify(create: Create): Promise<OpenHost> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 1_000 })
  const port = await new Promise<number>(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => { resolve(port) })
    })
  })
  const origin = `http://127.0.0.1:${String(port)}`
  const architect = fastifyArchitect(optionsAt(origin))
  app.addHook('onRequest', (_request, reply, done) => { reply.header('x-host', 'fastify'); done() })
  app.get('/own', (_request, reply) => reply.header('set-cookie', own.cookie).send(own.text))
  app.post('/own', request => request.body)
  await app.register(architect.plugin(create(architect)))
  await app.listen({ port, host: '127.0.0.1' })
  return { origin, close: () => app.close() }
}

const inHono: Open = create => {
  const app = new Hono()
  const server = createServer(getRequestListener(app.fetch) as Parameters<typeof createServer>[0])
  return serving(server, origin => {
    const architect = fetchArchitect(optionsAt(origin))
    const answer = architect.answer(create(architect))
    app.get('/own', c => c.text(own.text, 200, { 'set-cookie': own.cookie }))
    app.post('/own', async c => c.json(await c.req.json<object>()))
    app.all('/mephisto/*', c => answer(c.req.raw))
  })
}

const inNode: Open = create => {
  const server = createServer()
  return serving(server, origin => {
    const architect = nodeArchitect(optionsAt(origin))
    const mephisto = create(architect)
    server.on('request', (request, response) => {
      if (architect.answer(mephisto, { request, response })) return
      if (request.url !== '/own') response.writeHead(404).end()
      else if (request.method === 'POST') request.pipe(response.setHeader('content-type', 'application/json'))
      else response.setHeader('set-cookie', own.cookie).end(own.text)
    })
  })
}

describe.each<[string, Open]>([
  ['Express', inExpress(() => undefined)],
  ['Express, after its JSON parser', inExpress(app => app.use(express.json({ limit: '1mb' })))],
  ['Fastify', inFastify],
  ['Hono', inHono],
  ['node:http', inNode],
])('%s', (_, open) => { hostContract({ test, open }) })
