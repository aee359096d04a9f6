import * as z from 'zod'
import { WebSocketServer, type WebSocket } from 'ws'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement } from '../../sdk/index.js'
import { startBenchServer } from './bench-server.js'

// A server process of the bench of live work: people say something to each other, in pairs or as many as are asked for; beside it a plain relay of sockets, in pairs too, and a plain broadcast.
const [engine, at, people, together = '2'] = process.argv.slice(2)
const pair = defineBlueprint({
  type: 'pair', input: z.object({ n: z.int() }), output: z.object({}),
  live: { state: z.object({ n: z.int() }), actions: { say: z.object({ id: z.string(), text: z.string() }) }, packets: { said: z.object({ id: z.string(), text: z.string() }) } },
})
const { server, mephisto, giveOut } = await startBenchServer({ engine, at }, implement(pair, {
  live: { begin: () => ({ state: { n: 0 } }), on: (_state, event) => (event.type === 'action' ? { packets: [{ name: 'said', body: event.input }] } : undefined) },
}))
const relay = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const waiting: WebSocket[] = []
const fan = new Set<WebSocket>()
server.on('upgrade', (request, socket, head) => {
  if (request.url === '/fan') {
    relay.handleUpgrade(request, socket, head, one => {
      fan.add(one)
      one.on('message', (data: Buffer) => {
        const text = data.toString('utf8')
        for (const other of fan) if (other !== one) other.send(text)
      }).on('close', () => { fan.delete(one) })
      one.send('begun')
    })
    return
  }
  if (request.url !== '/relay') return
  relay.handleUpgrade(request, socket, head, one => {
    const other = waiting.pop()
    if (!other) {
      waiting.push(one)
      return
    }
    for (const [from, to] of [[one, other], [other, one]] as const) from.on('message', (data: Buffer) => { to.send(data.toString('utf8')) })
    one.send('begun')
    other.send('begun')
  })
})
// A connection that is kept open is not closed while its page asks once more.
server.keepAliveTimeout = 120_000
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ bytes: heapUsed + external, cpu: process.cpuUsage() })
})
const [count, perItem] = [Number(people), Number(together)]
await giveOut(await mephisto.operator.launch(pair, {
  task: 'pairs', requester: 'bench', provider: 'inhouse', unitsPerAssignment: perItem, pay: { minor: 1, currency: 'USD' }, data: Array.from({ length: count / perItem }, (_, n) => ({ n })), live: { absenceMs: 120_000 },
}), count)
