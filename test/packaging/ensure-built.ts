import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { printed, ROOT, run, runNode } from './run-tool.js'

const LOCK = join(ROOT, 'node_modules/.mephisto-build')
const STALE_MS = 150_000

/** Builds the package when its sources changed. Test files run side by side, so the first one builds and others wait. */
export async function ensureBuilt(): Promise<void> {
  while (!takeLock()) await new Promise(resolve => setTimeout(resolve, 100))
  try {
    printed(runNode(join(ROOT, 'scripts/build.mjs'), []))
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

/** What npm says about the package that it packed; sizes in bytes. */
export interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

/** Packs the package as it would be published. */
export function pack(args: readonly string[]): Packed {
  const [packed] = JSON.parse(printed(run('npm', ['pack', '--json', '--ignore-scripts', ...args]))) as Packed[]
  if (!packed) throw new Error('npm packed nothing')
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
