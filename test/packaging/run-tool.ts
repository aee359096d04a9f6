import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a program said and how it ended. */
export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  /** Both streams, for the message of a failing test. */
  readonly output: string
}

/** Runs a program to its end, in the repository unless another folder is given. */
export function run(program: string, args: readonly string[], options: { readonly cwd?: string } = {}): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: options.cwd ?? ROOT, encoding: 'utf8', timeout: 170_000, maxBuffer: 64 * 1024 * 1024,
  })
  return { status, stdout, output: `${stdout}${stderr}${error ? String(error) : ''}` }
}

/** Runs a JavaScript file or an installed command, such as `tsc`, under this Node. */
export function runNode(script: string, args: readonly string[], options: { readonly cwd?: string } = {}): Outcome {
  return run(process.execPath, [script, ...args], options)
}

/** The file behind a command of an installed package. */
export function commandFile(path: string): string {
  const file = join(ROOT, 'node_modules', path)
  if (!existsSync(file)) throw new Error(`${file} is missing; run npm ci.`)
  return file
}
