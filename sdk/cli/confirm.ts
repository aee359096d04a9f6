import { createInterface } from 'node:readline/promises'
import type { CliStreams } from './streams.js'

/** Asks whoever is at the terminal; null where nobody can be asked. Anything but yes is no. */
export async function confirmed({ stdin, stdout }: CliStreams, question: string): Promise<boolean | null> {
  if (stdin?.isTTY !== true) return null
  const lines = createInterface({ input: stdin, output: stdout })
  // Whoever closes the input says nothing.
  const closed = new Promise<string>(resolve => { lines.once('close', () => { resolve('') }) })
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed])
    return /^y(?:es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
