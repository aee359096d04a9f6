import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './run-tool.js'

// An app gets its packages from those that are installed here: no test asks a registry.

type Names = Readonly<Record<string, string>>
interface Wants {
  readonly dependencies?: Names
  readonly optionalDependencies?: Names
  readonly peerDependencies?: Names
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const own = readJson('package.json') as Required<Wants>
const locked = (readJson('package-lock.json') as { readonly packages: Readonly<Record<string, Wants>> }).packages

const requiredPeers = ({ peerDependencies = {}, peerDependenciesMeta = {} }: Wants): string[] =>
  Object.keys(peerDependencies).filter(name => peerDependenciesMeta[name]?.optional !== true)

/** What this package needs. */
export const NEEDS = {
  /** Wherever it runs: its dependencies, and the peers that are not optional. */
  always: [...Object.keys(own.dependencies), ...requiredPeers(own)],
  /** SQLite where Node has none; npm installs it everywhere unless told not to. */
  optional: Object.keys(own.optionalDependencies),
  /** With everything that it can be used with. */
  peers: Object.keys(own.peerDependencies),
} as const

/** A compiler, which tRPC names as a peer for its types; nothing of it is loaded. */
const NOT_COUNTED = new Set(['typescript'])

/** Gives an app these packages as links: quick, but behind a link they see everything that is installed here. */
export function linkPackages(app: string, names: readonly string[]): void {
  for (const name of names) {
    const link = join(app, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), link)
  }
}

/** Gives an app these packages and what they need, as npm would: whole, and with nothing else to be seen from them. */
export function copyPackages(app: string, names: readonly string[]): void {
  for (const path of closureOf(names)) {
    cpSync(join(ROOT, path), join(app, path), { recursive: true, filter: file => !/[\\/]node_modules$/.test(file) })
  }
}

/** The files of these packages and of what they need, in bytes. */
export function bytesOf(names: readonly string[]): number {
  return closureOf(names).reduce((sum, path) => sum + bytesIn(join(ROOT, path)), 0)
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesIn(path)
    return sum + statSync(path).size
  }, 0)
}

/** Where these packages and all that npm installs for them are, from the root: `node_modules/…`. */
function closureOf(names: readonly string[]): string[] {
  const found = new Set<string>()
  const add = (name: string, from: string, isWanted: boolean): void => {
    if (NOT_COUNTED.has(name)) return
    const path = pathOf(name, from)
    if (path === undefined) {
      if (isWanted) throw new Error(`${name} is missing; run npm ci.`)
      return
    }
    if (found.has(path)) return
    found.add(path)
    const wants = locked[path] ?? {}
    for (const needed of [...Object.keys(wants.dependencies ?? {}), ...requiredPeers(wants)]) add(needed, path, true)
    for (const perhaps of Object.keys(wants.optionalDependencies ?? {})) add(perhaps, path, false)
  }
  for (const name of names) add(name, '', true)
  return [...found]
}

/** Where a package finds another, as Node looks for it; undefined for what is not installed, such as another platform's. */
function pathOf(name: string, from: string): string | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (existsSync(join(ROOT, path, 'package.json'))) return path
  if (from === '') return undefined
  const above = from.lastIndexOf('node_modules/')
  return pathOf(name, from.slice(0, Math.max(0, above - 1)))
}
