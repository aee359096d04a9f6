import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { createTarget, type Engine } from './engines.js'
import { post, type Target } from './load.js'
import { round, timing, type Row } from './report.js'

/** How long everybody says something once a second, s. */
const SECONDS = 15
const TEXT = 'a'.repeat(100)

/** People in pairs, each of whom says something once a second: from the POST to the packet at the partner's page, beside the same over a plain relay of sockets in the same server. */
export async function* benchLive(engine: Engine): AsyncGenerator<Row> {
  for (const people of [100, 1_000]) {
    const target = await createTarget(engine)
    const child = fork(fileURLToPath(new URL('live-server.ts', import.meta.url)), [engine, target.at, String(people)], { execArgv: ['--import', 'tsx'] })
    const agent = new Agent({ keepAlive: true, maxSockets: 100 })
    try {
      const { port, tokens } = await told<{ port: number; tokens: string[] }>(child)
      const before = await usage(child)
      const pages = await Promise.all(tokens.map(token => openPage({ agent, port }, token)))
      await Promise.all(pages.map(page => page.begun))
      const opened = await usage(child)
      const { durations, missing } = await paced(pages)
      const after = await usage(child)
      for (const page of pages) page.close()
      const relays = await Promise.all(Array.from({ length: people }, () => openRelay(port)))
      await Promise.all(relays.map(page => page.begun))
      const raw = await paced(relays)
      for (const page of relays) page.close()
      const plain = timing(raw.durations, SECONDS * 1_000)
      const timed = timing(durations, SECONDS * 1_000)
      yield {
        bench: 'live pairs', engine, workers: people, n: durations.length, ...timed, ratioToRaw: round(plain.p50Ms / timed.p50Ms), goalRatio: null,
        note: `plain relay p50 ${String(plain.p50Ms)} p99 ${String(plain.p99Ms)} ms; ${String(Math.round((opened.rss - before.rss) / people / 1_024))} KB a connection; processor ${String(Math.round((after.cpu.user + after.cpu.system - opened.cpu.user - opened.cpu.system) / 10_000 / SECONDS))} %; lost ${String(missing)}`,
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

interface Usage { readonly rss: number; readonly cpu: NodeJS.CpuUsage }

function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => { resolve(message as T) }).once('exit', code => { reject(new Error(`the server ended with ${String(code)}`)) })
  })
}

function usage(child: ChildProcess): Promise<Usage> {
  const answer = told<Usage>(child)
  child.send('usage')
  return answer
}

/** Somebody's page: `say` sends something, and whoever hears calls the listener with its id. */
interface Page {
  readonly begun: Promise<void>
  say(id: string): void
  onHeard(listener: (id: string) => void): void
  close(): void
}

async function openPage(server: Target, token: string): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/mephisto/trpc?connectionParams=1`, { perMessageDeflate: false })
  await new Promise(resolve => socket.once('open', resolve))
  const own = new Set<string>()
  let heard = (_id: string): void => undefined
  const begun = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer) => {
      const { result } = JSON.parse(data.toString('utf8')) as { result: { data?: { data: { kind: string; body: { phase?: string; id?: string } } } } }
      const packet = result.data?.data
      if (packet?.kind === 'state' && packet.body.phase === 'live') resolve()
      const id = packet?.kind === 'message' ? packet.body.id : undefined
      if (id !== undefined && !own.has(id)) heard(id)
    })
  })
  socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}` } }))
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input: {} } }))
  return {
    begun, onHeard(listener) { heard = listener }, close: () => { socket.close() },
    say(id) {
      own.add(id)
      post(server, 'act', { callId: randomUUID(), name: 'say', input: { id, text: TEXT } }, token).catch((error: unknown) => { console.error(error) })
    },
  }
}

async function openRelay(port: number): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/relay`, { perMessageDeflate: false })
  let heard = (_id: string): void => undefined
  const begun = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8')
      if (text === 'paired') resolve()
      else heard((JSON.parse(text) as { id: string }).id)
    })
  })
  await new Promise(resolve => socket.once('open', resolve))
  return { begun, onHeard(listener) { heard = listener }, close: () => { socket.close() }, say: id => { socket.send(JSON.stringify({ id, text: TEXT })) } }
}

/** Everybody says something once a second, spread over it; how long it takes until the partner has it, ms, and how many never came. */
async function paced(pages: readonly Page[]): Promise<{ durations: number[]; missing: number }> {
  const sent = new Map<string, number>()
  const durations: number[] = []
  for (const page of pages) page.onHeard(id => {
    const at = sent.get(id)
    if (at === undefined) return
    sent.delete(id)
    durations.push(performance.now() - at)
  })
  const started = performance.now()
  let next = 0
  const total = pages.length * SECONDS
  while (next < total) {
    const due = Math.min(total, Math.floor((performance.now() - started) / 1_000 * pages.length))
    for (; next < due; next += 1) {
      const id = randomUUID()
      sent.set(id, performance.now())
      pages[next % pages.length]?.say(id)
    }
    await new Promise(resolve => { setTimeout(resolve, 1) })
  }
  await new Promise(resolve => { setTimeout(resolve, 3_000) })
  return { durations, missing: sent.size }
}
