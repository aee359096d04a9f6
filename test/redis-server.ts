import { spawn, spawnSync } from 'node:child_process'
import { freePort } from './free-port.js'

/** A Redis server of a test's own, which can be stopped and started again at the same address. */
export interface RedisServer {
  readonly url: string
  /** Ends it as SIGKILL does. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** Whether there is a Redis to start; where it must be, a missing one fails the test file. */
export function hasRedis(): boolean {
  const isThere = spawnSync('redis-server', ['--version']).status === 0
  if (!isThere && process.env['MEPHISTO_CI'] === '1') throw new Error('redis-server is not installed')
  return isThere
}

/** Starts one. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  let child: ReturnType<typeof spawn> | null = null
  const server: RedisServer = {
    url: `redis://127.0.0.1:${String(port)}`,
    async kill() {
      const ending = child
      child = null
      if (ending === null) return
      ending.kill('SIGKILL')
      await new Promise(resolve => ending.once('exit', resolve))
    },
    async start() {
      const started = child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
      await new Promise<void>((resolve, reject) => {
        started.once('exit', code => { reject(new Error(`redis-server ended with ${String(code)}`)) })
        started.stdout.on('data', (text: Buffer) => { if (text.toString().includes('Ready to accept connections')) resolve() })
      })
    },
  }
  await server.start()
  return server
}
