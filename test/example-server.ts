import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The example as `npm start` runs it, in a process of its own. */
export interface ExampleServer {
  readonly origin: string
  readonly password: string
  /** What it printed. */
  output(): string
  /** Sends a signal and waits for the end: the exit code or signal, and how long it took, ms. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; ms: number }>
}

/** The outcome of a start that did not come up. */
export interface FailedStart {
  readonly code: number | null
  readonly output: string
}

/** Starts the example on a built checkout. `npm test` builds first. */
export async function startExample(words: readonly string[]): Promise<ExampleServer | FailedStart> {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const up = new Promise<boolean>(resolve => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      if (/Password for reviewers: \S+/.test(output)) resolve(true)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then(() => resolve(false))
  })
  if (!(await up)) return { code: await ended, output }
  return running(child, ended, () => output)
}

function running(child: ChildProcess, ended: Promise<number | null>, output: () => string): ExampleServer {
  const find = (pattern: RegExp): string => pattern.exec(output())?.[1] ?? ''
  return {
    origin: find(/(http:\/\/\S+)\/work/), password: find(/Password for reviewers: (\S+)/), output,
    async end(signal = 'SIGINT') {
      const started = performance.now()
      child.kill(signal)
      return { code: await ended, ms: performance.now() - started }
    },
  }
}

/** The running example. Throws with its output when it did not come up. */
export async function startedExample(words: readonly string[]): Promise<ExampleServer> {
  const started = await startExample(words)
  if ('origin' in started) return started
  throw new Error(`the example ended with ${String(started.code)}: ${started.output}`)
}
