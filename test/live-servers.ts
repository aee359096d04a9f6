import { fork } from 'node:child_process'
import type { Fault } from '../sdk/testing/index.js'
import { bundledProgram } from './scenarios/promise-fork.js'
import type { Target } from './scenarios/promise-open.js'

/** How a process is set up that serves tallies. */
export interface LiveProcess {
  readonly target: Target
  /** At which step of what it writes, since it was told to begin, it is killed as SIGKILL does. @default it lives */
  readonly killed?: { readonly at: number; readonly how: Fault }
  /** The PostgreSQL database over which it wakes others, and is woken. @default it looks by itself */
  readonly bus?: string
}

/** A process that serves tallies. */
export interface LiveServer {
  readonly origin: string
  /** From now on its steps count. */
  begin(): void
  isAlive(): boolean
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts processes that serve tallies. */
export interface LiveServers {
  /** Resolves when it serves. */
  start(options: LiveProcess): Promise<LiveServer>
  /** Kills those that are left. */
  kill(): Promise<void>
  /** Kills them and removes their program. */
  close(): Promise<void>
}

/** Processes of a program that is bundled, so that each starts in a moment. */
export async function liveServers(): Promise<LiveServers> {
  const program = await bundledProgram(new URL('integration/live-process.ts', import.meta.url))
  const left = new Map<() => void, Promise<void>>()
  async function kill(): Promise<void> {
    for (const end of left.keys()) end()
    await Promise.all(left.values())
  }
  return {
    kill,
    async start(options) {
      const child = fork(program.path, [JSON.stringify(options)], { execArgv: [] })
      const end = (): void => void child.kill('SIGKILL')
      const ended = new Promise<void>(resolve => child.once('exit', () => {
        left.delete(end)
        resolve()
      }))
      left.set(end, ended)
      const origin = await Promise.race([new Promise<string>(resolve => child.once('message', message => { resolve(message as string) })), ended.then(() => null)])
      if (origin === null) throw new Error('a server ended before it served')
      return { origin, begin: () => { child.send('begin') }, isAlive: () => left.has(end), kill: () => (end(), ended) }
    },
    async close() {
      await kill()
      program.remove()
    },
  }
}
