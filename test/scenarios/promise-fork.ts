import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { MephistoError } from '../../sdk/index.js'
import { receivedError, type Calls, type SentError } from './promise-calls.js'
import type { Asked, ProcessOptions } from './promise-process.js'

/** A server in a process of its own. A call that it does not live to answer fails with `unavailable`. */
export interface ServerProcess extends Calls {
  /** Moves the clock of a server that has one of its own. */
  advance(ms: number): Promise<void>
  /** SIGKILL, now. */
  kill(): void
  /** True until it has ended. */
  isAlive(): boolean
  readonly ended: Promise<void>
}

/** Starts servers. */
export interface Servers {
  /** Resolves when the server takes calls; rejects when it ends before. */
  start(options: ProcessOptions): Promise<ServerProcess>
  /** Kills those that are left and removes the program. */
  close(): Promise<void>
}

/** A script of the tests as a program that starts in a moment. */
export interface BundledProgram {
  readonly path: string
  remove(): void
}

/** Bundles a script with nearly all of its packages: where there are many processes, each is to start in a moment. */
export async function bundledProgram(script: URL): Promise<BundledProgram> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'mephisto-promises-'))
  await build({
    config: false, entry: { server: fileURLToPath(script) }, outDir: folder, format: 'esm', platform: 'node', target: 'node20',
    splitting: true, minify: true, silent: true, dts: false, clean: false, noExternal: [/^(?:zod|uuid|jose|csv-stringify|@trpc)/],
  })
  return { path: join(folder, 'server.js'), remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}

/** Servers that start in a moment, as there will be many. */
export async function bundledServers(): Promise<Servers> {
  const program = await bundledProgram(new URL('promise-process.ts', import.meta.url))
  const alive = new Set<ServerProcess>()
  return {
    async start(options) {
      const server = await startServer(program.path, options)
      alive.add(server)
      void server.ended.then(() => alive.delete(server))
      return server
    },
    async close() {
      await Promise.all([...alive].map(server => {
        server.kill()
        return server.ended
      }))
      program.remove()
    },
  }
}

/** Of any call: each gets back what its own kind of call returns. */
interface Pending { resolve(value: unknown): void; reject(error: unknown): void }

async function startServer(program: string, options: ProcessOptions): Promise<ServerProcess> {
  const child = fork(program, [JSON.stringify(options)], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const pending = new Map<number, Pending>()
  let count = 0
  let isAlive = true
  const gone = (): MephistoError => new MephistoError('unavailable', 'the server was killed before it answered')
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  void ended.then(() => {
    isAlive = false
    for (const { reject } of pending.values()) reject(gone())
    pending.clear()
  })
  const ready = new Promise((resolve, reject) => pending.set(0, { resolve, reject }))
  child.on('error', () => undefined)
  child.on('message', message => {
    const { id, value, error } = message as { id: number; value?: unknown; error?: SentError }
    const waiting = pending.get(id)
    pending.delete(id)
    if (error) waiting?.reject(receivedError(error))
    else waiting?.resolve(value)
  })
  const ask = <T>(method: Asked['method'], args: readonly unknown[]): Promise<T> => new Promise<T>((resolve, reject) => {
    if (!isAlive || !child.connected) {
      reject(gone())
      return
    }
    const id = (count += 1)
    pending.set(id, { resolve, reject })
    child.send({ id, method, args } satisfies Asked)
  })
  await ready
  return {
    page: (...args) => ask('page', args), desk: (...args) => ask('desk', args), tick: () => ask('tick', []),
    advance: async ms => { await ask('advance', [ms]) },
    kill: () => void child.kill('SIGKILL'),
    isAlive: () => isAlive, ended,
  }
}
