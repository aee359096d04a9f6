import { Writable } from 'node:stream'
import { runCli } from '../sdk/cli/run-cli.js'

/** Keeps what is written to it as text; given columns, it is a terminal that wide. */
export function keptText(columns?: number): Writable & { readonly text: () => string } {
  let text = ''
  const kept = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return Object.assign(kept, { text: () => text }, columns === undefined ? {} : { isTTY: true, columns })
}

/** Runs the `mephisto` command and returns its exit code and what it wrote. */
export async function runCommand(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [keptText(), keptText()]
  const code = await runCli(words, { stdout, stderr })
  return { code, out: stdout.text(), err: stderr.text() }
}
