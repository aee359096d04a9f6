import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { WebSocketServer, type WebSocket } from 'ws'
import { answerNodeRequest } from '../../adapters/node.js'
import { attachWebSocket } from '../../adapters/ws.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { openDb, type Engine } from './engines.js'

// A server process of the bench of live work: pairs of people say something to each other; beside it a plain relay of sockets, in pairs too.
const [engine, at, people] = process.argv.slice(2)
const pair = defineBlueprint({
  type: 'pair', input: z.object({ n: z.int() }), output: z.object({}),
  live: { state: z.object({ n: z.int() }), actions: { say: z.object({ id: z.string(), text: z.string() }) }, packets: { said: z.object({ id: z.string(), text: z.string() }) } },
})
const server = createServer((request, response) => {
  void answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl })
})
await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
const { port } = server.address() as AddressInfo
const baseUrl = `http://127.0.0.1:${String(port)}/mephisto/`
const mephisto = createMephisto({
  db: await openDb(engine as Engine, at ?? ''), architect: { specVersion: 1, type: 'bench', baseUrl, basePath: '/mephisto/', taskUrl: `http://127.0.0.1:${String(port)}/work` }, providers: [inhouse()],
  blueprints: [implement(pair, { live: { begin: () => ({ state: { n: 0 } }), on: (_state, event) => (event.type === 'action' ? { packets: [{ name: 'said', body: event.input }] } : undefined) } })],
  secret: 'a secret for the bench that is long enough', authorize: () => null,
})
mephisto.start()
attachWebSocket(server, mephisto)
const relay = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const waiting: WebSocket[] = []
server.on('upgrade', (request, socket, head) => {
  if (request.url !== '/relay') return
  relay.handleUpgrade(request, socket, head, one => {
    const other = waiting.pop()
    if (!other) {
      waiting.push(one)
      return
    }
    for (const [from, to] of [[one, other], [other, one]] as const) from.on('message', (data: Buffer) => { to.send(data.toString('utf8')) })
    one.send('paired')
    other.send('paired')
  })
})
const count = Number(people)
const run = await mephisto.operator.launch(pair, {
  task: 'pairs', requester: 'bench', provider: 'inhouse', unitsPerAssignment: 2, pay: { minor: 1, currency: 'USD' }, data: Array.from({ length: count / 2 }, (_, n) => ({ n })), live: { absenceMs: 120_000 },
})
const call = pageCalls(mephisto)
const tokens = await Promise.all(Array.from({ length: count }, async (_, index) => {
  const { credential } = await mephisto.invite({ run: run.id, worker: `worker ${String(index)}` })
  const reply = await call<RegisterReply>('register', { provider: 'inhouse', credential })
  return reply.status === 'working' ? reply.agentToken : ''
}))
process.send?.({ port, tokens })
process.on('message', () => { process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() }) })
process.on('disconnect', () => process.exit(0))
