import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './run-command.js'

/** An example's built server, in a process of its own on a temporary data folder. */
export interface BuiltExample {
  /** What it has printed so far. */
  output(): string
  /** Sends SIGTERM and waits for the end: the exit code, null when it had to be killed. */
  end(): Promise<number | null>
  /** Ends what is left, and deletes the data. */
  remove(): void
}

/** Starts an example and waits until what it prints matches. `npm test` and `npm run test:browser` build first. */
export async function builtExample(name: string, { port, ready }: { readonly port: number; readonly ready: RegExp }): Promise<BuiltExample> {
  const data = mkdtempSync(join(tmpdir(), `mephisto-${name}-`))
  const server = fileURLToPath(new URL(`../examples/${name}/dist/server.js`, import.meta.url))
  const child = spawn(process.execPath, [server, '--port', String(port), '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  let output = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (ready.test(output)) resolve()
      })
    }
    void ended.then(code => { reject(new Error(`${name} ended with ${String(code)}: ${output}`)) })
  })
  return {
    output: () => output,
    async end() {
      child.kill('SIGTERM')
      return ended
    },
    remove() {
      child.kill('SIGKILL')
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** What the export gives that the example names when it starts, done while it runs. */
export async function exportOf(example: BuiltExample): Promise<string> {
  const [, words = ''] = /npx mephisto (export .*)/.exec(example.output()) ?? []
  const { code, out, err } = await runCommand(...words.trim().split(' '))
  if (code !== 0) throw new Error(`the export ended with ${String(code)}: ${err}`)
  return out
}
