import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run, runNode } from './run-tool.js'

const LOCK = join(ROOT, 'node_modules/.mephisto-build')
const STALE_MS = 150_000

/** Builds the package when its sources changed. Test files run side by side, so the first one builds and others wait. */
export async function ensureBuilt(): Promise<void> {
  while (!takeLock()) await new Promise(resolve => setTimeout(resolve, 100))
  try {
    const { status, output } = runNode(join(ROOT, 'scripts/build.mjs'), [])
    if (status !== 0) throw new Error(output)
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

/** Packs the package as it would be published; returns what npm says about it. */
export function pack(args: readonly string[]): { readonly filename: string; readonly files: readonly { readonly path: string }[] } {
  const { status, stdout, output } = run('npm', ['pack', '--json', '--ignore-scripts', ...args])
  if (status !== 0) throw new Error(output)
  const [packed] = JSON.parse(stdout) as ReturnType<typeof pack>[]
  if (!packed) throw new Error(output)
  return packed
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK)
    return true
  } catch {
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > STALE_MS) rmSync(LOCK, { recursive: true, force: true })
    return false
  }
}
