import { Writable } from 'node:stream'
import { runCli } from '../sdk/cli/run-cli.js'

/** Runs the `mephisto` command and returns its exit code and what it wrote. */
export async function runCommand(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' }
  const to = (name: 'out' | 'err') => new Writable({
    write(chunk, _encoding, done) {
      written[name] += String(chunk)
      done()
    },
  })
  const code = await runCli(words, { stdout: to('out'), stderr: to('err') })
  return { code, ...written }
}
