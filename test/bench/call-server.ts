import * as z from 'zod'
import { WebSocketServer } from 'ws'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement } from '../../sdk/index.js'
import { startBenchServer } from './bench-server.js'

// A server process of the bench of remote procedures: gives out tokens of attempts, makes calls, and echoes what comes over a plain socket.
const [engine, at, attempts] = process.argv.slice(2)
const echo = defineBlueprint({ type: 'echo', input: z.object({ n: z.int() }), output: z.object({}), procedures: { echo: { input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) } } })
const { server, mephisto, giveOut } = await startBenchServer({ engine, at }, implement(echo, { procedures: { echo: { run: input => input } } }))
const plain = new WebSocketServer({ noServer: true, perMessageDeflate: false })
server.on('upgrade', (request, socket, head) => {
  if (request.url === '/echo') plain.handleUpgrade(request, socket, head, accepted => { accepted.on('message', (data: Buffer) => { accepted.send(data.toString('utf8')) }) })
})
const count = Number(attempts)
await giveOut(await mephisto.operator.launch(echo, { task: 'echo', requester: 'bench', provider: 'inhouse', pay: { minor: 1, currency: 'USD' }, data: Array.from({ length: count }, (_, n) => ({ n })) }), count)
