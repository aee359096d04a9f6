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

/** Where a program runs, and under which Node. */
export interface RunOptions {
  /** @default the repository */
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** The file of another Node. @default this one */
  readonly node?: string
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], { cwd = ROOT, env = process.env }: RunOptions = {}): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: 170_000, maxBuffer: 64 * 1024 * 1024 })
  return { status, stdout, output: `${stdout}${stderr}${error ? String(error) : ''}` }
}

/** Runs a JavaScript file or an installed command, such as `tsc`. */
export function runNode(script: string, args: readonly string[], { node = process.execPath, ...options }: RunOptions = {}): Outcome {
  return run(node, [script, ...args], options)
}

/** What a program printed, where nothing may go wrong. */
export function printed({ status, stdout, output }: Outcome): string {
  if (status !== 0) throw new Error(`ended with ${String(status)}: ${output}`)
  return stdout
}

/** The file behind a command of an installed package. */
export function commandFile(path: string): string {
  const file = join(ROOT, 'node_modules', path)
  if (!existsSync(file)) throw new Error(`${file} is missing; run npm ci.`)
  return file
}
