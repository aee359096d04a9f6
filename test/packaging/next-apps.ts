import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.js'
import { copyPackages, NEEDS } from './installed-packages.js'
import { printed, runNode } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

// Next is no package of this repository: .ci/run installs each version beside a React and a compiler, in folders that
// MEPHISTO_NEXT names, and an app is built in there, where it finds them.

const FOLDERS = (process.env['MEPHISTO_NEXT'] ?? '').split(':').filter(folder => folder !== '')
if (process.env['MEPHISTO_CI'] === '1' && (FOLDERS.length < 2 || !FOLDERS.every(folder => existsSync(join(folder, 'node_modules/next'))))) {
  throw new Error(`MEPHISTO_NEXT does not name folders of Next 15 and Next 16: "${FOLDERS.join(':')}"`)
}

/** The versions of Next that are installed, by their folders' names, such as `next-16.4.6`; without any, nothing is tested. */
export const NEXTS = FOLDERS.map((folder): [name: string, folder: string] => [folder.replace(/.*\//, ''), folder])

/** How long a build may take, ms. */
export const BUILD_MS = 600_000

/** An app that is built. */
export interface NextApp extends ScratchApp {
  /** Starts it on a port of its own (`next start`). */
  start(env: (origin: string) => Readonly<Record<string, string>>): Promise<NextServer>
}

/** A server of an app, in a process of its own. */
export interface NextServer {
  readonly origin: string
  /** What it has printed. */
  readonly printed: () => string
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>
}

const ENVIRONMENT = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const }

/** Builds an app as its author does, of what `prepare` puts into its folder. @default more no packages but the SDK's own needs */
export async function buildNextApp(next: string, prepare: (app: ScratchApp) => void | Promise<void>, more: readonly string[] = []): Promise<NextApp> {
  const app = await makeScratchApp(next)
  const command = join(next, 'node_modules/next/dist/bin/next')
  copyPackages(app.folder, [...NEEDS.always, ...NEEDS.optional, ...more])
  await prepare(app)
  printed(runNode(command, ['build'], { cwd: app.folder, env: ENVIRONMENT }))
  return { ...app, start: env => start(command, app.folder, env) }
}

async function start(command: string, cwd: string, env: (origin: string) => Readonly<Record<string, string>>): Promise<NextServer> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${String(port)}`
  const server = spawn(process.execPath, [command, 'start', '-p', String(port), '-H', '127.0.0.1'], { cwd, env: { ...ENVIRONMENT, ...env(origin) }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', part => { text += String(part) })
  const ended = new Promise<void>(resolve => server.once('exit', () => { resolve() }))
  await answering(origin, server, () => text)
  return { origin, printed: () => text, async stop() {
    server.kill('SIGTERM')
    await ended
  } }
}

/** Waits until it answers, for at most half a minute. */
async function answering(origin: string, server: ChildProcess, said: () => string): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until && server.exitCode === null;) {
    const status = await fetch(`${origin}/mephisto/health`).then(async reply => (await reply.text(), reply.status), () => 0)
    if (status === 200) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  server.kill('SIGKILL')
  throw new Error(`Next did not serve:\n${said()}`)
}
