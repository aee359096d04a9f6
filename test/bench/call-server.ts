import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { WebSocketServer } from 'ws'
import { answerNodeRequest } from '../../adapters/node.js'
import { attachWebSocket } from '../../adapters/ws.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { pageCalls } from '../../sdk/testing/index.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { openDb, type Engine } from './engines.js'

// A server process of the bench of remote procedures: gives out tokens of attempts, makes calls, and echoes what comes over a plain socket.
const [engine, at, attempts] = process.argv.slice(2)
const echo = defineBlueprint({ type: 'echo', input: z.object({ n: z.int() }), output: z.object({}), procedures: { echo: { input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) } } })
const server = createServer((request, response) => {
  void answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl })
})
await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
const { port } = server.address() as AddressInfo
const baseUrl = `http://127.0.0.1:${String(port)}/mephisto/`
const mephisto = createMephisto({
  db: await openDb(engine as Engine, at ?? ''), architect: { specVersion: 1, type: 'bench', baseUrl, basePath: '/mephisto/', taskUrl: `http://127.0.0.1:${String(port)}/work` }, providers: [inhouse()],
  blueprints: [implement(echo, { procedures: { echo: { run: input => input } } })], secret: 'a secret for the bench that is long enough', authorize: () => null,
})
mephisto.start()
attachWebSocket(server, mephisto)
const plain = new WebSocketServer({ noServer: true, perMessageDeflate: false })
server.on('upgrade', (request, socket, head) => {
  if (request.url === '/echo') plain.handleUpgrade(request, socket, head, accepted => { accepted.on('message', (data: Buffer) => { accepted.send(data.toString('utf8')) }) })
})
const count = Number(attempts)
const run = await mephisto.operator.launch(echo, { task: 'echo', requester: 'bench', provider: 'inhouse', pay: { minor: 1, currency: 'USD' }, data: Array.from({ length: count }, (_, n) => ({ n })) })
const call = pageCalls(mephisto)
const tokens = await Promise.all(Array.from({ length: count }, async (_, index) => {
  const { credential } = await mephisto.invite({ run: run.id, worker: `worker ${String(index)}` })
  const reply = await call<RegisterReply>('register', { provider: 'inhouse', credential })
  return reply.status === 'working' ? reply.agentToken : ''
}))
process.send?.({ port, tokens })
process.on('disconnect', () => process.exit(0))
