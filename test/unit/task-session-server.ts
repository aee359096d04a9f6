import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PageSignals } from '../../sdk/client/page-signals.js'
import type { SessionStorageLike } from '../../sdk/client/safe-storage.js'
import type { SessionClock } from '../../sdk/client/session-clock.js'

/** A call as it arrived. */
export interface Call {
  readonly procedure: string
  readonly input: Readonly<Record<string, unknown>>
  readonly token: string | undefined
}

/** What the server does with a call: replies, fails as the SDK does, answers like a broken proxy, or hangs up after the work was done. */
export type Script = { data: unknown } | { error: { status: number; code: string; message: string; problems?: unknown[] } } | { html: number } | { hangUp: true }

/** A small real server that speaks the worker's wire and does what the test says. */
export async function scriptedServer() {
  const calls: Call[] = []
  const queues = new Map<string, Script[]>()
  const always = new Map<string, (call: Call) => Script | Promise<Script>>()
  const server = createServer((request, response) => void answer(request, response))
  let port = 0

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call: Call = {
      procedure: request.url?.split('trpc/agent.')[1] ?? '',
      input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      token: request.headers.authorization,
    }
    calls.push(call)
    const script = queues.get(call.procedure)?.shift() ?? await always.get(call.procedure)?.(call) ?? { html: 404 }
    if ('hangUp' in script) return void request.socket.destroy()
    if ('html' in script) return void response.writeHead(script.html, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    const status = 'error' in script ? script.error.status : 200
    const body = 'error' in script
      ? { error: { message: script.error.message, code: -32600, data: { mephistoCode: script.error.code, problems: script.error.problems ?? [] } } }
      : { result: { data: script.data } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  const open = () => new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => {
    port = (server.address() as AddressInfo).port
    resolve()
  }))
  const close = () => new Promise<void>(resolve => {
    server.close(() => { resolve() })
    server.closeAllConnections()
  })
  await open()
  return {
    url: `http://127.0.0.1:${port}/mephisto/`,
    open, close,
    calls: (procedure: string) => calls.filter(call => call.procedure === procedure),
    next: (procedure: string, ...scripts: Script[]) => { queues.set(procedure, [...(queues.get(procedure) ?? []), ...scripts]) },
    always: (procedure: string, script: (call: Call) => Script | Promise<Script>) => { always.set(procedure, script) },
  }
}

/** Storage that outlives a session, as the device's does. */
export function deviceStorage(): SessionStorageLike & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>()
  return {
    entries,
    get length() { return entries.size },
    key: index => [...entries.keys()][index] ?? null,
    getItem: key => entries.get(key) ?? null,
    setItem: (key, value) => { entries.set(key, value) },
    removeItem: key => { entries.delete(key) },
  }
}

/** A clock that is turned by hand; a timer runs when its time is reached. */
export function handClock(): SessionClock & { advance(ms: number): void } {
  let now = 1_000
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    random: () => 0,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => { timers.delete(timer) }
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [due] = [...timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)
        if (due === undefined) break
        timers.delete(due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = end
    },
  }
}

/** A page whose person and tab do what the test says. */
export function handSignals(): PageSignals & { act(): void; wake(): void; leave(): void; setVisible(isVisible: boolean): void; reloads(): number } {
  const activity = new Set<() => void>()
  const wake = new Set<() => void>()
  const leave = new Set<() => void>()
  let isVisible = true
  let reloads = 0
  const add = (set: Set<() => void>) => (listener: () => void) => {
    set.add(listener)
    return () => { set.delete(listener) }
  }
  const run = (set: Set<() => void>) => { for (const listener of [...set]) listener() }
  return {
    isVisible: () => isVisible,
    onActivity: add(activity),
    onWake: add(wake),
    onLeave: add(leave),
    askBeforeClosing: () => () => undefined,
    reload: () => { reloads += 1 },
    reloads: () => reloads,
    act: () => { run(activity) },
    wake: () => { run(wake) },
    leave: () => { run(leave) },
    setVisible(value) {
      isVisible = value
      run(value ? wake : leave)
    },
  }
}
