import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { createTarget, type Engine } from './engines.js'
import { post, type Target } from './load.js'
import { closedCalls, round, type Row, type Timing } from './report.js'

/** Calls of one attempt: fewer than are taken at once. */
const PER_ATTEMPT = 30
const CALLS = 3_000
const TEXT = 'a'.repeat(200)

/** Calls of a remote procedure (POST, stored, made, stored, pushed over a socket) from 1, 10 and 100 pages at once, beside the echo of a plain socket of the same server. */
export async function* benchCalls(engine: Engine): AsyncGenerator<Row> {
  for (const workers of [1, 10, 100]) {
    const target = await createTarget(engine)
    const child = fork(fileURLToPath(new URL('call-server.ts', import.meta.url)), [engine, target.at, String(Math.ceil(CALLS / PER_ATTEMPT) + workers)], { execArgv: ['--import', 'tsx'] })
    const agent = new Agent({ keepAlive: true, maxSockets: 100 })
    try {
      const { port, tokens } = await new Promise<{ port: number; tokens: string[] }>((resolve, reject) => {
        child.once('message', resolve).once('exit', code => { reject(new Error(`the server ended with ${String(code)}`)) })
      })
      const timed = await remoteCalls({ agent, port }, tokens, workers)
      const raw = await echoes(port, workers)
      yield {
        bench: 'remote call', engine, workers, n: CALLS, ...timed, ratioToRaw: round(timed.perSecond / raw.perSecond), goalRatio: null, note: `plain echo ${String(raw.perSecond)}/s, p50 ${String(raw.p50Ms)} ms`,
      }
    } finally {
      agent.destroy()
      child.removeAllListeners('exit')
      child.disconnect()
      await new Promise(resolve => child.once('exit', resolve))
      await target.drop()
    }
  }
}

/** A page of an attempt: a call resolves when its result is there. */
interface Page {
  call(): Promise<void>
  close(): void
}

async function openPage(server: Target, token: string): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/mephisto/trpc?connectionParams=1`)
  const waiting = new Map<string, (failure?: Error) => void>()
  await new Promise(resolve => socket.once('open', resolve))
  const started = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer) => {
      const { result } = JSON.parse(data.toString('utf8')) as { result: { type: string; data?: { data: { kind: string; callId: string } } } }
      if (result.type === 'started') resolve()
      if (result.data && result.data.data.kind !== 'call') waiting.get(result.data.data.callId)?.(result.data.data.kind === 'failure' ? new Error('a call failed') : undefined)
    })
  })
  socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}` } }))
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input: {} } }))
  await started
  return {
    async call() {
      const callId = randomUUID()
      const made = new Promise<void>((resolve, reject) => { waiting.set(callId, failure => { if (failure) reject(failure)
      else resolve() }) })
      await Promise.all([post(server, 'act', { callId, name: 'echo', input: { text: TEXT } }, token), made])
      waiting.delete(callId)
    },
    close: () => { socket.close() },
  }
}

async function remoteCalls(server: Target, tokens: readonly string[], workers: number): Promise<Timing> {
  const pages = await Promise.all(tokens.map(token => openPage(server, token)))
  // Each page makes its calls one after the other; as many pages as workers at a time.
  const free = pages.map(page => ({ page, calls: PER_ATTEMPT }))
  const timed = await closedCalls(workers, CALLS, async () => {
    const one = free.shift()
    if (!one) throw new Error('there is no page left')
    one.calls -= 1
    await one.page.call()
    if (one.calls > 0) free.push(one)
  })
  for (const page of pages) page.close()
  return timed
}

async function echoes(port: number, workers: number): Promise<Timing> {
  const sockets = await Promise.all(Array.from({ length: workers }, async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/echo`)
    await new Promise(resolve => socket.once('open', resolve))
    return socket
  }))
  const free = [...sockets]
  const timed = await closedCalls(workers, CALLS, async () => {
    const socket = free.shift()
    if (!socket) throw new Error('there is no socket left')
    const back = new Promise(resolve => socket.once('message', resolve))
    socket.send(TEXT)
    await back
    free.push(socket)
  })
  for (const socket of sockets) socket.close()
  return timed
}
